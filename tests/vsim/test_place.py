# SPDX-License-Identifier: MIT
"""What is written in place, what is copied, and what stays as it was: exact graphs of moves."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore import Graph
from npucore.ops import (
    Absolute,
    Add,
    Concatenation,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pad,
    Split,
    StridedSlice,
)
from npucore.tensor import Quantization, Tensor
from npucore_vsim.backend import VsimBackend
from tests.material.vsim import compared
from tests.material.vsim.compared import off, pointwise

TARGETS = ("a311d", "imx8mp")


def tensor(name: str, *shape: int) -> Tensor:
    return compared.tensor(name, *shape, zero=0)


def same(source: Tensor, name: str) -> Absolute:
    """A look-up that changes nothing, since zero points are 0."""
    return Absolute(input=source, output=tensor(name, *source.shape))


def joined(name: str, *operands: Tensor, axis: int = 3) -> Concatenation:
    shape = list(operands[0].shape)
    shape[axis] = sum(operand.shape[axis] for operand in operands)
    return Concatenation(operands=operands, output=tensor(name, *shape), axis=axis)


@pytest.mark.parametrize("target", TARGETS)
def test_an_operand_stands_in_every_place_that_reads_it(target: str) -> None:
    """Twice in one concatenation, in two of them, and in one of one."""
    x = tensor("x", 1, 4, 5, 3)
    a, b = same(x, "a"), same(x, "b")
    twice = joined("twice", a.output, b.output, a.output)
    other = joined("other", b.output, twice.output)
    last = joined("last", other.output, twice.output)
    ops: tuple[Op, ...] = (a, b, twice, other, last)
    outputs = (twice.output, other.output, last.output)
    assert off(Graph(ops, (x,), outputs), target) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_two_concatenations_read_one_operand(target: str) -> None:
    x, y = tensor("x", 1, 4, 5, 3), tensor("y", 1, 4, 5, 2)
    a, b = same(x, "a"), same(y, "b")
    first = joined("first", a.output, b.output)
    second = joined("second", b.output, a.output)
    assert off(Graph((a, b, first, second), (x, y), (first.output, second.output)), target) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_views_are_copied_into_a_concatenation(target: str) -> None:
    """Pieces, parts and borders lie where their operand does."""
    x = tensor("x", 1, 4, 5, 6)
    a = same(x, "a")
    pieces = tensor("left", 1, 4, 5, 2), tensor("right", 1, 4, 5, 4)
    split = Split(input=a.output, results=pieces, axis=3, sizes=(2, 4))
    part = StridedSlice(
        input=a.output,
        output=tensor("part", 1, 4, 5, 3),
        begin=(0, 0, 0, 3),
        sizes=(1, 4, 5, 3),
        strides=(1, 1, 1, 1),
    )
    nothing = Pad(
        input=a.output,
        output=tensor("padded", 1, 4, 5, 6),
        before=(0, 0, 0, 0),
        after=(0, 0, 0, 0),
    )
    every = joined("every", pieces[1], part.output, nothing.output, pieces[0])
    ops: tuple[Op, ...] = (a, split, part, nothing, every)
    assert off(Graph(ops, (x,), (every.output, a.output)), target) == 0


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("other", ["reader", "output"])
def test_a_border_that_others_see_is_there(target: str, other: str) -> None:
    x = tensor("x", 1, 4, 5, 3)
    a = same(x, "a")
    pad = Pad(
        input=a.output,
        output=tensor("padded", 1, 6, 7, 3),
        before=(0, 1, 1, 0),
        after=(0, 1, 1, 0),
    )
    convolved = pointwise(pad.output, "y", 4)
    seen = same(pad.output, "seen")
    ops: tuple[Op, ...] = (a, pad, convolved)
    ops, outputs = ((*ops, seen), (seen.output,)) if other == "reader" else (ops, (pad.output,))
    graph = Graph(ops, (x,), (convolved.output, *outputs)).with_rounding(npucore.Rounding.EXACT)
    data = np.arange(60, dtype=np.uint8).reshape(1, 4, 5, 3)
    with npucore.Session(graph, f"vsim:{target}", fallback=None) as session:
        _, border = session.run([data])
    assert np.array_equal(border, np.pad(data, ((0, 0), (1, 1), (1, 1), (0, 0))))


@pytest.mark.parametrize("kind", [FullyConnected, Mean, Convolution])
def test_v7_cores_that_write_too_much_do_not_write_over_a_neighbour(kind: type[Op]) -> None:
    """Its kernels' planes beyond the last channel: 3 of them on 2 cores make 4."""
    x, y = tensor("x", 1, 3, 3, 5), tensor("y", 1, 1, 1, 5)
    result = tensor("result", 1, 1, 1, 5)
    weights = np.random.default_rng(2).integers(0, 256, (5, 45)).astype(np.uint8)
    q = Quantization.per_tensor(0.001, 128)
    matrix = Tensor("weights", (5, 45), weights.dtype, q, weights)
    kernel = weights.reshape(5, 3, 3, 5)
    ops: dict[type[Op], Op] = {
        FullyConnected: FullyConnected(input=x, weights=matrix, output=result),
        Mean: Mean(input=x, output=result, axes=(1, 2), keep_axes=True),
        Convolution: Convolution(
            input=x, weights=Tensor("kernel", kernel.shape, kernel.dtype, q, kernel), output=result
        ),
    }
    before = same(y, "before")
    both = joined("both", result, before.output)
    graph = Graph((before, ops[kind], both), (x, y), (both.output,))
    compiled = VsimBackend("s905d3").compiled(graph)
    assert 2 in compiled.ops  # the operand is copied
    assert off(graph, "s905d3") <= 1
    inner = joined("inner", y, result)
    both = joined("both", inner.output, before.output)
    assert off(Graph((before, ops[kind], inner, both), (x, y), (both.output,)), "s905d3") <= 1


@pytest.mark.parametrize("target", TARGETS)
def test_the_last_row_of_a_sum_may_be_read_beyond_all_maps(target: str) -> None:
    """Both operands are parts of one input, 128 bytes apart, the second up to its end."""
    x, y = tensor("x", 1, 256), tensor("y", 1, 300)
    parts = [
        StridedSlice(
            input=x,
            output=tensor(f"part {first}", 1, 100),
            begin=(0, first),
            sizes=(1, 100),
            strides=(1, 1),
        )
        for first in (28, 156)
    ]
    other = same(y, "other")
    total = Add(a=parts[0].output, b=parts[1].output, output=tensor("total", 1, 100))
    both = joined("both", other.output, total.output, axis=1)
    ops: tuple[Op, ...] = (other, *parts, total, both)
    assert off(Graph(ops, (x, y), (both.output,)), target) <= 1
