# SPDX-License-Identifier: MIT
"""Descriptors by themselves: what goes in comes out, and what cannot be is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore.hw.bits import pack, unpack
from npucore.hw.descriptors import Descriptor, Field


class JOB(Descriptor, length=2):
    low = Field((0, 7, 0))
    split = Field((0, 31, 28), (1, 3, 0), (0, 27, 24))
    signed = Field((1, 15, 8), signed=True)


@given(st.integers(0, 255), st.integers(0, 4095), st.integers(-128, 127))
def test_fields_come_back(low: int, split: int, signed: int) -> None:
    job = JOB(low=low, split=split, signed=signed)
    assert (job.low, job.split, job.signed) == (low, split, signed)
    assert JOB.decode(job.words) == job
    assert JOB(**job.field_values()) == job


def test_bits_of_no_field_are_kept_and_named() -> None:
    job = JOB.decode([1 << 20, 1 << 31])
    assert job.unknown_bits == (1 << 20, 1 << 31)
    assert "unknown_bits=0x100000/0x80000000" in repr(job)


@pytest.mark.parametrize(
    ("values", "error"),
    [({"low": 256}, ValueError), ({"signed": -129}, ValueError), ({"high": 1}, TypeError)],
    ids=str,
)
def test_values_that_fit_no_field_are_refused(
    values: dict[str, int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        JOB(**values)


def test_a_field_cannot_have_anothers_bits() -> None:
    with pytest.raises(TypeError, match="bits that it cannot have"):

        class Double(Descriptor, length=1):
            a = Field((0, 7, 0))
            b = Field((0, 8, 7))


def test_words_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="wanted 2"):
        JOB.decode([0])


@given(st.lists(st.tuples(st.integers(0, 32), st.integers(0, 2**32 - 1)), min_size=1, max_size=50))
def test_packed_numbers_come_back_one_by_one(items: list[tuple[int, int]]) -> None:
    widths = np.array([width for width, _ in items])
    values = np.array([value & (1 << width) - 1 for width, value in items])
    stream = pack(values, widths)
    assert stream.size == -(-int(widths.sum()) // 8)
    at = 0
    for width, value in zip(widths.tolist(), values.tolist(), strict=True):
        if width:
            assert unpack(stream, at, width, 1).tolist() == [value]
        at += width
