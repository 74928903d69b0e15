# SPDX-License-Identifier: MIT
"""Write docs/litert-parity.md: ``python -m tools.litert_parity.page > docs/litert-parity.md``."""

from __future__ import annotations

from collections import Counter

from npucore_tflite.control import READERS
from npucore_tflite.ops import builders, folders
from tools.litert_parity.builtins import operators
from tools.litert_parity.judge import DIFFERS, EQUAL, REFUSED, UNKNOWN, Judged, judge
from tools.litert_parity.sample import DTYPES

SUMS = "the reference kernel of LiteRT 2.3 gives numbers that are not the sum's"
FAULTS = {("SUM", "int8"): SUMS, ("SUM", "int16"): SUMS}
"""Where LiteRT's own answer is no answer to what the file asks."""
MARKS = {EQUAL: "=", REFUSED: "refused", UNKNOWN: ""}
HEAD = """\
# LiteRT's operators, dtype by dtype

Written by `python -m tools.litert_parity.page` from a run against LiteRT's reference kernels; not
edited by hand. `=`: the same bytes, floats to 1e-5; `refused`: `explain` says why; `fault`: what
LiteRT answers is wrong, see below; nothing: LiteRT has no such kernel.

"""


def document(judged: list[Judged]) -> str:
    """The whole page."""
    return f"{HEAD}{_table(judged)}\n\n{_summary(judged)}\n\n{_notes(judged)}\n"


def _table(judged: list[Judged]) -> str:
    rows: dict[str, dict[str, str]] = {}
    for j in judged:
        fault = j.status == DIFFERS and (j.operator, j.dtype) in FAULTS
        mark = "fault" if fault else MARKS.get(j.status, "differs")
        rows.setdefault(j.operator, {})[j.dtype] = mark
    lines = [f"| operator | {' | '.join(DTYPES)} |", "| --- |" + " --- |" * len(DTYPES)]
    for name, marks in sorted(rows.items()):
        lines.append(f"| {name} | {' | '.join(marks.get(dtype, '') for dtype in DTYPES)} |")
    return "\n".join(lines)


def _summary(judged: list[Judged]) -> str:
    counts = Counter(j.status for j in judged)
    names = {j.operator for j in judged if j.status != UNKNOWN}
    read = names & {*builders(), *folders(), *READERS}
    every = operators()
    known = [name for name in every if name in {*builders(), *folders(), *READERS}]
    return (
        f"{len(read)} of {len(names)} operators that LiteRT runs on these samples are read; of "
        f"their {counts[EQUAL] + counts[REFUSED] + counts[DIFFERS]} dtypes {counts[EQUAL]} are "
        f"equal and {counts[REFUSED]} refused.\n\nOf all {len(every)} builtin operators of the "
        f"schema, those of StableHLO and those with a state among them, {len(known)} are read."
    )


def _notes(judged: list[Judged]) -> str:
    lines = ["## Refused, and why", ""]
    for j in judged:
        if j.status == REFUSED:
            why = j.detail.removeprefix("model: ").replace("|", "&#124;")
            lines.append(f"- {j.operator} of {j.dtype}: {why}")
    lines += ["", "## Faults of LiteRT", ""]
    lines += [f"- {name} of {dtype}: {why}." for (name, dtype), why in sorted(FAULTS.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    print(document(judge()), end="")
