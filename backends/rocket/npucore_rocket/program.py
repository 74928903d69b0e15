# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from npucore.family.code import Compiled, Port
from npucore.family.joining import joined
from npucore.family.placing import Use, View, place_views
from npucore.graph import Graph
from npucore.hw.arena import ALIGNMENT
from npucore.tensor import Tensor
from npucore_rocket.alias import views
from npucore_rocket.chip import Chip
from npucore_rocket.layout import ceil_to
from npucore_rocket.link import Code
from npucore_rocket.maps import map_bytes
from npucore_rocket.operands import Constants, codes
from npucore_rocket.plan import Planned
from npucore_rocket.reach import copies, input_bytes, second_operands, used, vanishes


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTask:
    """One task: its words, their place in the buffer of commands, and the op it computes."""

    op: int  # index in the graph
    code: Code
    offset: int


CompiledJob = tuple[CompiledTask, ...]
"""The tasks of one plan, in order, which share its weights."""

RocketCompiled = Compiled[Chip, CompiledJob]


def compile_graph(
    graph: Graph, plans: Mapping[int, Sequence[Planned]], chip: Chip
) -> RocketCompiled:
    """Lay out constants and maps, then emit every step; *plans* by index of the op."""
    pairs = [(index, plan) for index, mine in plans.items() for plan in mine]
    found = _views(graph, [plan for _, plan in pairs], plans, chip)
    pairs = [(index, plan) for index, plan in pairs if not vanishes(plan, found, chip)]
    every = [plan for _, plan in pairs]
    seconds = second_operands(every)
    placed = place_views(found, list(_uses(graph, every, chip)))
    constants = Constants(every, chip)
    jobs: list[CompiledJob] = []
    end = 0
    for index, plan in pairs:
        job = []
        for code in codes(plan, placed.offsets, constants):
            job.append(CompiledTask(index, code, end))
            end = ceil_to(end + code.words.nbytes, ALIGNMENT)
        jobs.append(tuple(job))
    return Compiled(
        chip=chip,
        jobs=tuple(jobs),
        constants=constants.data,
        inputs=tuple(Port(t, placed.offsets[t], seconds.get(t)) for t in graph.inputs),
        outputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.outputs),
        activations_bytes=placed.size_bytes,
        commands_bytes=end,
    )


def _views(
    graph: Graph, plans: Sequence[Planned], computed: Container[int], chip: Chip
) -> dict[Tensor, View]:
    found = views(graph, computed)
    for plan in plans:  # maps of its own that an op takes detours by
        for tensor, _ in used(plan, chip):
            found.setdefault(tensor, View(tensor))
    written = dict.fromkeys(graph.inputs, 0)
    for plan in plans:
        *reads, (tensor, size) = used(plan, chip)
        for source, _ in reads:
            assert found[source].root in written, f"nothing has written {source.name}"
        view = found[tensor]
        written[view.root] = max(written.get(view.root, 0), view.offset + size)
    for tensor in graph.outputs:
        assert found[tensor].root in written, f"nothing writes {tensor.name}"
    every = list(copies(plans, found, chip))
    return joined(graph.inputs, found, every, written, lambda tensor: map_bytes(tensor, chip))


def _uses(graph: Graph, plans: Sequence[Planned], chip: Chip) -> Iterator[Use]:
    """Inputs keep their bytes for good: the padding in their last channels is written only once."""
    for step, plan in enumerate(plans):
        for tensor, size in used(plan, chip):
            yield Use(tensor, size, step)
    seconds = second_operands(plans)
    for tensor in graph.inputs:
        for step in (-1, len(plans)):
            yield Use(tensor, input_bytes(tensor, seconds.get(tensor), chip), step)
    for tensor in graph.outputs:
        yield Use(tensor, map_bytes(tensor, chip), len(plans))
