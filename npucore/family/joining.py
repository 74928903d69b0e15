# SPDX-License-Identifier: MIT
"""Maps that are copied whole into another one are written there at once, where nothing forbids it.

So a concatenation costs nothing whose operands may be written in their places: the copy of a map
onto itself is no work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from npucore.family.placing import View
from npucore.tensor import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A whole map, from byte *source_offset* of its root on, to byte *offset* of another's."""

    root: Tensor
    source_offset: int
    target: Tensor
    offset: int
    size_bytes: int

    @property
    def place(self) -> int:
        """Where in the target the root would begin."""
        return self.offset - self.source_offset

    def overlaps(self, low: int, high: int) -> bool:
        """Whether it writes any byte from *low* to *high*."""
        return self.offset < high and low < self.offset + self.size_bytes


def joined(
    inputs: Container[Tensor],
    views: Mapping[Tensor, View],
    copies: Sequence[Copy],
    written: Mapping[Tensor, int],
    bytes_of: Callable[[Tensor], int],
) -> dict[Tensor, View]:
    """*views*, with roots that are parts of others; *copies* in the order of their steps.

    *inputs* and constants stay where they are, for whoever writes them writes them whole.
    *written* says of roots how many bytes steps write there, counted from their beginning: those
    behind a root's own, which *bytes_of* gives, must not be another's.
    """
    into: dict[Tensor, list[Copy]] = defaultdict(list)
    for copy in copies:
        into[copy.target].append(copy)
    placed: dict[Tensor, View] = {}
    for copy in reversed(copies):  # a map is placed before the parts of it
        fixed = copy.root in placed or copy.root in inputs or copy.root.is_constant
        if fixed or not _has_room(copy, into[copy.target], bytes_of):
            continue
        low, high = copy.place, copy.place + bytes_of(copy.root)
        last = high == bytes_of(copy.target) and copy.target not in placed
        if last or written.get(copy.root, 0) <= high - low:
            placed[copy.root] = _part(placed, copy.target, low)
    every = {**views, **{tensor: View(tensor) for tensor in placed if tensor not in views}}
    return {tensor: _part(placed, view.root, view.offset) for tensor, view in every.items()}


def _has_room(copy: Copy, others: Sequence[Copy], bytes_of: Callable[[Tensor], int]) -> bool:
    """All of the root's bytes lie in the target, and no other map's do there."""
    low = copy.place
    high = low + bytes_of(copy.root)
    if copy.root is copy.target or low < 0 or high > bytes_of(copy.target):
        return False
    same = [(other.root, other.place) for other in others if other.overlaps(low, high)]
    return all(each == (copy.root, low) for each in same)


def _part(placed: Mapping[Tensor, View], root: Tensor, offset: int) -> View:
    view = placed.get(root)
    return View(root, offset) if view is None else View(view.root, view.offset + offset)
