# SPDX-License-Identifier: MIT
"""The shapes, dtypes and quantizations on which ops of one or two maps are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import BYTES, Maker
from npucore.ops import Op
from npucore.tensor import Array, Shape, Tensor

SHAPES: tuple[Shape, ...] = (
    (1, 8, 8, 16), (1, 1, 1, 1), (1, 5, 7, 33), (1, 13, 3, 40), (1, 1, 300, 3), (2, 4, 4, 8),
    (1, 20, 20, 64), (1, 65), (7,), (1, 4, 4, 4, 2),
)  # fmt: skip
MAPS = tuple(shape for shape in SHAPES if len(shape) == 4 and shape[0] == 1)
MOVED_DTYPES = (*BYTES, "float32", "int32")


def every_byte(dtype: str) -> Array:
    """All 256 values, as a map (1, 16, 16, 1)."""
    return np.arange(256, dtype=np.uint8).view(dtype).reshape(1, 16, 16, 1)


def every_pair(dtype: str) -> tuple[Array, Array]:
    """All pairs of values, as maps (1, 256, 256, 1)."""
    values = np.arange(256, dtype=np.uint8).view(dtype)
    first, second = np.meshgrid(values, values, indexing="ij")
    return first.reshape(1, 256, 256, 1), second.reshape(1, 256, 256, 1)


def by(shape: Shape) -> str:
    """A shape as a word.

    >>> by((1, 8, 8, 16))
    '1x8x8x16'
    """
    return "x".join(map(str, shape))


def unary(
    kind: Callable[..., Op],
    scales: tuple[tuple[float, float], ...],
    dtypes: tuple[str, ...] = (*BYTES, "float32"),
    output_zero: dict[str, int] | None = None,
    **attributes: Any,
) -> Iterator[Case]:
    """An op from one map to one of its shape; *scales* are pairs of input and output."""
    op: str = kind.name  # type: ignore[attr-defined]  # a class of ops
    tag = "".join(f"-{key}{value}" for key, value in attributes.items())

    def make(m: Maker, shape: Shape, dtype: str, pair: tuple[float, float], whole: bool) -> Op:
        values = every_byte(dtype) if whole else None
        source = m.input(shape, dtype, pair[0], values=values)
        zero = None if output_zero is None else output_zero.get(dtype)
        return kind(input=source, output=m.tensor(shape, dtype, pair[1], zero), **attributes)

    for dtype in dtypes:
        for number, shape in enumerate(SHAPES):
            pair = scales[number % len(scales)]
            word = f"{by(shape)}-{dtype}{tag}"
            yield Case(
                op, word, partial(make, shape=shape, dtype=dtype, pair=pair, whole=False),
                _rank(shape), essential=number == 0,
            )  # fmt: skip
        for number, pair in enumerate(scales):
            if dtype in BYTES:
                shape = (1, 16, 16, 1)
                word = f"everybyte{number}-{dtype}{tag}"
                yield Case(
                    op, word, partial(make, shape=shape, dtype=dtype, pair=pair, whole=True),
                    "every byte",
                )  # fmt: skip


def every_byte_of(
    kind: Callable[..., Op],
    quantities: Sequence[tuple[tuple[float, int], tuple[float, int]]],
    dtypes: tuple[str, ...] = BYTES,
    **attributes: Any,
) -> Iterator[Case]:
    """An op of all 256 bytes; *quantities*: (scale, int8's zero point) of input and output."""
    for dtype, (number, pair) in product(dtypes, enumerate(quantities)):
        make = partial(_of_bytes, kind=partial(kind, **attributes), dtype=dtype, pair=pair)
        op: str = kind.name  # type: ignore[attr-defined]  # a class of ops
        yield Case(op, f"everybyte{number}-{dtype}", make, "every byte", essential=number == 0)


def _of_bytes(
    m: Maker,
    kind: Callable[..., Op],
    dtype: str,
    pair: tuple[tuple[float, int], tuple[float, int]],
) -> Op:
    shift = 128 if dtype == "uint8" else 0
    (si, zi), (so, zo) = pair
    values = every_byte(dtype)
    source = m.input(values.shape, dtype, si, zi + shift, values)
    return kind(input=source, output=m.tensor(values.shape, dtype, so, zo + shift))


Quantities = tuple[tuple[float, int], tuple[float, int], tuple[float, int]]
"""(scale, int8's zero point) of a, b and the output."""


def binary(
    kind: Callable[..., Op],
    quantities: tuple[Quantities, ...],
    dtypes: tuple[str, ...] = (*BYTES, "float32", "int32"),
    names: tuple[str, str] = ("a", "b"),
    divisor: bool = False,
    **attributes: Any,
) -> Iterator[Case]:
    """An op of two maps of one shape."""
    op: str = kind.name  # type: ignore[attr-defined]  # a class of ops
    tag = "".join(f"-{value}" for value in attributes.values())

    def make(
        m: Maker, shape: Shape, dtype: str, q: Quantities, values: tuple[Array, Array] | None
    ) -> Op:
        shift = 128 if dtype == "uint8" else 0
        (sa, za), (sb, zb), (so, zo) = q
        one, two = values or (None, None)
        if divisor:
            two = m.draw(shape, dtype)
            two = np.where(np.abs(two) < 0.25, np.ones((), dtype), two)
        a = m.input(shape, dtype, sa, za + shift, one, "a")
        b = m.input(shape, dtype, sb, zb + shift, two, "b")
        operands = dict(zip(names, (a, b), strict=True))
        return kind(**operands, output=m.tensor(shape, dtype, so, zo + shift), **attributes)

    for dtype, (number, shape) in product(dtypes, enumerate(SHAPES)):
        q = quantities[number % len(quantities)]
        yield Case(
            op, f"{by(shape)}-{dtype}{tag}",
            partial(make, shape=shape, dtype=dtype, q=q, values=None),
            _rank(shape), essential=number == 0,
        )  # fmt: skip
    for dtype, (number, q) in product(dtypes, enumerate(quantities)):
        if dtype in BYTES:
            yield Case(
                op, f"everypair{number}-{dtype}{tag}",
                partial(_every_pair, make=make, dtype=dtype, q=q), "every pair",
            )  # fmt: skip


def _every_pair(m: Maker, make: Callable[..., Op], dtype: str, q: Quantities) -> Op:
    return make(m, (1, 256, 256, 1), dtype, q, every_pair(dtype))


def moved(
    op: str,
    variants: Mapping[str, Callable[..., Op]],
    dtypes: Sequence[str] = MOVED_DTYPES,
) -> Iterator[Case]:
    """An op that moves numbers as they are: every variant in every dtype."""
    for dtype in dtypes:
        for number, (word, make) in enumerate(variants.items()):
            yield Case(
                op, f"{word}-{dtype}", partial(make, dtype=dtype), word.rpartition("-")[2],
                essential=number == 0,
            )  # fmt: skip


def _rank(shape: Shape) -> str:
    return f"rank {len(shape)}" if len(shape) != 4 else "map"


def results(m: Maker, source: Tensor, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
    """Several results with the quantization of *source*."""
    return tuple(m.like(source, shape, f"y{i}") for i, shape in enumerate(shapes))
