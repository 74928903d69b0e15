# SPDX-License-Identifier: MIT
"""What ran where, in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from npucore.partition import Placement

if TYPE_CHECKING:
    from npucore import reports

MOST_REASONS = 3


def counts(placement: Sequence[Placement], chosen: Sequence[str]) -> dict[str, int]:
    """Ops by backend: those that the user has *chosen* in order, even with 0; then the others.

    >>> counts([Placement(0, "add", "sum", "reference", "npu: no", None)], ["npu"])
    {'npu': 0, 'reference': 1}
    """
    found = Counter(p.backend for p in placement)
    return {name: found[name] for name in dict.fromkeys([*chosen, *found])}


def fallbacks(placement: Sequence[Placement], chosen: Sequence[str]) -> list[Placement]:
    """The ops that none of the *chosen* backends takes."""
    return [p for p in placement if p.backend not in chosen]


def fallback_reports(
    placement: Sequence[Placement], chosen: Sequence[str]
) -> list[reports.FallbackReport]:
    """The same as ``--json`` gives it."""
    from npucore import reports

    return [
        reports.FallbackReport(op=p.op, name=p.name, backend=p.backend, reason=p.reason)
        for p in fallbacks(placement, chosen)
    ]


def sentence(placement: Sequence[Placement], chosen: Sequence[str]) -> str:
    """How many ops each backend has, and why some fell back, the most frequent reason first.

    >>> sentence([Placement(0, "add", "sum", "reference", "npu: no", None)], ["npu"])
    '0 of 1 ops on npu, 1 on reference (npu: no)'
    """
    (first, number), *others = counts(placement, chosen).items()
    parts = [f"{number} of {len(placement)} ops on {first}"]
    parts += [f"{number} on {name}" for name, number in others]
    text = ", ".join(parts)
    reasons = Counter(p.reason or "no reason given" for p in fallbacks(placement, chosen))
    if reasons:
        text += f" ({_listed(reasons)})"
    if changed := sum(p.note is not None for p in placement):
        text += f"; {_ops(changed)} changed to be taken, see `npucore explain`"
    return text


def _ops(number: int) -> str:
    return f"{number} op" if number == 1 else f"{number} ops"


def _listed(reasons: Counter[str]) -> str:
    if len(reasons) == 1:
        return next(iter(reasons))
    shown = [f"{_ops(number)} {reason}" for reason, number in reasons.most_common(MOST_REASONS)]
    if (rest := len(reasons) - len(shown)) > 0:
        shown.append(f"{rest} more reasons, see `npucore explain`")
    return "; ".join(shown)
