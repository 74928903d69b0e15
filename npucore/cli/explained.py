# SPDX-License-Identifier: MIT
"""A summary of where the ops of a network would run, why, and what to try next."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence

from npucore.cli import boards, placed, tables
from npucore.cli.printable import printable
from npucore.running.advice import Advice, Step
from npucore.running.causes import Cause
from npucore.running.explanation import Explanation
from npucore.running.prices import Time
from npucore.running.ranges import Range
from npucore.running.work import percent

KILO = 1e3
MOST_CAUSES = 5
MOST_RANGES = 3
MOST_LINES = 2
"""Lines of a reason at most: the whole text is in the table of ops."""


def print_summary(done: Explanation, model: str) -> None:
    """In the terminal's width, and in 25 lines of 80 columns."""
    _print_shares(done)
    for line in placed.lines(done.works):
        tables.print_wrapped(line)
    if done.time is not None:
        tables.print_wrapped(modelled(done.time))
        tables.print_wrapped(f"  for {boards.told(done.speeds, done.trusts, done.core)}")
    if changed := sum(p.note is not None for p in done.placements):
        ops = "1 op was" if changed == 1 else f"{changed} ops were"
        print(f"{ops} changed to be taken: --ops says how")
    _print_causes(done)
    _print_advice(done, model)


def print_ranges(found: Sequence[Range]) -> None:
    """Tensors that fp16 has not, the largest first; or that it has all."""
    beyond = sorted((r for r in found if r.beyond), key=lambda r: -r.most)
    faint = sorted((r for r in found if r.faint), key=lambda r: -r.small)
    print()
    print(f"fp16: {len(found) - len(beyond)} of {len(found)} tensors end before 65504")
    for r in beyond[:MOST_RANGES]:
        tables.print_wrapped(f"  {r.name} goes to {r.most:.4g}")
    for r in faint[:MOST_RANGES]:
        share = percent(round(r.small * 1000), 1000)
        tables.print_wrapped(
            f"  {r.name}: {share} of its numbers are below 2**-14, which lose bits"
        )
    if rest := max(len(beyond) - MOST_RANGES, 0) + max(len(faint) - MOST_RANGES, 0):
        print(f"  {rest} more: --json has all")


def _print_shares(done: Explanation) -> None:
    """A row for each backend."""
    total, work, times = sum(done.macs.values()), done.macs, _times(done)
    rows = [
        (
            name,
            f"{count} of {len(done.placements)}",
            tables.count(work[name]) or "0",
            percent(work[name], total) if total else "",
            times.get(name, ""),
        )
        for name, count in done.ops.items()
    ]
    columns = ("runs on", "ops>", "MACs>", "share>", *(("ms>",) if times else ()))
    tables.print_fitted(columns, [row[: len(columns)] for row in rows], "runs on")
    if done.runs > 1:
        crossings = "1 crossing" if done.runs == 2 else f"{done.runs - 1} crossings"
        print(f"{done.runs} runs of ops in turn, so {crossings} between backends")


def _times(done: Explanation) -> dict[str, str]:
    """Modelled milliseconds by backend, where one is an NPU and the other one the CPU."""
    if done.time is None or len(done.ops) > 2 or len(done.chosen) > 1:
        return {}
    there = done.time.seconds - done.time.host
    both = dict.fromkeys(done.ops, done.time.host) | {done.chosen[0]: there}
    return {name: f"{seconds * KILO:.2f}" for name, seconds in both.items()}


def modelled(time: Time) -> str:
    """The time that an inference is expected to take, and what of it."""
    return f"modelled: {time.seconds * KILO:.2f} ms for an inference alone ({boards.split(time)})"


def _print_causes(done: Explanation) -> None:
    """The reasons that cost most, with what is behind each."""
    if not done.causes:
        return
    strays, names = sum(len(cause.ops) for cause in done.causes), ", ".join(done.chosen)
    print()
    are = "1 op is" if strays == 1 else f"{strays} ops are"
    order = ", the most expensive first" if len(done.causes) > 1 else ""
    tables.print_wrapped(f"why {are} not on {names}{order}:")
    for cause in done.causes[:MOST_CAUSES]:
        _print_cause(cause)
    if rest := done.causes[MOST_CAUSES:]:
        ops = sum(len(cause.ops) for cause in rest)
        print(f"  {ops} ops for {len(rest)} more reasons: --ops shows them")


def behind(cause: Cause) -> str:
    """The ops of a reason, and what they cost."""
    ops = "1 op" if len(cause.ops) == 1 else f"{len(cause.ops)} ops"
    kinds = ", ".join(cause.kinds[:2]) + (", .." if len(cause.kinds) > 2 else "")
    cost = [] if cause.seconds is None else [f"{cause.seconds * KILO:.2f} ms on the CPU"]
    cost += [f"{tables.count(cause.macs)} MACs"] if cause.macs else []
    return "; ".join([f"{ops}, {kinds}", *cost])


def _print_cause(cause: Cause) -> None:
    more = ", and the like" if cause.alike else ""
    text = printable(f"{behind(cause)}: {cause.reason}{more}")
    for line in textwrap.wrap(
        text,
        tables.width(),
        initial_indent="  ",
        subsequent_indent="    ",
        max_lines=MOST_LINES,
        placeholder=" ..",
        break_on_hyphens=False,
    ):
        print(line)


def _print_advice(done: Explanation, model: str) -> None:
    for number, advice in enumerate(done.advice[:2]):
        text = said(advice, done, model)
        tables.print_wrapped(f"{'try next: ' if number == 0 else '  or: '}{text}")


def said(advice: Advice, done: Explanation, model: str) -> str:
    """A thing to try, and what it changes."""
    return ADVICE[advice.step](advice, done, model)


def _behind(advice: Advice) -> Iterator[str]:
    yield "1 op" if advice.ops == 1 else f"{advice.ops} ops"
    if advice.macs:
        yield f"{tables.count(advice.macs)} MACs"
    yield f"{advice.seconds * KILO:.2f} ms on the CPU"


def _trust(advice: Advice, done: Explanation, model: str) -> str:
    behind, who = ", ".join(_behind(advice)), ", ".join(done.chosen)
    text = f"--trust {advice.value}, at which {who} takes more ({behind})"
    if any(work.where == "board" and work.trust != advice.value for work in done.works):
        text += "; on your board `npucore doctor --self-test` tries what is less known"
    return text


def _quantize(advice: Advice, done: Explanation, model: str) -> str:
    how = f"`npucore quantize {model} photos/`" if model.endswith(".onnx") else "export it in int8"
    behind = ", ".join(_behind(advice))
    return f"quantize the network ({how}): floats keep ops from {', '.join(done.chosen)} ({behind})"


def _floats(advice: Advice, done: Explanation, model: str) -> str:
    behind, who = ", ".join(_behind(advice)), ", ".join(done.chosen)
    return f"--option {advice.value}: {who} takes more of it as it is ({behind})"


def _export(advice: Advice, done: Explanation, model: str) -> str:
    ops = "1 op" if advice.ops == 1 else f"{advice.ops} ops"
    return f"export the network without {advice.value}: nothing here runs {ops}"


def _backend(advice: Advice, done: Explanation, model: str) -> str:
    total = sum(done.macs.values())
    share = f", {percent(advice.macs, total)} of the MACs" if total else ""
    ops = f"{advice.ops} of {len(done.placements)} ops"
    return f"`npucore explain {model} --backend {advice.value}`: it takes {ops}{share}"


def _fallback(advice: Advice, done: Explanation, model: str) -> str:
    assert done.time is not None
    spent, whole = (seconds * KILO for seconds in (done.time.host, done.time.seconds))
    return (
        f"--fallback {advice.value}: {spent:.1f} of {whole:.1f} ms are {advice.ops} ops on the "
        "reference backend, which is written to be exact"
    )


def _streams(advice: Advice, done: Explanation, model: str) -> str:
    assert advice.fps is not None
    command = f"npucore bench {model} --backend {','.join(done.chosen)} --streams {advice.value}"
    gain = advice.fps * advice.seconds
    return f"`{command}`: up to {advice.fps:.1f} inferences a second, {gain:.1f} times one stream"


ADVICE: dict[Step, Callable[[Advice, Explanation, str], str]] = {
    Step.TRUST: _trust,
    Step.QUANTIZE: _quantize,
    Step.EXPORT: _export,
    Step.FLOATS: _floats,
    Step.BACKEND: _backend,
    Step.FALLBACK: _fallback,
    Step.STREAMS: _streams,
}
