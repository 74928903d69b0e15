# SPDX-License-Identifier: MIT
"""The reference is `proven` where somebody else's kernels gave the same, and nowhere else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Absolute
from npucore.reference import ReferenceBackend
from npucore.reference.backend import OPS
from npucore.reference.judged import BY_LITERT, BY_ONNX, evidence
from npucore.tensor import Quantization, Tensor


def absolute(dtype: type) -> Absolute:
    q = None if dtype is np.float32 else Quantization.per_tensor(0.1, 3)
    x, y = (Tensor(name, (2, 3), np.dtype(dtype), q) for name in "xy")
    return Absolute(input=x, output=y)


def test_an_op_that_nobody_judged_is_paper() -> None:
    x = Tensor("x", (1,), np.dtype(np.float32))
    assert evidence(SimpleNamespace(name="stranger", inputs=(x,), outputs=(x,))) is Evidence.PAPER


def test_a_judged_op_is_proven_in_the_dtypes_that_were_judged() -> None:
    for dtype, wanted in ((np.float32, Evidence.PROVEN), (np.uint8, Evidence.PAPER)):
        op = absolute(dtype)
        graph = Graph((op,), op.inputs, op.outputs)
        assert ReferenceBackend().supports(op, graph).evidence is wanted


def test_only_ops_of_the_reference_are_named() -> None:
    assert set(OPS) >= BY_LITERT | BY_ONNX
    assert not BY_LITERT & BY_ONNX
