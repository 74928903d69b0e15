# SPDX-License-Identifier: MIT
"""Maps that are copied whole into another one are written there at once, where nothing forbids it.

So concatenations cost nothing whose operands are written in whole atoms: the copy of a map onto
itself is no work. Source: rocket hardware reference 8.8.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.pointwise import Pointwise
from npucore_rocket.maps import map_shape


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
    graph: Graph,
    views: Mapping[Tensor, View],
    steps: Sequence[Pointwise | object],
    written: Mapping[Tensor, int],
    chip: Chip,
) -> dict[Tensor, View]:
    """*views*, with roots that are parts of others.

    *written* says of roots how many bytes tasks write there, counted from their beginning: those
    behind a root's own must not be another's.
    """
    copies = list(_copies(views, steps, chip))
    into: dict[Tensor, list[Copy]] = defaultdict(list)
    for copy in copies:
        into[copy.target].append(copy)
    placed: dict[Tensor, View] = {}
    for copy in reversed(copies):  # a map is placed before the parts of it
        fixed = copy.root in placed or copy.root in graph.inputs or copy.root.is_constant
        if not fixed and _fits(copy, into[copy.target], written, placed, chip):
            placed[copy.root] = _part(placed, copy.target, copy.place)
    every = {**views, **{tensor: View(tensor) for tensor in placed if tensor not in views}}
    return {tensor: _part(placed, view.root, view.offset) for tensor, view in every.items()}


def _copies(
    views: Mapping[Tensor, View], steps: Iterable[Pointwise | object], chip: Chip
) -> Iterable[Copy]:
    for step in steps:
        if not isinstance(step, Pointwise) or not step.is_copy:
            continue
        source, destination = step.runs
        tensor, target = source.tensor, destination.tensor
        view, there = views.get(tensor, View(tensor)), views.get(target, View(target))
        size = step.atoms * chip.atom_bytes
        if source.first == 0 and size == bytes_of(tensor, chip):
            offset = there.offset + destination.first * chip.atom_bytes
            yield Copy(view.root, view.offset, there.root, offset, size)


def _fits(
    copy: Copy,
    others: Sequence[Copy],
    written: Mapping[Tensor, int],
    placed: Mapping[Tensor, View],
    chip: Chip,
) -> bool:
    """All of the root's bytes lie in the target, and no other map's do there."""
    low, whole = copy.place, bytes_of(copy.target, chip)
    high = low + bytes_of(copy.root, chip)
    if copy.root is copy.target or low < 0 or high > whole:
        return False
    if written.get(copy.root, 0) > high - low and (high < whole or copy.target in placed):
        return False
    same = [(other.root, other.place) for other in others if other.overlaps(low, high)]
    return all(each == (copy.root, low) for each in same)


def _part(placed: Mapping[Tensor, View], root: Tensor, offset: int) -> View:
    view = placed.get(root)
    return View(root, offset) if view is None else View(view.root, view.offset + offset)


def bytes_of(tensor: Tensor, chip: Chip) -> int:
    """A whole map, its last channels' padding counted."""
    shape = map_shape(tensor)
    assert shape is not None  # or the rules had refused the op
    return shape.bytes_for(shape.channels, chip)
