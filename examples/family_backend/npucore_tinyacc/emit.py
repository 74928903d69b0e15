# SPDX-License-Identifier: MIT
"""Tasks -> writes to registers, with holes where addresses belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npucore.family.code import ACTIVATIONS, Address
from npucore.hw.registers import Register
from npucore.tensor import Tensor
from npucore_tinyacc import registers as r
from npucore_tinyacc.lower.layer import Add, Convolve, Layer
from npucore_tinyacc.plan import Tile
from npucore_tinyacc.stream import encode, float_bits
from npucore_tinyacc.task import Task


def emit(
    op: int, layer: Layer, tile: Tile, places: Mapping[Tensor, int], constants: Address
) -> Task:
    """One task of op number *op*. *places* are offsets of maps, *constants* the layer's weights."""
    source = Address(ACTIVATIONS, places[layer.source])
    output = Address(ACTIVATIONS, places[layer.destination])
    if isinstance(layer, Add):
        second = Address(ACTIVATIONS, places[layer.second])
        addresses = (source + tile.first, second + tile.first, output + tile.first)
        return _task(op, _add(layer, tile), addresses)
    into, out = layer.source_shape, layer.shape
    source += (tile.image * into.rows + tile.source_first) * into.row_bytes
    output += (tile.image * out.rows + tile.first) * out.row_bytes
    return _task(op, _convolve(layer, tile), (source, constants, output))


def _task(op: int, values: list[Register], addresses: Sequence[Address]) -> Task:
    holes = [r.INPUT(), r.SECOND(), r.OUTPUT()]  # the first registers of `registers.ORDER`
    return Task(op, encode([*holes, *values]), dict(enumerate(addresses)))


def _convolve(layer: Convolve, tile: Tile) -> list[Register]:
    outputs, rows, columns, inputs = layer.weights.shape
    window, low, high = layer.window, *layer.clamp
    return [
        r.IN_SIZE(columns=layer.source_shape.columns, rows=tile.source_rows),
        r.OUT_SIZE(columns=layer.shape.columns, rows=tile.rows),
        r.CHANNELS(inputs=inputs, outputs=outputs),
        r.WINDOW(
            rows=rows,
            columns=columns,
            row_step=window.row_step,
            column_step=window.column_step,
            top=tile.top,
            left=window.left,
        ),
        r.ZERO_POINTS(input=_zero(layer.source), output=_zero(layer.destination)),
        r.FACTOR(bits=float_bits(layer.factor)),
        r.SECOND_FACTOR(),
        r.CONSTANT(),
        r.CLAMP(low=low, high=high),
        r.GO(kind=r.CONVOLVE),
    ]


def _zero(tensor: Tensor) -> int:
    """The stored value of real 0 in a map."""
    return int(tensor.q.zero_point)


def _add(layer: Add, tile: Tile) -> list[Register]:
    low, high = layer.clamp
    return [
        r.IN_SIZE(columns=1, rows=tile.rows),
        r.OUT_SIZE(columns=1, rows=tile.rows),
        r.CHANNELS(inputs=1, outputs=1),
        r.WINDOW(),
        r.ZERO_POINTS(),
        r.FACTOR(bits=float_bits(layer.factor)),
        r.SECOND_FACTOR(bits=float_bits(layer.second_factor)),
        r.CONSTANT(bits=float_bits(layer.constant)),
        r.CLAMP(low=low, high=high),
        r.GO(kind=r.ADD),
    ]
