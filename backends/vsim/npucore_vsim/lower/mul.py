# SPDX-License-Identifier: MIT
"""A value times its own logistic function (SiLU), or times a constant -> one look-up.

Products of two tensors -> sums and differences of both, look-ups of their squares, and a job that
adds those up.
"""

from __future__ import annotations

import operator

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Logistic, Mul
from npucore.quantize import stored_range
from npucore.tensor import Quantization, Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.add import apart_by_rows, copied, weighted
from npucore_vsim.lower.constant import has_constant, with_constant
from npucore_vsim.lower.layer import Convolve, Layer, Lookup
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.lower.sigmoid import sigmoid
from npucore_vsim.lower.squares import SEGMENTS, Product, product
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import corrected_bias, zero_point
from npucore_vsim.rows import LARGEST_SIDE
from npucore_vsim.tables import Float64s

UINT8 = np.dtype(np.uint8)
WHOLE = 4  # the weight of a stored byte, and four times its share: no multiplier is 1 on V8
UNIT = 64  # of a look-up, so that the bias has fractions of a step


def gate(op: Mul, graph: Graph) -> Logistic | None:
    """The logistic function of one operand that is the other; None if they are anything else."""
    for value, factor in ((op.a, op.b), (op.b, op.a)):
        writer = graph.writer.get(factor)
        if isinstance(writer, Logistic) and writer.input is value:
            return writer
    return None


def folded(op: Logistic, graph: Graph) -> bool:
    """Whether multiplications with the operand alone read the result, and compute it themselves."""
    readers = graph.readers.get(op.output, ())
    gates = [isinstance(reader, Mul) and gate(reader, graph) is op for reader in readers]
    return bool(gates) and all(gates) and op.output not in graph.outputs


def lower(op: Mul, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer for a constant, a value's own logistic function, and the value itself."""
    if has_constant(op):
        return with_constant(op, operator.mul)
    if (logistic := gate(op, graph)) is not None:
        return _gated(op, logistic)
    if op.a is op.b:
        return lookup(op.a, op.output, np.square)
    return _of_two(op, graph, chip)


def _gated(op: Mul, logistic: Logistic) -> list[Layer]:
    """The factor is rounded and kept in its own range, as if it had been stored."""
    factor = logistic.output
    scale, zero = float(factor.q.scale), int(factor.q.zero_point)
    low, high = stored_range(factor.dtype)

    def swish(x: Float64s) -> Float64s:
        stored = np.clip(np.rint(sigmoid(x) / scale) + zero, low, high)
        value: Float64s = x * ((stored - zero) * scale)
        return value

    return lookup(logistic.input, op.output, swish)


def _of_two(op: Mul, graph: Graph, chip: Chip) -> list[Layer]:
    """The bytes of sum and difference, the look-ups side by side, and what adds them up."""
    zeros = zero_point(op.a), zero_point(op.b), zero_point(op.output)
    found = product(float(op.a.q.scale) * float(op.b.q.scale) / float(op.output.q.scale), zeros)
    rows, columns = rectangle(op.output.elements)
    plain = Quantization.per_tensor(1.0, 0)
    layers: list[Layer] = []
    a, b = op.a, op.b
    if not apart_by_rows(op, graph, chip):
        a, b, layers = copied(op)
    names = [f"{op.output.name}, {name}" for name in ("sum", "more sum", "difference", "more")]
    bytes_ = [Tensor(name, op.output.shape, UINT8, plain) for name in names]
    for target, (sign, start) in zip(bytes_, SEGMENTS, strict=True):
        factors = WHOLE, sign * WHOLE
        layers.append(weighted(a, b, target, factors, WHOLE * start, 1 / WHOLE, chip))
    shape = (1, rows, columns, len(found.pieces))
    squares = Tensor(f"{op.output.name}, squares", shape, UINT8, plain)
    for number, piece in enumerate(found.pieces):
        start = number * op.output.elements
        layers.append(Lookup(bytes_[piece.segment], squares, piece.table, start))
    return [*layers, _added(op, found, squares, chip)]


def _added(op: Mul, found: Product, squares: Tensor, chip: Chip) -> Convolve:
    signs = np.array([SEGMENTS[piece.segment].sign for piece in found.pieces])
    weights = (UNIT + UNIT * signs).astype(np.uint8).reshape(1, -1, 1, 1)
    bias = np.rint([found.constant * found.fineness * UNIT]).astype(np.int64)
    shape = MapShape(*squares.shape[1:])
    return Convolve(
        source=squares,
        source_shape=shape,
        source_zero_point=0,
        destination=op.output,
        destination_shape=shape._replace(channels=1),
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_point=UNIT,
        bias=corrected_bias(bias, weights, UNIT, 0, chip.generation),
        scale=1 / (found.fineness * UNIT),
        relu=has_relu(op),
        plain=True,
        flat=True,
    )


def rectangle(elements: int) -> tuple[int, int]:
    """Rows and columns of an image of so many elements. Raises `UnsupportedError`.

    >>> rectangle(5 * 7 * 16), rectangle(80 * 80 * 255)
    ((1, 560), (200, 8160))
    """
    for columns in range(min(elements, LARGEST_SIDE), 0, -1):
        if elements % columns == 0:
            if elements // columns > LARGEST_SIDE:
                break
            return elements // columns, columns
    raise UnsupportedError(
        f"a product of {elements:,} elements, which make no image of 8191 x 8191"
    )
