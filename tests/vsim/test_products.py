# SPDX-License-Identifier: MIT
"""Differences and products of two tensors: within 1 of the exact answer for all 65,536 pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npucore import Graph
from npucore.errors import UnsupportedError
from npucore.ops import Activation, Mul, Reshape, Softmax, StridedSlice, Subtract
from npucore.tensor import Array
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import A311D, IMX8MP, Chip
from npucore_vsim.lower.add import weights
from npucore_vsim.lower.mul import rectangle
from npucore_vsim.lower.squares import MOST_ERROR, SEGMENTS, product
from npucore_vsim.quantize import truncated
from tests.material.vsim.compared import off, tensor

TARGETS = ("a311d", "imx8mp")
Kind = type[Mul] | type[Subtract]
BOTH = pytest.mark.parametrize("kind", [Mul, Subtract], ids=lambda kind: kind.name)
SHAPE = (1, 16, 16, 256)
ZEROS = ((0, 0, 0), (255, 0, 128), (128, 128, 128), (3, 200, 255), (60, 128, 10), (255, 255, 0))


def pairs(dtype: str) -> list[Array]:
    """Every pair of bytes."""
    every = np.arange(256, dtype=np.uint8)
    grid = np.meshgrid(every, every)
    return [np.ascontiguousarray(side).view(dtype).reshape(SHAPE) for side in grid]


def of_two(
    kind: Kind,
    zeros: tuple[int, int, int],
    part: float = 1.0,
    dtype: str = "uint8",
    activation: Activation = Activation.NONE,
) -> Graph:
    """An output whose range is *part* of what the operands can give."""
    centre = 128 if dtype == "int8" else 0
    a, b, out = (zero - centre for zero in zeros)
    first = tensor("a", *SHAPE, scale=0.031, zero=a, dtype=dtype)
    second = tensor("b", *SHAPE, scale=0.047, zero=b, dtype=dtype)
    reach = [max(zero, 255 - zero) for zero in zeros[:2]]
    real = 0.031 * reach[0], 0.047 * reach[1]
    most = real[0] * real[1] if kind is Mul else real[0] + real[1]
    output = tensor("y", *SHAPE, scale=part * most / 255, zero=out, dtype=dtype)
    op = kind(a=first, b=second, output=output, activation=activation)
    return Graph((op,), (first, second), (output,))


@BOTH
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("zeros", ZEROS, ids=str)
@pytest.mark.sample(3)
def test_every_pair_is_within_one_of_the_exact_answer(
    kind: Kind, zeros: tuple[int, int, int], target: str
) -> None:
    dtype = "int8" if zeros[0] > 100 else "uint8"
    assert off(of_two(kind, zeros, dtype=dtype), target, pairs(dtype)) <= 1


@BOTH
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("activation", [Activation.RELU, Activation.RELU6])
def test_activations_clamp(kind: Kind, activation: Activation, target: str) -> None:
    graph = of_two(kind, (100, 60, 40), 0.9, activation=activation)
    assert off(graph, target, pairs("uint8")) <= 1


@pytest.mark.parametrize("zeros", ZEROS, ids=str)
@pytest.mark.parametrize("part", [2.0, 1.0, 0.37, 0.04])
def test_tables_of_squares_keep_the_bound_and_are_few(
    zeros: tuple[int, int, int], part: float
) -> None:
    reach = [max(abs(zero), abs(255 - zero)) for zero in zeros[:2]]
    scale = 255 / (reach[0] * reach[1]) / part
    if part < 0.3:
        with pytest.raises(UnsupportedError, match="look-ups of squares, at most 32"):
            product(scale, zeros)
        return
    found = product(scale, zeros)
    assert found.error <= MOST_ERROR
    assert len(found.pieces) <= 32


def test_the_segments_are_the_sum_and_the_difference() -> None:
    a, b = (side.astype(np.float64).reshape(-1) for side in pairs("uint8"))
    parts = [segment(a, b) for segment in SEGMENTS]
    assert np.array_equal(parts[0] + parts[1], a + b)
    assert np.array_equal(parts[2] + parts[3], a - b + 255)


@pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)
@pytest.mark.parametrize("ratio", [1.0, 0.73, 0.11, 3.1])
def test_weights_of_a_difference_share_a_byte(ratio: float, chip: Chip) -> None:
    a, b = tensor("a", 1, 64, scale=0.05), tensor("b", 1, 64, scale=0.05 * ratio)
    op = Subtract(a=a, b=b, output=tensor("y", 1, 64, scale=0.05 * (1 + ratio)))
    chosen = weights(op, chip)
    assert chosen.a > 0 > chosen.b
    assert chosen.a - chosen.b <= 255
    (real,) = truncated(np.array([chosen.scale]), chip.generation)
    out = float(op.output.q.scale)
    missed = [
        abs(weight * real - sign * float(side.q.scale) / out)
        for weight, side, sign in ((chosen.a, a, 1), (chosen.b, b, -1))
    ]
    assert chosen.error == pytest.approx(sum(missed) * 155, abs=1e-6)


@pytest.mark.parametrize("target", TARGETS)
@BOTH
def test_operands_at_odd_places_are_copied(kind: Kind, target: str) -> None:
    x, shape = tensor("x", 1, 9, 11, 8), (1, 9, 11, 5)
    part, other = tensor("part", *shape), tensor("other", *shape, scale=0.07, zero=30)
    ones = (1, 1, 1, 1)
    cut = StridedSlice(input=x, output=part, begin=(0, 0, 0, 1), sizes=shape, strides=ones)
    op = kind(a=part, b=other, output=tensor("y", *shape, scale=1.0, zero=128))
    assert off(Graph((cut, op), (x, other), (op.output,)), target) <= 1


@pytest.mark.parametrize("target", TARGETS)
def test_a_tensor_times_itself_is_one_look_up(target: str) -> None:
    x = tensor("x", 1, 256, scale=0.05)
    op = Mul(a=x, b=x, output=tensor("y", 1, 256, scale=0.3, zero=0))
    graph = Graph((op,), (x,), (op.output,))
    assert off(graph, target, [np.arange(256, dtype=np.uint8).reshape(1, 256)]) <= 1
    assert len(VsimBackend(target).compiled(graph).jobs) == 1


def test_one_tensor_under_two_names_is_refused() -> None:
    x = tensor("x", 1, 64)
    same = tensor("same", 1, 1, 1, 64)
    view = Reshape(input=x, output=same)
    other = replace(same, name="other")
    again = Reshape(input=x, output=other)
    for kind, reason in ((Mul, "two views of one tensor"), (Subtract, "whose difference is known")):
        op = kind(a=same, b=other, output=tensor("y", 1, 1, 1, 64))
        graph = Graph((view, again, op), (x,), (op.output,))
        assert reason in (VsimBackend().supports(op, graph).reason or "")


def test_elements_that_make_no_image_are_refused() -> None:
    assert rectangle(8191) == (1, 8191)
    with pytest.raises(UnsupportedError, match="8,209 elements"):
        rectangle(8209)


def test_a_softmax_is_refused_in_numbers() -> None:
    x = tensor("x", 1, 1001)
    op = Softmax(input=x, output=tensor("y", 1, 1001, scale=1 / 256, zero=0))
    reason = VsimBackend().supports(op, Graph((op,), (x,), (op.output,))).reason
    assert reason == (
        "exponentials of a byte each miss a softmax of 1001 values by up to 169.5 LSB, "
        "a reciprocal of 8 bits by up to 1.0 more"
    )
