# SPDX-License-Identifier: MIT
"""What LiteRT answers to a case."""

from __future__ import annotations

import enum
import functools
import importlib.util
import warnings
from collections.abc import Sequence
from pathlib import Path

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.plugins import load_writer
from npucore.tensor import Array


class Kernels(enum.StrEnum):
    """Which of LiteRT's implementations answers."""

    REFERENCE = "BUILTIN_REF"
    DEFAULT = "AUTO"  # XNNPACK where it takes an operator


@functools.cache
def installed() -> bool:
    """Whether LiteRT and the writer of its files can be imported."""
    needed = ("ai_edge_litert", "flatbuffers")
    return all(importlib.util.find_spec(name) is not None for name in needed)


def answer(graph: Graph, inputs: Sequence[Array], kernels: Kernels) -> list[Array] | None:
    """The graph's outputs; None where TFLite has no form of an op or LiteRT refuses the file."""
    model = as_tflite(graph)
    return None if model is None else _run(model, inputs, kernels)


def file_answer(path: Path, inputs: Sequence[Array]) -> list[Array] | None:
    """What LiteRT's default kernels make of a model file; None if they cannot, or are not here."""
    if path.suffix != ".tflite" or not installed():
        return None
    return _run(path.read_bytes(), inputs, Kernels.DEFAULT)


def _run(model: bytes, inputs: Sequence[Array], kernels: Kernels) -> list[Array] | None:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            interpreter = Interpreter(
                model_content=model,
                experimental_op_resolver_type=OpResolverType[kernels],
                num_threads=1,
            )
        interpreter.allocate_tensors()
        for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
    except (RuntimeError, ValueError):  # what LiteRT raises for operators that it does not run
        return None
    return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def as_tflite(graph: Graph) -> bytes | None:
    """The graph as the bytes of a .tflite file; None if TFLite has no form of one of its ops."""
    try:
        return load_writer("tflite").write(graph)
    except UnsupportedError:
        return None
