# SPDX-License-Identifier: MIT
"""Sentences about where ops ran, and how much of the work that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from npucore.contract.placement import Placement
from npucore.running.work import Work, counts, fallbacks, macs, percent

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports

MOST_REASONS = 3


def fallback_reports(
    placement: Sequence[Placement], chosen: Sequence[str]
) -> list[reports.FallbackReport]:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import base as reports

    return [
        reports.FallbackReport(op=p.op, name=p.name, backend=p.backend, reason=p.reason)
        for p in fallbacks(placement, chosen)
    ]


def sentence(placement: Sequence[Placement], chosen: Sequence[str]) -> str:
    """Each backend's share in ops and in multiply-accumulates, and why some ops fell back.

    The most frequent reason stands first.

    >>> sentence([Placement(0, "add", "sum", "reference", "npu: no", None)], ["npu"])
    '0 of 1 ops on npu, 1 on reference (npu: no)'

    Of a fallback that is no reference, it says what recommends it.
    """
    text = counted(placement, chosen)
    reasons = Counter(p.reason or "no reason given" for p in fallbacks(placement, chosen))
    if reasons:
        text += f" ({_listed(reasons)})"
    if changed := sum(p.note is not None for p in placement):
        text += f"; {_ops(changed)} changed to be taken, see `npucore explain`"
    return text


def counted(placement: Sequence[Placement], chosen: Sequence[str]) -> str:
    """Each backend's share, without reasons.

    >>> counted([Placement(0, "add", "sum", "reference", "npu: no", None)], ["npu"])
    '0 of 1 ops on npu, 1 on reference'
    """
    (first, number), *others = counts(placement, chosen).items()
    work = macs(placement, chosen)
    total = sum(work.values())
    part = f" ({percent(work[first], total)} of the MACs)" if total else ""
    parts = [f"{number} of {len(placement)} ops{part} on {first}"]
    return ", ".join([*parts, *(f"{number} on {name}{_why(name)}" for name, number in others)])


def _why(name: str) -> str:
    """A word for the fastest CPU, behind the name of a fallback."""
    from npucore.running.fallback import is_fastest

    return ", the fastest CPU here" if is_fastest(name) else ""


def _ops(number: int) -> str:
    return f"{number} op" if number == 1 else f"{number} ops"


def _listed(reasons: Counter[str]) -> str:
    if len(reasons) == 1:
        return next(iter(reasons))
    shown = [f"{_ops(number)} {reason}" for reason, number in reasons.most_common(MOST_REASONS)]
    if (rest := len(reasons) - len(shown)) > 0:
        shown.append(f"{rest} more reasons, see `npucore explain`")
    return "; ".join(shown)


def lines(works: Sequence[Work]) -> Iterator[str]:
    """The same, a line for each backend.

    >>> print(*lines([Work("npu", "board", "shown", 3, 4, 9, 10)]))
    npu: on a board 90% of the work, 3 of 4 ops (trust=shown)
    """
    from npucore.cli.printable import printable

    for name in dict.fromkeys(work.backend for work in works):
        said = "; ".join(_said(work) for work in works if work.backend == name)
        yield printable(f"{name}: {said}")


def _said(work: Work) -> str:
    place = "a board" if work.where == "board" else f"the {work.where}"
    part = f"{work.part} of the work, " if work.part else ""
    return f"on {place} {part}{work.ops} of {work.of_ops} ops (trust={work.trust})"


def work_reports(works: Sequence[Work]) -> list[reports.WorkReport]:
    """The same as ``--json`` gives it."""
    from dataclasses import asdict

    from npucore.cli.reports import base as reports

    return [reports.WorkReport(**asdict(work)) for work in works]
