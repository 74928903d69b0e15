# SPDX-License-Identifier: MIT
"""A layer's map, seen in other shapes and orders, before every op that takes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import BYTES, Maker, Problem
from npucore.ops import HSwish, PoolingType
from npucore.tensor import Quantization, Shape, Tensor

Step = Callable[[Net, Tensor], Tensor]
ROWS, COLUMNS, CHANNELS = 4, 6, 32
PIXELS = ROWS * COLUMNS
SHAPES: dict[str, Shape] = {
    "a_row": (1, PIXELS, CHANNELS),
    "rows": (PIXELS, CHANNELS),
    "three_axes": (ROWS, COLUMNS, CHANNELS),
    "flat": (1, PIXELS * CHANNELS),
    "one_axis": (PIXELS * CHANNELS,),
    "narrow": (1, PIXELS, 1, CHANNELS),
    "tall": (1, COLUMNS, ROWS, CHANNELS),
    "large_pixels": (1, ROWS, COLUMNS // 2, 2 * CHANNELS),
    "small_pixels": (1, ROWS, 2 * COLUMNS, CHANNELS // 2),
    "batch": (2, ROWS // 2, COLUMNS, CHANNELS),
}
ORDERS = {"planes": (0, 3, 1, 2), "turned": (0, 2, 1, 3), "inside_out": (3, 2, 1, 0)}


def cases() -> Iterator[Case]:
    """Every way to see a map before every op that can be behind it; int8 and uint8 in turn."""
    shapes: dict[str, Step] = {
        name: partial(_reshaped, shape=shape) for name, shape in SHAPES.items()
    }
    orders: dict[str, Step] = {name: partial(_turned, order=o) for name, o in ORDERS.items()}
    ways = {"map": _as_it_is, **shapes, **orders, "flat_planes": _flat_planes}
    for number, ((way, see), then) in enumerate(product(ways.items(), (*ANYWHERE, *ON_MAPS))):
        dtype, shape = BYTES[number % len(BYTES)], SHAPES.get(way, ())
        if then in ANYWHERE or way in ("map", "planes", "turned") or len(shape) == 4:
            make = partial(_make, see=see, then=then, dtype=dtype)
            yield Case("graph", f"seen_as_{way}-{then.__name__}-{dtype}", make, "layouts")


def _make(m: Maker, see: Step, then: Step, dtype: str) -> Problem:
    n = Net(m, dtype)
    then(n, see(n, n.conv(n.input(1, ROWS, COLUMNS, 16), CHANNELS)))
    return n.problem()


def _as_it_is(n: Net, x: Tensor) -> Tensor:
    return x


def _reshaped(n: Net, x: Tensor, shape: Shape) -> Tensor:
    return n.reshape(x, *shape)


def _turned(n: Net, x: Tensor, order: tuple[int, ...]) -> Tensor:
    return n.transpose(x, *order)


def _flat_planes(n: Net, x: Tensor) -> Tensor:
    """A map flattened in the order of a network of planes: channels first."""
    return n.reshape(n.transpose(x, 0, 3, 1, 2), 1, x.elements)


def dense_of_all(n: Net, x: Tensor) -> Tensor:
    """A fully connected layer that flattens its operand."""
    return n.dense(x, 10, inputs=x.elements)


def dense_of_each(n: Net, x: Tensor) -> Tensor:
    """A fully connected layer along the last axis, which keeps the others."""
    return n.dense(x, 20, keep=True)


def dense_of_pixels(n: Net, x: Tensor) -> Tensor:
    """A fully connected layer over as many values as a map's pixel has."""
    return n.dense(x, 20, inputs=CHANNELS)


def product_by_matrix(n: Net, x: Tensor) -> Tensor:
    """The last axis times a constant matrix."""
    return n.matmul(x, 12) if len(x.shape) > 1 else n.dense(x, 12)


def sum_of_two(n: Net, x: Tensor) -> Tensor:
    """With itself in another quantization."""
    return n.add(x, quantized(n, x))


def gated(n: Net, x: Tensor) -> Tensor:
    """Times its own logistic function."""
    return n.mul(x, n.logistic(x))


def quantized(n: Net, x: Tensor) -> Tensor:
    """In another quantization."""
    return n.requantize(x, Quantization.per_tensor(1.5 * float(x.q.scale), int(x.q.zero_point) - 2))


def looked_up(n: Net, x: Tensor) -> Tensor:
    """A function of each value."""
    return n.table(HSwish, x, float(x.q.scale))


def side_by_side(n: Net, x: Tensor) -> Tensor:
    """Twice along the last axis."""
    return n.concat(x, x, axis=len(x.shape) - 1)


def cut_in_two(n: Net, x: Tensor) -> Tensor:
    """Along the last axis."""
    half = x.shape[-1] // 2
    return n.split(x, half, x.shape[-1] - half, axis=len(x.shape) - 1)[1]


def upper_part(n: Net, x: Tensor) -> Tensor:
    """The upper half of the last axis."""
    half = x.shape[-1] // 2
    begin = (*[0] * (len(x.shape) - 1), half)
    return n.slice(x, begin, (*x.shape[:-1], x.shape[-1] - half))


def convolved(n: Net, x: Tensor) -> Tensor:
    """3 x 3."""
    return n.conv(x, 16, 3)


def convolved_by_channel(n: Net, x: Tensor) -> Tensor:
    """3 x 3, a kernel for every channel."""
    return n.depthwise(x)


def averaged(n: Net, x: Tensor) -> Tensor:
    """2 x 2."""
    return n.pool(x, PoolingType.AVERAGE, min(2, *x.shape[1:3]), 1)


def largest(n: Net, x: Tensor) -> Tensor:
    """2 x 2."""
    return n.pool(x, PoolingType.MAX, min(2, *x.shape[1:3]), 2)


def mean_of_map(n: Net, x: Tensor) -> Tensor:
    """Over rows and columns."""
    return n.mean(x)


def bordered(n: Net, x: Tensor) -> Tensor:
    """A border, and a convolution without one."""
    return n.conv(n.pad(x, 1, 1), 16, 3, valid=True)


def enlarged(n: Net, x: Tensor) -> Tensor:
    """Twice as large."""
    return n.resize(x, 2)


def in_blocks(n: Net, x: Tensor) -> Tensor:
    """Channels as blocks of pixels."""
    return n.depth_to_space(x if x.shape[3] % 4 == 0 else n.conv(x, 16), 2)


ANYWHERE: tuple[Step, ...] = (
    *(dense_of_all, dense_of_each, dense_of_pixels, product_by_matrix, sum_of_two, gated),
    *(quantized, looked_up, side_by_side, cut_in_two, upper_part),
)
ON_MAPS: tuple[Step, ...] = (
    *(convolved, convolved_by_channel, averaged, largest, mean_of_map, bordered, enlarged),
    in_blocks,
)
