# SPDX-License-Identifier: MIT
"""The published schema of what every command prints with ``--json``.

It imports pydantic, which is slow to start: import it where a schema is asked for.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from npucore.cli.reports import (
    answer,
    base,
    cache,
    convert,
    delegate,
    gallery,
    hardware,
    model,
    quantize,
    serve,
    written,
)
from npucore.conformance.report import ConformanceReport
from npucore.errors import InputError, did_you_mean

DOCUMENTS: dict[str, Any] = {
    "backends": base.PluginsReport,
    "bench": hardware.BenchReport,
    "cache": cache.CacheReport,
    "compile": base.CompileReport,
    "conformance": ConformanceReport,
    "convert": convert.ConvertReport,
    "delegate": delegate.DelegateReport,
    "demo": base.DemoReport,
    "detect": hardware.DetectReport,
    "devices": hardware.DevicesReport,
    "disasm": written.DisasmReport,
    "doctor": hardware.DoctorReport,
    "export-trace": written.ExportTraceReport,
    "explain": base.ExplainReport,
    "frigate-plugin": written.FrigatePluginReport,
    "frontends": base.PluginsReport,
    "models": gallery.GalleryReport,
    "new-backend": written.NewBackendReport,
    "new-op": written.NewOpReport,
    "quantize": quantize.QuantizeReport,
    "run": base.RunReport | list[base.RunReport] | answer.PhotosReport,
    "serve": serve.ServeReport,
    "show": model.ShowReport,
}
"""Command -> its document; `run` has three: of one answer, with --each, and of several photos."""

BOXES = (
    "Places on a photo are parts of its height and width, 0 to 1 from the top left corner, and "
    "stand as y before x: a box is [ymin, xmin, ymax, xmax], a corner [y, x]. They are never "
    "pixels, whatever the network's input is."
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what ``npucore COMMAND --json`` prints. Raises `InputError`."""
    if command not in DOCUMENTS:
        hint = did_you_mean(command, DOCUMENTS)
        raise InputError(f"{command!r} prints no JSON of its own{hint}")
    found: dict[str, Any] = TypeAdapter(DOCUMENTS[command]).json_schema(mode="serialization")
    found |= {"$schema": DIALECT, "title": f"npucore {command} --json"}
    if "ObjectReport" in found.get("$defs", {}):
        found["$comment"] = BOXES
    return found
