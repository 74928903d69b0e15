# SPDX-License-Identifier: MIT
"""What LiteRT answers, and whether the reference backend answers the same."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

import npucore
from npucore.tensor import Array
from npucore_tflite import parse

MANY_ELEMENTS, DISTINCT = 64, 32  # an answer of one value over and over proves nothing
RELATIVE, OF_LARGEST = 1e-5, 1e-6  # the second for sums that cancel out


def litert(model: bytes, inputs: Sequence[Array], kernels: str = "BUILTIN_REF") -> list[Array]:
    """Run *model* with LiteRT's reference kernels, or with XNNPACK's (*kernels* is AUTO)."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interpreter = Interpreter(
            model_content=model, experimental_op_resolver_type=OpResolverType[kernels]
        )
    interpreter.allocate_tensors()
    for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], array)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def reference(model: bytes, inputs: Sequence[Array], rounding: str = "tflite") -> list[Array]:
    """Run *model* with npucore's reference backend."""
    with npucore.Session(parse(model), "reference", rounding=rounding) as session:
        return session.run(list(inputs))


def assert_equals_litert(model: bytes, *inputs: Array, distinct: int = DISTINCT) -> None:
    """The reference backend gives every byte of LiteRT's reference kernels; floats to 1e-5.

    *distinct* is how many values an answer of more than 64 elements has to have.
    """
    _assert_equal(reference(model, inputs), litert(model, inputs), distinct)


def assert_equals_xnnpack(model: bytes, *inputs: Array, distinct: int = DISTINCT) -> None:
    """Under the exact rounding the reference backend gives every byte of XNNPACK."""
    _assert_equal(reference(model, inputs, "exact"), litert(model, inputs, "AUTO"), distinct)


def _assert_equal(got: Sequence[Array], want: Sequence[Array], distinct: int) -> None:
    assert len(got) == len(want)
    for mine, theirs in zip(got, want, strict=True):
        assert (mine.shape, mine.dtype) == (theirs.shape, theirs.dtype)
        if theirs.size > MANY_ELEMENTS:
            found = len(np.unique(theirs))
            assert found >= distinct, f"only {found} distinct values"
        if theirs.dtype == np.float32:
            floor = OF_LARGEST * float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0))
            np.testing.assert_allclose(mine, theirs, RELATIVE, floor)
        else:
            wrong = np.argwhere(np.asarray(mine != theirs))
            assert not len(wrong), _difference(mine, theirs, wrong)


def _difference(mine: Array, theirs: Array, wrong: Array) -> str:
    first = tuple(wrong[0])
    return f"{len(wrong)} of {theirs.size} differ: {mine[first]}, LiteRT {theirs[first]} at {first}"
