# SPDX-License-Identifier: MIT
"""The facade: a graph is an ONNX model in a session of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from npucore.contract.backend import Capabilities, Program
from npucore.errors import UnsupportedError
from npucore.family.runtime import RuntimeBackend
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.tensor import Array
from npucore_onnxruntime.kernels import KERNELS

ERRORS_ONLY = 3
SETTINGS = {
    "session.x64quantprecision": "1",  # where sums of products of bytes saturate: others
    "session.disable_double_qdq_remover": "1",  # every quantization rounds
}


class OnnxRuntimeProgram(Program):
    """A session, which runs inferences of several threads at once."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._names = [end.name for end in session.get_inputs()]

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Run once."""
        named = {n: np.ascontiguousarray(a) for n, a in zip(self._names, inputs, strict=True)}
        results: list[Array] = self._session.run(None, named)
        return results


class OnnxRuntimeBackend(RuntimeBackend):
    """ONNX Runtime on the CPU. It keeps the exact rule only."""

    name = "onnxruntime"
    title: ClassVar[str] = "ONNX Runtime"
    distribution: ClassVar[str] = "onnxruntime"
    least: ClassVar[tuple[int, int]] = (1, 32)  # 1.20 errs in softmaxes of bytes
    format: ClassVar[str] = "onnx"
    kernels = KERNELS
    most_axes: ClassVar[int] = 5
    capabilities = Capabilities(
        summary="ONNX Runtime on the CPU",
        ops={name: kernel.bound for name, kernel in KERNELS.items()},
        keeps=frozenset({Rounding.EXACT}),
        speed=2.9,  # benchmarks/cpu.py
    )

    def opened(self, model: bytes, graph: Graph) -> Program:
        """Make a session. Raises `UnsupportedError` for what the runtime does not run after all."""
        from onnxruntime.capi import onnxruntime_inference_collection as home

        options = home.C.SessionOptions()  # not what `npucore exec` has put into onnxruntime
        options.log_severity_level = ERRORS_ONLY
        options.intra_op_num_threads, options.inter_op_num_threads = self.threads, 1
        for key, value in SETTINGS.items():
            options.add_session_config_entry(key, value)
        try:
            session = home.InferenceSession(model, options, ["CPUExecutionProvider"])
        except Exception as error:  # its classes of errors have no common base but this
            raise UnsupportedError(f"ONNX Runtime does not run {graph.name}: {error}") from error
        return OnnxRuntimeProgram(session)
