# SPDX-License-Identifier: MIT
"""Node data for Model Explorer: backends of ops, by the names of the tensors that they write.

Source of the format: google-ai-edge/model-explorer, node_data_builder.py (``GraphNodeData``), and
the reader in node_data_provider_extension_service.ts: without a graph's id at the top, data are of
the graph that is shown; keys are tensors that an op writes; values may be text.
"""

from __future__ import annotations

import json

from npucore.errors import InputError
from npucore.running.explanation import Explanation

COLOURS = ("#cfe3fb", "#fbe3bd", "#d3efd8", "#e6d9f8", "#e4e7ec")
"""Of backends, as on the page."""


def node_data(done: Explanation, model: str) -> bytes:
    """The JSON document. Raises `InputError` for an artefact, which has no tensors any more."""
    if done.graph is None:
        raise InputError(f"--model-explorer: {model} is compiled, and has no graph any more")
    colours = {name: COLOURS[min(n, len(COLOURS) - 1)] for n, name in enumerate(done.ops)}
    results = {
        tensor.name: {
            "value": _said(placed.backend, placed.reason),
            "bgColor": colours[placed.backend],
        }
        for placed in done.placements
        for tensor in done.graph.ops[placed.index].outputs
    }
    return json.dumps({"results": results}, indent=1).encode()


def _said(backend: str, reason: str | None) -> str:
    return backend if reason is None else f"{backend} ({reason})"
