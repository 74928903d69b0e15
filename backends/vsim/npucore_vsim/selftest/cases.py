# SPDX-License-Identifier: MIT
"""The smallest graphs that need a rule, by the rule's name and what they try of it.

A rule that lets several values of a field through has a graph for its ends and something between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    DepthToSpace,
    Mean,
    Op,
    Pad,
    Padding,
    Pooling,
    PoolingType,
    Resize,
    Split,
    StridedSlice,
    Subtract,
    Transpose,
)
from npucore.tensor import Tensor
from npucore_vsim.alias import LARGEST_OFFSET
from npucore_vsim.chip import Chip
from npucore_vsim.selftest.functions import looked_up, one_operand, two_tensors
from npucore_vsim.selftest.graphs import convolution, fully_connected, graph, tensor

Graphs = Mapping[str, Graph]
SIDE, CHANNELS = 12, 8


def _map(rows: int = SIDE, columns: int = SIDE, channels: int = CHANNELS) -> Tensor:
    return tensor("x", 1, rows, columns, channels)


def _clamped(chip: Chip) -> Graphs:
    """Bounds are inside the range of a byte: 6 is stored as 240, -1 and 1 as 100 and 140."""
    above, both = Activation.RELU6, Activation.RELU_N1_TO_1
    return {
        "0 to 6 behind a convolution": graph(convolution(_map(), CHANNELS, activation=above)),
        "-1 to 1 behind a convolution": graph(convolution(_map(), CHANNELS, activation=both)),
        "0 to 6 behind a matrix": graph(fully_connected(tensor("x", 1, 96), 20, above)),
    }


def _unusual_window(chip: Chip) -> Graphs:
    largest = chip.largest_kernel
    image = _map(largest + 2, largest + 2, 4)
    return {
        "1 x 7": graph(convolution(_map(), CHANNELS, (1, 7))),
        "5 x 3": graph(convolution(_map(), CHANNELS, (5, 3))),
        "7 x 7 by twos": graph(convolution(_map(16, 16, 3), CHANNELS, (7, 7), stride=2)),
        "3 x 3 with a border of 3": graph(convolution(_map(), CHANNELS, padding=3)),
        f"{largest} x {largest}": graph(convolution(image, 4, (largest, largest))),
        f"a border of {LARGEST_OFFSET}": graph(
            convolution(image, 4, (largest, largest), padding=LARGEST_OFFSET)
        ),
    }


def _many_kernels(chip: Chip) -> Graphs:
    """V7 has been seen with any number of kernels: there the rule applies to nothing."""
    if chip.generation == 7:
        return {}
    wide, deep, one = _map(8, 32, 4), _map(8, 32, 100), (1, 1)
    return {
        "50 of 3 x 3": graph(convolution(_map(), 50)),
        "50 of 1 x 1": graph(convolution(_map(), 50, one)),
        "100 of 3 x 3, in superblocks": graph(convolution(wide, 100)),
        "300 of 3 x 3, in superblocks": graph(convolution(wide, 300)),
        "100 of 1 x 1, in superblocks": graph(convolution(wide, 100, one)),
        "100 depthwise, in superblocks": graph(convolution(deep, 100, depthwise=True)),
        "a matrix of 100 rows": graph(fully_connected(tensor("x", 1, 64), 100)),
        "a matrix of 300 rows, in superblocks": graph(fully_connected(tensor("x", 1, 64), 300)),
    }


def _sum(*shape: int, scale: float = 0.05) -> Graph:
    a, b = tensor("a", *shape), tensor("b", *shape, scale=scale, zero=90)
    return graph(Add(a=a, b=b, output=tensor("y", *shape, scale=0.08)))


def _difference() -> Graph:
    shape = 1, SIDE, SIDE, CHANNELS
    a, b = tensor("a", *shape), tensor("b", *shape, scale=0.03, zero=90)
    return graph(Subtract(a=a, b=b, output=tensor("y", *shape, scale=0.08)))


def _one_sum(chip: Chip) -> Graphs:
    return {
        "of one scale": _sum(1, SIDE, SIDE, CHANNELS),
        "of two scales": _sum(1, 16, 16, 4, scale=0.03),
        "of a vector": _sum(1, 1024, scale=0.02),
        "a difference": _difference(),
    }


def _scales_alike(chip: Chip) -> Graphs:
    return {"five to two": _sum(1, 16, 16, 4, scale=0.02)}


def _part() -> Graph:
    """The part begins at a place that rows of no width reach: copies stand around the sum."""
    x, shape = _map(99, 99, CHANNELS), (1, 99, 99, 5)
    part, other = tensor("part", *shape), tensor("other", *shape)
    ones = (1, 1, 1, 1)
    cut = StridedSlice(input=x, output=part, begin=(0, 0, 0, 1), sizes=shape, strides=ones)
    return graph(cut, Add(a=part, b=other, output=tensor("y", *shape, scale=0.08)))


def _odd_sum(chip: Chip) -> Graphs:
    return {
        "a part at an odd place, copied first": _part(),
        "75 elements": _sum(1, 5, 5, 3),
        "7 elements": _sum(1, 7),
        "1800 elements of two scales": _sum(1, 15, 15, 8, scale=0.03),
    }


def _pool(
    kind: PoolingType, source: Tensor, kernel: int, stride: int, padding: Padding = Padding()
) -> Graph:
    rows = (source.shape[1] + padding.top + padding.bottom - kernel) // stride + 1
    columns = (source.shape[2] + padding.left + padding.right - kernel) // stride + 1
    op = Pooling(
        type=kind,
        input=source,
        output=tensor("y", 1, rows, columns, source.shape[3]),
        kernel=(kernel, kernel),
        stride=(stride, stride),
        padding=padding,
    )
    return graph(op)


def _average(chip: Chip) -> Graphs:
    kind, largest = PoolingType.AVERAGE, chip.largest_kernel
    return {
        "2 x 2 by twos": _pool(kind, _map(), 2, 2),
        "3 x 3 by ones": _pool(kind, _map(), 3, 1),
        f"{largest} x {largest} by ones": _pool(kind, _map(largest + 1, largest + 1), largest, 1),
        "a whole map": _pool(kind, _map(7, 7, 32), 7, 7),
    }


def _largest(chip: Chip) -> Graphs:
    kind = PoolingType.MAX
    return {
        "2 x 2 by twos": _pool(kind, _map(), 2, 2),
        "3 x 3 by twos": _pool(kind, _map(13, 13), 3, 2),
        "3 x 3 of several tiles": _pool(kind, _map(71, 135, 2), 3, 2),
    }


def _composed(chip: Chip) -> Graphs:
    kind = PoolingType.MAX
    return {
        "2 x 2 by ones": _pool(kind, _map(), 2, 1),
        "3 x 3 by ones with a border": _pool(kind, _map(), 3, 1, Padding(1, 1, 1, 1)),
        "3 x 3 by twos with a border": _pool(kind, _map(), 3, 2, Padding(1, 1, 1, 1)),
        "5 x 5 by ones with a border": _pool(kind, _map(), 5, 1, Padding(2, 2, 2, 2)),
        "a whole map": _pool(kind, _map(4, 4), 4, 4),
    }


def _whole_map(chip: Chip) -> Graphs:
    def mean(rows: int, columns: int, channels: int) -> Graph:
        source = _map(rows, columns, channels)
        return graph(Mean(input=source, output=tensor("y", 1, channels, scale=0.01), axes=(1, 2)))

    largest = chip.largest_kernel
    many = 1280 if chip.depthwise else 6000  # of which not all lie one below the other
    return {
        "7 x 7 of 32": mean(7, 7, 32),
        f"7 x 7 of {many}": mean(7, 7, many),
        f"{largest} x 3 of 16": mean(largest, 3, 16),
    }


def _behind(move: Callable[[Tensor], Op], source: Tensor | None = None) -> Graph:
    """*move* of what a convolution writes."""
    layer = convolution(source or _map(), CHANNELS, (1, 1))
    return graph(layer, move(layer.output))


def _copied(chip: Chip) -> Graphs:
    def split(axis: int) -> Callable[[Tensor], Op]:
        def cut(source: Tensor) -> Op:
            shapes = [(*source.shape[:axis], n, *source.shape[axis + 1 :]) for n in (5, 4, 3)]
            pieces = tuple(tensor(f"y{n}", *shape) for n, shape in enumerate(shapes))
            return Split(input=source, results=pieces, axis=axis, sizes=(5, 4, 3))

        return cut

    def box(source: Tensor) -> Op:
        sizes = (1, 6, 5, 4)
        return StridedSlice(
            input=source,
            output=tensor("y", *sizes),
            begin=(0, 2, 3, 1),
            sizes=sizes,
            strides=(1, 1, 1, 1),
        )

    return {
        "rows": _behind(split(1)),
        "columns": _behind(split(2)),
        "a box": _behind(box),
    }


def _three_axes(chip: Chip) -> Graphs:
    def to(*permutation: int) -> Graph:
        def turned(source: Tensor) -> Op:
            shape = [source.shape[axis] for axis in permutation]
            return Transpose(input=source, output=tensor("y", *shape), permutation=permutation)

        return _behind(turned, _map(6, 10))

    return {"rows and columns": to(0, 2, 1, 3), "channels first": to(0, 3, 1, 2)} | {
        "all of them": to(0, 3, 2, 1),
        "beside the batch": to(2, 0, 3, 1),
    }


def _other_border(chip: Chip) -> Graphs:
    def bordered(count: int, value: int | None) -> Graph:
        def wider(source: Tensor) -> Op:
            side, around = SIDE + 2 * count, (0, count, count, 0)
            output = tensor("y", 1, side, side, CHANNELS)
            return Pad(input=source, output=output, before=around, after=around, value=value)

        return _behind(wider)

    return {"of another value": bordered(2, 7), "taken away": bordered(-1, None)}


def _requantized(chip: Chip) -> Graphs:
    source = tensor("x", 1, SIDE, SIDE, CHANNELS, scale=0.02)
    layer = convolution(source, CHANNELS, (1, 1))
    output = tensor("y", 1, SIDE, SIDE, 2 * CHANNELS)
    joined = Concatenation(operands=(layer.output, source), output=output, axis=3)
    return {"beside a finer operand": graph(layer, joined)}


def _whole_blocks(chip: Chip) -> Graphs:
    def times(down: int, across: int) -> Graph:
        def larger(source: Tensor) -> Op:
            size = down * SIDE, across * SIDE
            return Resize(input=source, output=tensor("y", 1, *size, CHANNELS), size=size)

        return _behind(larger)

    return {"2 x 2": times(2, 2), "3 x 1": times(3, 1)}


def _single_map(chip: Chip) -> Graphs:
    def blocks(block: int, channels: int) -> Graph:
        layer = convolution(_map(6, 7), channels * block**2, (1, 1))
        output = tensor("y", 1, block * 6, block * 7, channels)
        return graph(layer, DepthToSpace(input=layer.output, output=output, block=block))

    return {"2 x 2": blocks(2, 3), "3 x 3": blocks(3, 1)}


CASES: Mapping[str, Callable[[Chip], Graphs]] = {
    "clamped": _clamped,
    "unusual window": _unusual_window,
    "many kernels": _many_kernels,
    "one sum": _one_sum,
    "scales alike": _scales_alike,
    "odd sum": _odd_sum,
    "average": _average,
    "largest": _largest,
    "composed": _composed,
    "whole map": _whole_map,
    "one operand": one_operand,
    "two tensors": two_tensors,
    "looked up": looked_up,
    "copied": _copied,
    "three axes": _three_axes,
    "other border": _other_border,
    "requantized": _requantized,
    "whole blocks": _whole_blocks,
    "single map": _single_map,
}
"""Of one chip; no graphs where the rule applies to nothing there."""
