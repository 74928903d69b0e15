# SPDX-License-Identifier: MIT
"""Details of tensors and operators are LiteRT's, key by key."""

from __future__ import annotations

import pytest

from tests.material.litert.beside import (
    MODELS,
    REAL,
    SHARED,
    WITHOUT_KERNEL,
    assert_same_details,
    both,
)

from npucore_tflite.writing.file import OperatorSpec, TensorSpec, model  # isort: skip


@pytest.mark.parametrize("name", MODELS)
def test_details_are_litert_s_key_by_key(name: str) -> None:
    theirs, mine = both(MODELS[name])
    assert_same_details(theirs, mine)
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
    assert_same_details(theirs, mine)


@pytest.mark.parametrize(
    "kind",
    [
        *("string", "resource", "variant", "complex64", "complex128", "float16", "float64"),
        *("bool", "int4", "int16", "int64", "uint16", "uint32", "uint64"),
    ],
)
def test_tensors_of_all_types_are_shown(kind: str) -> None:
    x, y = TensorSpec((1, 4), name="x"), TensorSpec((1, 4), name="y")
    other = TensorSpec((1, 4), kind, name="other")
    data = model([OperatorSpec("ADD", [x, x], [y])], [x, other], [y])
    assert_same_details(*both(data))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", REAL)
def test_details_of_real_networks_are_litert_s_key_by_key(name: str) -> None:
    theirs, mine = both((SHARED / name).read_bytes())
    assert_same_details(theirs, mine)
    if name not in WITHOUT_KERNEL:
        for interpreter in (theirs, mine):
            interpreter.allocate_tensors()
        assert_same_details(theirs, mine)
