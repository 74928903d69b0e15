# SPDX-License-Identifier: MIT
"""Where every image lies: those whose lives do not overlap share bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from npucore.family.placing import Use, View, place_views
from npucore.tensor import Tensor
from npucore_vsim.rows import alignment


class Access(NamedTuple):
    """What one step reads, and how many bytes it writes; or more, if it is a *sum*."""

    reads: tuple[Tensor, ...]
    target: Tensor
    written_bytes: int
    sum: bool


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The offset of every tensor, and how many bytes there are."""

    offsets: Mapping[Tensor, int]
    size_bytes: int
    alignment: int
    views: Mapping[Tensor, View]

    def room(self, tensor: Tensor) -> int:
        """Bytes that a sum may write from the beginning of *tensor* on."""
        return room(self.views.get(tensor, View(tensor)), tensor, self.alignment)


def room(view: View, tensor: Tensor, step: int) -> int:
    """To the end of a tensor, or to the next multiple of *step* if nothing else lies behind it."""
    last = view.offset + tensor.elements == view.root.elements
    return _up(tensor.elements, step) if last else tensor.elements


def places(
    found: Mapping[Tensor, View],
    steps: Sequence[Access],
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
) -> Places:
    """Of everything in *steps*; *inputs* and *outputs* live before the first, after the last.

    *found* says which tensors are parts of others.
    """
    largest = max((step.written_bytes for step in steps if step.sum), default=0)
    step = alignment(0, largest)
    while True:
        made = _placed(found, step, steps, inputs, outputs)
        if not any(each.sum for each in steps) or step >= alignment(made.size_bytes, largest):
            return made
        step *= 2


def _placed(
    found: Mapping[Tensor, View],
    step: int,
    steps: Sequence[Access],
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
) -> Places:
    def use(tensor: Tensor, size: int, number: int) -> Use:
        """The whole root has a place, whichever part of it is used."""
        view = found.get(tensor, View(tensor))
        return Use(tensor, max(size, view.root.elements - view.offset), number)

    uses: list[Use] = []
    for number, access in enumerate(steps):
        uses += (use(tensor, tensor.elements, number) for tensor in access.reads)
        target, size = access.target, access.written_bytes
        if access.sum:
            size = room(found.get(target, View(target)), target, step)
        uses.append(use(target, size, number))
    uses += (use(tensor, tensor.elements, -1) for tensor in inputs)
    uses += (use(tensor, tensor.elements, len(steps)) for tensor in outputs)
    placed = place_views(found, uses, step)
    behind = step if any(each.sum for each in steps) else 0  # the last row that a sum reads
    return Places(placed.offsets, placed.size_bytes + behind, step, found)


def _up(size: int, step: int) -> int:
    return -(-size // step) * step
