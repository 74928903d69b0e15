# SPDX-License-Identifier: MIT
"""Run neural networks on NPUs, behind one hardware-independent operation interface.

>>> import npucore
>>> graph = npucore.load("model.tflite")                        # doctest: +SKIP
>>> with npucore.Session(graph, backend="rocket") as session:   # doctest: +SKIP
...     outputs = session.run(array)

A function for everything that the command line does, as ``npucore.explain`` and
``npucore.benchmark``, is described in ``docs/python.md``.

Names are imported when they are first used, so that ``npucore --help`` stays fast.
"""

from __future__ import annotations

import importlib
import sys

from npucore.moved import MovedModules

TYPE_CHECKING = False  # as type checkers know it: `typing` takes longer than all of this file

if TYPE_CHECKING:
    from typing import Any

    from npucore.cli.schemas import json_schema
    from npucore.conformance.console import judge_backend
    from npucore.conformance.new_backend import new_backend
    from npucore.conformance.new_op import new_op
    from npucore.contract.backend import (
        Availability,
        Backend,
        Capabilities,
        DeviceKind,
        Evidence,
        Exported,
        PendingInference,
        Program,
        Verdict,
    )
    from npucore.contract.frontend import Frontend
    from npucore.contract.placement import Placement
    from npucore.demo.evaluate import run_demo
    from npucore.errors import (
        DeviceError,
        FallbackError,
        InputError,
        InvalidModelError,
        NpucoreError,
        PluginError,
        UnsupportedError,
    )
    from npucore.files.artifact import Artifact
    from npucore.files.cache import Cache, cache_of
    from npucore.frigate import write_frigate_plugin
    from npucore.graph import Graph
    from npucore.native.writing import write_delegate
    from npucore.plugins import hookimpl
    from npucore.programs import run_program
    from npucore.quantize import Rounding
    from npucore.running.bench_traces import export_trace
    from npucore.running.benchmark import Benchmark, benchmark
    from npucore.running.compilation import compile
    from npucore.running.conversion import Converted, convert
    from npucore.running.diagnosis import devices, diagnose, self_test
    from npucore.running.disassembly import disassemble
    from npucore.running.explanation import Explanation, explain
    from npucore.running.gallery import gallery
    from npucore.running.installed import backends, frontends
    from npucore.running.session import Session, load
    from npucore.running.summary import Summary, summarize
    from npucore.serving.server import serve
    from npucore.tensor import Quantization, Tensor
    from npucore.vision.detection import DetectedFrame, Detections, detect
    from npucore.vision.inference import Inference, run
    from npucore.vision.quantization import Quantized, quantize_model

__version__ = "0.1.0"

_HOMES = {
    "cli.schemas": ("json_schema",),
    "files.artifact": ("Artifact",),
    "files.cache": ("Cache", "cache_of"),
    "contract.backend": (
        "Availability",
        "Backend",
        "Capabilities",
        "DeviceKind",
        "Evidence",
        "Exported",
        "PendingInference",
        "Program",
        "Verdict",
    ),
    "running.compilation": ("compile",),
    "running.conversion": ("Converted", "convert"),
    "running.bench_traces": ("export_trace",),
    "running.benchmark": ("Benchmark", "benchmark"),
    "running.diagnosis": ("devices", "diagnose", "self_test"),
    "running.disassembly": ("disassemble",),
    "running.explanation": ("Explanation", "explain"),
    "running.installed": ("backends", "frontends"),
    "running.summary": ("Summary", "summarize"),
    "vision.detection": ("DetectedFrame", "Detections", "detect"),
    "vision.inference": ("Inference", "run"),
    "vision.quantization": ("Quantized", "quantize_model"),
    "demo.evaluate": ("run_demo",),
    "conformance.console": ("judge_backend",),
    "conformance.new_backend": ("new_backend",),
    "conformance.new_op": ("new_op",),
    "errors": (
        "DeviceError",
        "FallbackError",
        "InputError",
        "InvalidModelError",
        "NpucoreError",
        "PluginError",
        "UnsupportedError",
    ),
    "contract.frontend": ("Frontend",),
    "graph": ("Graph",),
    "frigate": ("write_frigate_plugin",),
    "native.writing": ("write_delegate",),
    "programs": ("run_program",),
    "contract.placement": ("Placement",),
    "plugins": ("hookimpl",),
    "quantize": ("Rounding",),
    "running.gallery": ("gallery",),
    "running.session": ("Session", "load"),
    "serving.server": ("serve",),
    "tensor": ("Quantization", "Tensor"),
}
sys.meta_path.append(MovedModules())

_HOME = {name: module for module, names in _HOMES.items() for name in names}
_HOME["Job"] = "contract.backend"  # what plugins have called PendingInference

__all__ = [
    "Artifact",
    "Availability",
    "Backend",
    "Benchmark",
    "Cache",
    "Capabilities",
    "Converted",
    "DetectedFrame",
    "Detections",
    "DeviceError",
    "DeviceKind",
    "Evidence",
    "Explanation",
    "Exported",
    "FallbackError",
    "Frontend",
    "Graph",
    "Inference",
    "InputError",
    "InvalidModelError",
    "NpucoreError",
    "PendingInference",
    "Placement",
    "PluginError",
    "Program",
    "Quantization",
    "Quantized",
    "Rounding",
    "Session",
    "Summary",
    "Tensor",
    "UnsupportedError",
    "Verdict",
    "__version__",
    "backends",
    "benchmark",
    "cache_of",
    "compile",
    "convert",
    "detect",
    "devices",
    "diagnose",
    "disassemble",
    "explain",
    "export_trace",
    "frontends",
    "gallery",
    "hookimpl",
    "json_schema",
    "judge_backend",
    "load",
    "new_backend",
    "new_op",
    "quantize_model",
    "run",
    "run_demo",
    "run_program",
    "self_test",
    "serve",
    "summarize",
    "write_delegate",
    "write_frigate_plugin",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'npucore' has no attribute {name!r}")
    return getattr(importlib.import_module(f"npucore.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
