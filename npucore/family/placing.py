# SPDX-License-Identifier: MIT
"""Where every feature map lies: views share the bytes of their root, roots those of dead ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from npucore.hw.arena import ALIGNMENT, Lifetime, place
from npucore.tensor import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of *root*, *offset* bytes from its beginning, or elements where each is a byte."""

    root: Tensor
    offset: int = 0


class Use(NamedTuple):
    """A step that reads or writes the first *size_bytes* of a tensor, as the NPU has it."""

    tensor: Tensor
    size_bytes: int
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Offsets of the tensors in the buffer of activations, and its size."""

    offsets: Mapping[Tensor, int]
    size_bytes: int


def place_views(
    views: Mapping[Tensor, View], uses: Sequence[Use], alignment: int = ALIGNMENT
) -> Placed:
    """Give every root a place for as long as any of its views is used.

    Tensors that *views* does not name are views of themselves. Offsets of roots are multiples of
    *alignment*; views of roots without a use have none.

    >>> import numpy as np
    >>> a, b, c = (Tensor(name, (64,), np.dtype(np.int8)) for name in "abc")
    >>> uses = [Use(a, 64, 0), Use(b, 64, 0), Use(b, 64, 1), Use(c, 64, 1)]
    >>> placed = place_views({c: View(c), a: View(a)}, uses)
    >>> [placed.offsets[tensor] for tensor in (a, b, c)], placed.size_bytes
    ([0, 64, 0], 128)
    """
    needed: dict[Tensor, int] = {}
    first: dict[Tensor, int] = {}
    last: dict[Tensor, int] = {}
    for tensor, size_bytes, step in uses:
        root, offset = _view(views, tensor)
        needed[root] = max(needed.get(root, 0), offset + size_bytes)
        first[root] = min(first.get(root, step), step)
        last[root] = max(last.get(root, step), step)
    pieces = [Lifetime(needed[root], first[root], last[root]) for root in needed]
    places, end = place(pieces, alignment)
    offset_of = dict(zip(needed, places, strict=True))
    return Placed(dict(_offsets(views, uses, offset_of)), end)


def _offsets(
    views: Mapping[Tensor, View], uses: Iterable[Use], roots: Mapping[Tensor, int]
) -> Iterable[tuple[Tensor, int]]:
    for tensor in {*views, *roots, *(use.tensor for use in uses)}:
        root, offset = _view(views, tensor)
        if root in roots:
            yield tensor, roots[root] + offset


def _view(views: Mapping[Tensor, View], tensor: Tensor) -> tuple[Tensor, int]:
    found = views.get(tensor)
    return (tensor, 0) if found is None else (found.root, found.offset)
