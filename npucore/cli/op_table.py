# SPDX-License-Identifier: MIT
"""The ops of a network as a table: whole, or folded into what repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from npucore.cli import tables
from npucore.cli.folding import Block, folded
from npucore.cli.printable import short
from npucore.contract.placement import Placement
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.running.causes import Cause
from npucore.running.explanation import Explanation

FOLDED = ("#>", "ops", "name", "MACs>", "on", "why>", "evidence")
MOST_OPS, MOST_BACKENDS, MOST_REASONS = 24, 17, 8
"""Columns for the ops of a block, their backends, and the numbers of reasons."""


def print_folded(done: Explanation) -> None:
    """A row for each block of ops that repeats, in the terminal's width; reasons are below."""
    numbers = {index: n for n, cause in enumerate(done.causes, 1) for index in cause.ops}
    keys = [(p.op, p.backend, numbers.get(p.index), p.evidence, p.note) for p in done.placements]
    rows = [_block(block, done.placements, numbers) for block in folded(keys)]
    tables.print_fitted(FOLDED, rows, "name")
    _print_reasons(done.causes)
    _print_notes(done.placements)


def _print_reasons(causes: Sequence[Cause]) -> None:
    if causes:
        print()
    for number, cause in enumerate(causes, 1):
        more = ", and the like" if cause.alike else ""
        tables.print_wrapped(f"why {number}: {cause.reason}{more}")


def _print_notes(placements: Sequence[Placement]) -> None:
    for p in placements:
        if p.note is not None:
            tables.print_wrapped(f"op {p.index} was changed to be taken: {p.note}")


def _block(block: Block, every: Sequence[Placement], numbers: dict[int, int]) -> list[str]:
    mine = every[block.start : block.end]
    pattern = mine[: block.rows]
    last = f"{block.start}" if len(mine) == 1 else f"{block.start}-{block.end - 1}"
    kinds = ", ".join(p.op for p in pattern)
    if block.times > 1:
        times = f"{block.times} x "
        room = MOST_OPS - len(times)
        kinds = times + (tables.shortened(kinds, room) if block.rows > 1 else kinds)
    return [
        last,
        kinds,
        _common([short(p.name) for p in mine]),
        tables.count(sum(p.macs or 0 for p in mine)),
        tables.shortened(_listed(p.backend for p in pattern), MOST_BACKENDS),
        tables.shortened(_listed(str(numbers.get(p.index, "")) for p in pattern), MOST_REASONS),
        _weakest(p.evidence for p in pattern),
    ]


def _common(names: Sequence[str]) -> str:
    """The only name, or what all begin with, to the last slash if there is one."""
    if len(names) == 1:
        return names[0]
    letters = zip(*names, strict=False)
    same = takewhile(lambda each: len(set(each)) == 1, letters)
    start = "".join(each[0] for each in same)
    head, slash, _ = start.rpartition("/")
    return f"{head}{slash}*" if slash else f"{start}*"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(filter(None, dict.fromkeys(texts)))


def _weakest(levels: Iterable[str | None]) -> str:
    """The least evidence among ops on hardware."""
    known = [level for level in levels if level is not None]
    return min(known, key=lambda each: Evidence[each.upper()], default="")


def print_every(placements: Sequence[Placement], graph: Graph | None) -> None:
    """One row per op in full; shapes are those of *graph*, and an artefact has none."""
    columns = ["#>", "op", "name", "output", "MACs>", "backend", "reason", "evidence"]
    if graph is None:
        columns.remove("output")
    tables.print_table(columns, _rows(placements, graph))


def _rows(placements: Sequence[Placement], graph: Graph | None) -> Iterator[list[str]]:
    for p in placements:
        said, evidence = p.reason or p.note or "", p.evidence or ""
        macs = f"{p.macs:,}" if p.macs else ""
        row = [str(p.index), p.op, short(p.name), macs, p.backend, said, evidence]
        if graph is not None:
            outputs = graph.ops[p.index].outputs
            row.insert(3, "; ".join("x".join(map(str, t.shape)) for t in outputs))
        yield row
