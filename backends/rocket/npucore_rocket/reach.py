# SPDX-License-Identifier: MIT
"""Which bytes of which maps a step reads and writes, and which steps copy maps whole.

Source: rocket hardware reference 8.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from npucore.family.joining import Copy
from npucore.family.placing import View
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.pointwise import Pointwise, Run
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.maps import HALF, map_bytes
from npucore_rocket.matrices import Matrices
from npucore_rocket.plan import Plan, Planned


def used(plan: Planned, chip: Chip) -> list[tuple[Tensor, int]]:
    """The maps of a step, the destination last, and the bytes of each.

    They are those that it reads or writes, counted from the map's beginning.
    """
    if isinstance(plan, Pointwise):
        return [
            (run.tensor, (run.first + _atoms(plan, run)) * chip.atom_bytes) for run in plan.runs
        ]
    if isinstance(plan, PoolTask):
        return [(tensor, map_bytes(tensor, chip)) for tensor in (plan.source, plan.destination)]
    layer, sizes = plan.layer, plan.sizes
    written = layer.first_channel + sizes.written_channels
    read = layer.source_channel + sizes.channels
    maps = [(layer.source, read), (layer.destination, written)]
    if layer.addend is not None:
        maps.insert(0, (layer.addend.tensor, written))
    found = [(tensor, map_bytes(tensor, chip, channels)) for tensor, channels in maps]
    if (second := layer.second) is not None:
        size = second.form.all_bytes(chip.of(layer.element_bytes))
        found.insert(0, (second.tensor, size))
    return found


def _atoms(plan: Pointwise, run: Run) -> int:
    return 1 if plan.for_all and run is plan.operand else plan.reach


def copies(plans: Iterable[Planned], views: Mapping[Tensor, View], chip: Chip) -> Iterator[Copy]:
    """The steps that copy a whole map into another one, in order."""
    for plan in plans:
        if not isinstance(plan, Pointwise) or not plan.is_copy:
            continue
        source, destination = plan.runs
        view, there = views[source.tensor], views[destination.tensor]
        size = plan.atoms * chip.atom_bytes
        if source.first == 0 and size == map_bytes(source.tensor, chip):
            offset = there.offset + destination.first * chip.atom_bytes
            yield Copy(view.root, view.offset, there.root, offset, size)


def vanishes(plan: Planned, views: Mapping[Tensor, View], chip: Chip) -> bool:
    """Whether it copies a map onto itself."""
    if not isinstance(plan, Pointwise) or not plan.is_copy:
        return False
    here, there = (views[run.tensor] for run in plan.runs)
    starts = {
        view.offset + run.first * chip.atom_bytes
        for view, run in zip((here, there), plan.runs, strict=True)
    }
    return here.root is there.root and len(starts) == 1


def second_operands(plans: Iterable[Planned]) -> dict[Tensor, Matrices]:
    """The tensors that lie in memory as weights, and how."""
    layers = (plan.layer for plan in plans if isinstance(plan, Plan))
    return {layer.second.tensor: layer.second.form for layer in layers if layer.second is not None}


def input_bytes(tensor: Tensor, form: Matrices | None, chip: Chip) -> int:
    """Of an input in memory."""
    return map_bytes(tensor, chip) if form is None else form.all_bytes(chip.of(HALF))


def stored_form(chip: Chip, tensor: Tensor, numbers: Sequence[int]) -> tuple[Matrices, int]:
    """The form of an input as a file has it, and its bytes. Raises `ValueError`."""
    if chip.halves is None or len(numbers) != len(Matrices._fields):
        raise ValueError(f"{list(numbers)} is no form of a matrix on {chip.name}")
    batches, kernels, channels, transposed = numbers
    form = Matrices(batches, kernels, channels, bool(transposed))
    form.check(tensor)
    return form, input_bytes(tensor, form, chip)
