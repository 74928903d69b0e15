# SPDX-License-Identifier: MIT
"""Additions: how near their weights come, and whatever their operands and results are parts of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore import Graph
from npucore.ops import Activation, Add, Concatenation, Op, Reshape, Split, StridedSlice
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import A311D, IMX8MP, Chip
from npucore_vsim.lower.add import weights
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import truncated
from npucore_vsim.registers import NNDescriptor
from npucore_vsim.rows import LARGEST_SIDE, LARGEST_STRIDE, Distance, alignment, columns
from tests.material.vsim.compared import off, pointwise, tensor

TARGETS = ("a311d", "imx8mp")


def check(graph: Graph, target: str, most: int = 3) -> None:
    assert off(graph, target) <= most


def addition(a: float, b: float, out: float) -> Add:
    first, second = tensor("a", 1, 4, 4, 8, scale=a), tensor("b", 1, 4, 4, 8, scale=b, zero=30)
    return Add(a=first, b=second, output=tensor("y", 1, 4, 4, 8, scale=out))


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.5, 3), st.sampled_from([A311D, IMX8MP]))
def test_no_fixed_weight_of_the_coarser_operand_errs_less(
    a: float, b: float, factor: float, chip: Chip
) -> None:
    op = addition(a, b, factor * max(a, b))
    chosen = weights(op, chip)
    assert 128 <= max(chosen.a, chosen.b) <= 255
    real = [float(t.q.scale) / float(op.output.q.scale) for t in (op.a, op.b)]
    mesas = [w / max(real) * 255 for w in real]
    rounded = [abs(round(w) - w) * max(real) / 255 for w in mesas]
    loss = 2.0**-15 if chip.generation == 7 else 2.0**-23  # of the multiplier
    assert chosen.error <= 255 * (sum(rounded) + loss * 2 * sum(real))
    (factor,) = truncated(np.array([chosen.scale]), chip.generation)
    missed = [abs(w * factor - r) for w, r in zip((chosen.a, chosen.b), real, strict=True)]
    assert chosen.error == pytest.approx(missed[0] * 155 + missed[1] * 225, abs=1e-6)


def test_operands_that_no_pair_of_weights_expresses_are_refused() -> None:
    op = addition(1, 0.0037, 0.05)
    reason = VsimBackend().supports(op, Graph((op,), (op.a, op.b), (op.output,))).reason
    assert reason == "8-bit weights for its operands' scales err by 1.04"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("shape", [(5, 5, 3), (1, 1, 1), (7, 7, 5), (8, 8, 8), (3, 43, 2)], ids=str)
def test_any_number_of_elements_is_added(target: str, shape: tuple[int, int, int]) -> None:
    a, b = tensor("a", 1, *shape, scale=0.07), tensor("b", 1, *shape, scale=0.11, zero=90)
    total = Add(a=a, b=b, output=tensor("y", 1, *shape, scale=0.15))
    check(Graph((total,), (a, b), (total.output,)), target, most=1)


@pytest.mark.parametrize("target", TARGETS)
def test_rows_beyond_a_sum_harm_nobody(target: str) -> None:
    x = tensor("x", 1, 5, 7, 3)
    first, second = pointwise(x, "first", 8), pointwise(x, "second", 8)
    one = Add(a=first.output, b=second.output, output=tensor("one", 1, 5, 7, 8, scale=0.2))
    two = Add(a=one.output, b=first.output, output=tensor("two", 1, 5, 7, 8, scale=0.2))
    three = Add(a=two.output, b=one.output, output=tensor("three", 1, 5, 7, 8, scale=0.4))
    ops: tuple[Op, ...] = (first, second, one, two, three)
    check(Graph(ops, (x,), (one.output, two.output, three.output)), target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("size", [(8, 8), (5, 7)], ids=str)
def test_the_halves_of_a_map_are_added(target: str, size: tuple[int, int]) -> None:
    x = tensor("x", 1, *size, 4)
    wide = pointwise(x, "wide", 16)
    a, b = tensor("a", 1, *size, 8), tensor("b", 1, *size, 8)
    halves = Split(input=wide.output, results=(a, b), axis=3, sizes=(8, 8))
    total = Add(a=a, b=b, output=tensor("y", 1, *size, 8, scale=0.2))
    check(Graph((wide, halves, total), (x,), (total.output,)), target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_part_and_a_whole_are_added_into_a_part(target: str) -> None:
    """As in the residual blocks whose two halves and sums are concatenated in the end."""
    x = tensor("x", 1, 8, 8, 4)
    wide = pointwise(x, "wide", 16)
    a, b = tensor("a", 1, 8, 8, 8), tensor("b", 1, 8, 8, 8)
    halves = Split(input=wide.output, results=(a, b), axis=3, sizes=(8, 8))
    more = pointwise(b, "more", 8)
    total = Add(a=b, b=more.output, output=tensor("total", 1, 8, 8, 8, scale=0.2))
    last = pointwise(total.output, "last", 8, scale=0.2)
    joined = tensor("y", 1, 8, 8, 16, scale=0.2)
    both = Concatenation(operands=(total.output, last.output), output=joined, axis=3)
    ops: tuple[Op, ...] = (wide, halves, more, total, last, both)
    check(Graph(ops, (x,), (a, joined)), target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_sum_of_odd_size_beside_another_map_does_not_touch_it(target: str, first: bool) -> None:
    x = tensor("x", 1, 5, 7, 4)
    a, b = pointwise(x, "a", 8), pointwise(x, "b", 8)
    total = Add(a=a.output, b=b.output, output=tensor("total", 1, 5, 7, 8))
    other = pointwise(x, "other", 8)
    parts = (total.output, other.output) if first else (other.output, total.output)
    both = Concatenation(operands=parts, output=tensor("y", 1, 5, 7, 16), axis=3)
    ops: tuple[Op, ...] = (a, b, other, total, both)
    check(Graph(ops, (x,), (both.output,)), target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_tensor_is_added_to_itself_reshaped(target: str) -> None:
    x = tensor("x", 1, 8, 6, 8)
    first = pointwise(x, "first", 8)
    same = Reshape(input=first.output, output=tensor("same", 1, 8, 6, 8))
    total = Add(a=first.output, b=same.output, output=tensor("y", 1, 8, 6, 8, scale=0.17))
    check(Graph((first, same, total), (x,), (total.output,)), target)


def test_a_tensor_with_two_quantizations_is_refused() -> None:
    x = tensor("x", 1, 8, 6, 8)
    same = Reshape(input=x, output=tensor("same", 1, 8, 6, 8, scale=0.2))
    total = Add(a=x, b=same.output, output=tensor("y", 1, 8, 6, 8, scale=0.3))
    reason = VsimBackend().supports(total, Graph((same, total), (x,), (total.output,))).reason
    assert reason == "its operands are one tensor with two quantizations"


def test_operands_far_apart_have_wide_rows() -> None:
    shape = (1, 1024, 1024, 5)
    x = tensor("x", *shape)
    total = Add(a=x, b=tensor("b", *shape), output=tensor("y", *shape))
    compiled = VsimBackend().compiled(Graph((total,), total.inputs, (total.output,)))
    (job,) = (j.descriptor for j in compiled.jobs if isinstance(j.descriptor, NNDescriptor))
    assert (job.in_image_x_size, job.in_image_y_size) == (1024, 5120)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("activation", [Activation.NONE, Activation.RELU6])
def test_a_part_at_an_odd_place_is_copied(target: str, activation: Activation) -> None:
    """It begins 9,801 bytes into its tensor: rows of one column, and there would be too many."""
    x, other = tensor("x", 1, 99, 99, 8), tensor("other", 1, 99, 99, 5)
    part, y = tensor("part", 1, 99, 99, 5), tensor("y", 1, 99, 99, 5, scale=0.2, zero=10)
    cut = StridedSlice(
        input=x, output=part, begin=(0, 0, 0, 1), sizes=(1, 99, 99, 5), strides=(1, 1, 1, 1)
    )
    total = Add(a=part, b=other, output=y, activation=activation)
    graph = Graph((cut, total), (x, other), (y,))
    check(graph, target, most=1)
    jobs_of_the_sum = VsimBackend(target).compiled(graph).ops.count(1)
    assert jobs_of_the_sum >= 4 + (activation is not Activation.NONE)


@given(
    st.tuples(*[st.integers(1, 300)] * 3),
    st.integers(0, 200_000),
    st.sampled_from([128, 512]),
)
def test_columns_keep_every_limit(sides: tuple[int, int, int], apart: int, step: int) -> None:
    shape = MapShape(*sides)
    room = -(-shape.elements // step) * step
    width = columns(shape, Distance(apart * step, apart * step), room)
    if width is not None:
        rows = -(-shape.elements // width)
        assert apart * step % width == 0
        assert apart * step // width <= LARGEST_STRIDE
        assert rows <= LARGEST_SIDE
        assert rows * width <= room
    else:
        assert step < alignment(apart * step, shape.elements)
