# SPDX-License-Identifier: MIT
"""Random ops on rocket's simulator against the exact rule: ``python -m tools.random_steps``."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.reference import ReferenceBackend
from npucore_rocket import RocketBackend
from tests.material.rocket.random_ops import Random, graph_of
from tests.material.rocket.random_steps import STEPS

CASES = 3000


@dataclass(slots=True)
class Count:
    """Cases of one kind."""

    taken: int = 0
    numbers: int = 0
    off_by_one: int = 0
    worst: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def count(kind: str, cases: int) -> Count:
    """Run so many random ops, and count their errors; draws that make no op do not count."""
    rocket = RocketBackend(device="simulator", trust=Evidence.SIBLING)
    reference, found, seed = ReferenceBackend(), Count(), 0
    while found.taken + sum(found.refused.values()) < cases:
        r, seed = Random(seed), seed + 1
        if (op := STEPS[kind](r)) is None:
            continue
        graph = graph_of(op)
        inputs = [r.numbers(tensor.shape) for tensor in graph.inputs]
        try:
            wanted = reference.compile(graph).run(inputs)
            got = rocket.compile(graph).run(inputs)
        except UnsupportedError as error:
            found.refused[str(error)] += 1
            continue
        found.taken += 1
        for one, other in zip(got, wanted, strict=True):
            off = np.abs(one.astype(int) - other.astype(int))
            found.numbers += off.size
            found.off_by_one += int(np.count_nonzero(off))
            found.worst = max(found.worst, int(off.max()))
    return found


def main() -> int:
    """Print a row for each kind; 1 if any result is off by more than 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", help="of those that are listed; all by default")
    parser.add_argument("--cases", type=int, default=CASES)
    args = parser.parse_args()
    print("| kind | cases | refused | numbers | off by one | worst |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    worst = 0
    for kind in args.kinds or STEPS:
        found = count(kind, args.cases)
        refused, worst = sum(found.refused.values()), max(worst, found.worst)
        print(
            f"| {kind} | {found.taken} | {refused} | {found.numbers:,} | {found.off_by_one:,} "
            f"| {found.worst} |",
            flush=True,
        )
    return int(worst > 1)


if __name__ == "__main__":
    raise SystemExit(main())
