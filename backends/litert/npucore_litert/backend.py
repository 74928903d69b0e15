# SPDX-License-Identifier: MIT
"""The facade: a graph is a .tflite file in LiteRT's interpreter."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

from npucore.contract.backend import Capabilities, Program
from npucore.errors import UnsupportedError
from npucore.family.original import original
from npucore.family.runtime import RuntimeBackend
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.tensor import Array
from npucore_litert.kernels import KERNELS


class LiteRTProgram(Program):
    """An interpreter, which runs one inference after the other."""

    def __init__(self, interpreter: Any) -> None:
        self._interpreter, self._turn = interpreter, threading.Lock()
        self._inputs = [detail["index"] for detail in interpreter.get_input_details()]
        self._outputs = [detail["index"] for detail in interpreter.get_output_details()]

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Run once; other threads wait for their turn."""
        with self._turn:
            for index, array in zip(self._inputs, inputs, strict=True):
                self._interpreter.set_tensor(index, array)
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(index) for index in self._outputs]


class LiteRTBackend(RuntimeBackend):
    """LiteRT with XNNPACK. It keeps the exact rule only, as XNNPACK does."""

    name = "litert"
    title: ClassVar[str] = "LiteRT"
    distribution: ClassVar[str] = "ai-edge-litert"
    least: ClassVar[tuple[int, int]] = (2, 3)
    format: ClassVar[str] = "tflite"
    kernels = KERNELS
    most_axes: ClassVar[int] = 5
    capabilities = Capabilities(
        summary="LiteRT with XNNPACK on the CPU",
        ops={name: kernel.bound for name, kernel in KERNELS.items()},
        keeps=frozenset({Rounding.EXACT}),
        speed=3.6,  # benchmarks/cpu.py
    )

    def opened(self, model: bytes, graph: Graph) -> Program:
        """Make an interpreter. Raises `UnsupportedError` for what LiteRT does not run after all."""
        interpreters, threads = original("ai_edge_litert.interpreter"), self.threads
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                interpreter = interpreters.Interpreter(model_content=model, num_threads=threads)
            interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise UnsupportedError(f"LiteRT does not run {graph.name}: {error}") from error
        return LiteRTProgram(interpreter)
