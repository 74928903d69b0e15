# SPDX-License-Identifier: MIT
"""Print the table: ``python -m tools.replay FOLDER [--rounding half_up] [--each]``.

``python -m tools.replay nvdla FOLDER`` plays byte traces of NVDLA instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from npucore_rocket.sim import Options, Rounding
from tools.replay import nvdla
from tools.replay.judge import Outcome, judge_folder

HEADER = f"{'':22} {'captures':>8} {'elements':>10} {'max diff':>8} {'off by one':>10} {'more':>8}"


def row(name: str, outcomes: list[Outcome]) -> str:
    """One line of the table; refused captures count as captures alone."""
    ran = [outcome for outcome in outcomes if outcome.refusal is None]
    elements = sum(outcome.elements for outcome in ran)
    ones = sum(outcome.off_by_one for outcome in ran)
    more = sum(outcome.differing for outcome in ran) - ones
    largest = max((outcome.largest for outcome in ran), default=0)
    share, rest = ones / max(elements, 1), more / max(elements, 1)
    return f"{name:22} {len(outcomes):8} {elements:10} {largest:8} {share:10.4%} {rest:8.4%}"


def table(outcomes: list[Outcome], each: bool) -> list[str]:
    """Captures within one of TFLite by family, then the others one by one."""
    within: dict[str, list[Outcome]] = defaultdict(list)
    others = []
    for outcome in outcomes:
        if outcome.refusal is None and outcome.largest <= 1:
            within[outcome.family].append(outcome)
        else:
            others.append(outcome)
    lines = [HEADER, "within 1:"]
    lines += [row(family, members) for family, members in sorted(within.items())]
    lines.append(row("all within 1", [outcome for group in within.values() for outcome in group]))
    if each:
        lines += [row(outcome.name, [outcome]) for group in within.values() for outcome in group]
    lines.append("others:")
    lines += [
        f"{other.name}: refused: {other.refusal}" if other.refusal else row(other.name, [other])
        for other in others
    ]
    return lines


def main(argv: list[str]) -> int:
    """Run; 0 if every capture ran and is within 1 of TFLite."""
    if argv[:1] == ["nvdla"]:
        return nvdla.main(argv[1:])
    parser = argparse.ArgumentParser(prog="python -m tools.replay")
    parser.add_argument("folder", type=Path, help="holds NAME.json and NAME.npz of each capture")
    parser.add_argument("--each", action="store_true", help="a line for every capture")
    parser.add_argument(
        "--rounding", choices=[rule.name.lower() for rule in Rounding], default="half_up"
    )
    arguments = parser.parse_args(argv)
    rounding = Rounding[arguments.rounding.upper()]
    outcomes = judge_folder(arguments.folder, Options(rounding))
    print("\n".join(table(outcomes, arguments.each)))
    return int(any(outcome.refusal or outcome.largest > 1 for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
