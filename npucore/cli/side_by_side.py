# SPDX-License-Identifier: MIT
"""``npucore run --each``: one network on several backends, one after the other, side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from npucore.cli import answers, inference, placed, tables
from npucore.errors import InputError
from npucore.vision.inference import Inference

FEWEST = 2


def check(names: Sequence[str], save: str | None, annotate: str | None) -> None:
    """Raise `InputError` for fewer backends than two, and for files to write."""
    if len(names) < FEWEST:
        raise InputError(f"--each wants two or more names after --backend, found {len(names)}")
    for option, file in (("save", save), ("annotate", annotate)):
        if file:
            raise InputError(f"--{option} writes one answer, and --each gives {len(names)}")


def show(model: str, names: Sequence[str], done: Sequence[Inference], as_json: bool) -> None:
    """Print the answers of the backends *names*."""
    if as_json:
        reports = [inference.report(one, model, None).model_dump(mode="json") for one in done]
        print(json.dumps(reports, indent=2))
        return
    tables.print_table(["", *names], rows(done))
    print()
    for fed in done[0].inputs.told:
        tables.print_text(f"fed: {fed}")
    if read := answers.read_as(done[0].answer):
        tables.print_text(read)
    for one in done:
        tables.print_text(placed.sentence(one.placements, one.chosen))
        for line in placed.lines(one.works):
            tables.print_text(line)


def rows(done: Sequence[Inference]) -> list[list[str]]:
    """The answers line by line, then what can be counted."""
    size = done[0].inputs.image.size if done[0].inputs.image else None
    told = [list(answers.lines(one.answer, one.names.labels, size)) for one in done]
    lines = [
        ["answer" if number == 0 else "", *(text.strip() for text in each)]
        for number, each in enumerate(zip_longest(*told, fillvalue=""))
    ]
    return [
        *lines,
        ["ops on it", *(_own(one) for one in done)],
        ["difference to the last", *(_difference(one, done[-1]) for one in done)],
        ["run, ms", *(f"{one.seconds.median * 1e3:.1f}" for one in done)],
        ["runs on", *(str(one.backends[0].availability().kind) for one in done)],
    ]


def _own(one: Inference) -> str:
    return f"{one.ops[one.chosen[0]]} of {sum(one.ops.values())}"


def _difference(one: Inference, last: Inference) -> str:
    """In LSB of integer outputs, in numbers of others."""
    largest = max(
        float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max(initial=0))
        for a, b in zip(one.outputs, last.outputs, strict=True)
    )
    return f"{largest:g}"
