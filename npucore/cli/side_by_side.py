# SPDX-License-Identifier: MIT
"""``npucore run --each``: one network on several backends, one after the other, side by side."""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from npucore.cli import answers, inference, placed, selection, tables
from npucore.cli.inference import Inference
from npucore.cli.printable import printable
from npucore.errors import InputError
from npucore.plugins import load_backend

FEWEST = 2


def execute(args: argparse.Namespace) -> int:
    """Run and print. Raises `InputError` for fewer backends than two, and for files to write."""
    names = args.backend or []
    if len(names) < FEWEST:
        raise InputError(f"--each wants two or more names after --backend, found {len(names)}")
    for option in ("save", "annotate"):
        if getattr(args, option):
            raise InputError(f"--{option} writes one answer, and --each gives {len(names)}")
    selection.options_of_some(args, names)
    done = [inference.infer(alone(args, name)) for name in names]
    if args.json:
        reports = [inference.report(one, args).model_dump(mode="json") for one in done]
        print(json.dumps(reports, indent=2))
        return 0
    tables.print_table(["", *names], rows(done))
    print()
    for fed in done[0].given.fed:
        if fed is not None:
            print(f"fed: {fed.text}")
    if read := answers.read_as(done[0].answer):
        print(printable(read))
    for one in done:
        print(printable(placed.sentence(one.placement, one.chosen)))
        for line in placed.lines(one.works):
            print(line)
    return 0


def alone(args: argparse.Namespace, name: str) -> argparse.Namespace:
    """The same with one backend, and with the settings that it has."""
    known = load_backend(name.partition(":")[0]).options
    one = copy.copy(args)
    one.backend = [name]
    one.option = [text for text in args.option if text.partition("=")[0] in known]
    one.trust = args.trust if "trust" in known else None
    return one


def rows(done: Sequence[Inference]) -> list[list[str]]:
    """The answers line by line, then what can be counted."""
    size = done[0].given.image.size if done[0].given.image else None
    told = [list(answers.lines(one.answer, one.names.labels, size)) for one in done]
    lines = [
        ["answer" if number == 0 else "", *(text.strip() for text in each)]
        for number, each in enumerate(zip_longest(*told, fillvalue=""))
    ]
    return [
        *lines,
        ["ops on it", *(_own(one) for one in done)],
        ["largest difference to the last", *(_difference(one, done[-1]) for one in done)],
        ["run, ms", *(f"{one.median_seconds * 1e3:.1f}" for one in done)],
        ["runs on", *(str(one.backends[0].availability().kind) for one in done)],
    ]


def _own(one: Inference) -> str:
    counts = placed.counts(one.placement, one.chosen)
    return f"{counts[one.chosen[0]]} of {sum(counts.values())}"


def _difference(one: Inference, last: Inference) -> str:
    """In LSB of integer outputs, in numbers of others."""
    largest = max(
        float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max(initial=0))
        for a, b in zip(one.arrays, last.arrays, strict=True)
    )
    return f"{largest:g}"
