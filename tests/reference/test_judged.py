# SPDX-License-Identifier: MIT
"""The reference is `proven` where somebody else's kernels gave the same, and nowhere else."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Absolute
from npucore.reference import ReferenceBackend
from npucore.reference.judged import evidence, unconfirmed
from npucore.reference.kernel import Judge
from npucore.reference.kernels import OPS, kernels
from npucore.tensor import Quantization, Tensor


class Stranger(Absolute):
    name: ClassVar[str] = "stranger"


def absolute(dtype: type) -> Absolute:
    q = None if dtype is np.float32 else Quantization.per_tensor(0.1, 3)
    x, y = (Tensor(name, (2, 3), np.dtype(dtype), q) for name in "xy")
    return Absolute(input=x, output=y)


def test_an_op_that_nobody_judged_is_paper() -> None:
    x, y = (Tensor(name, (1,), np.dtype(np.float32)) for name in "xy")
    assert evidence(Stranger(input=x, output=y)) is Evidence.PAPER


def test_a_judged_op_is_proven_in_the_dtypes_that_were_judged() -> None:
    for dtype, wanted in ((np.float32, Evidence.PROVEN), (np.uint8, Evidence.PAPER)):
        op = absolute(dtype)
        graph = Graph((op,), op.inputs, op.outputs)
        assert ReferenceBackend().supports(op, graph).evidence is wanted


def test_every_op_of_the_reference_says_who_judged_it() -> None:
    unjudged = {name for name in OPS if kernels(name).JUDGE is None}
    assert unjudged == set(), "compare it with LiteRT or ONNX Runtime, then set its JUDGE"


def test_bytes_that_onnx_never_judged_are_not_listed_again() -> None:
    listed = {name for name in OPS if unconfirmed(name)}
    assert all(kernels(name).JUDGE is Judge.LITERT for name in listed)
