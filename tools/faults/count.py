# SPDX-License-Identifier: MIT
"""How many faults of each class are refused, and the page that says so."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from npucore_rocket.validate.error import StreamError
from tools.faults.inject import CLASSES
from tools.faults.jobs import Job, good_jobs
from tools.faults.legal import LEGAL
from tools.faults.streams import hand_made

HEAD = """\
# What the rocket validator refuses

Written by `python -m tools.faults`; not edited by hand. Good jobs
({names})
are damaged in every way below, and `npucore_rocket.validate`, which stands between every linked
stream and its execution, judges the result. What it lets through is listed with the reason why it
is another good stream: nothing known says that the chip would hang, no byte is touched but in
buffers that the job may touch, and only numbers may be wrong, which no reader of words can tell.

| fault | injected | refused | legal |
| --- | ---: | ---: | ---: |
"""
LEGAL_HEAD = """
| legal where | times | because |
| --- | ---: | --- |
"""


@dataclass(slots=True)
class Tally:
    """One class of faults: what was refused, by concern, and what was not, by place."""

    name: str
    refused: Counter[str] = field(default_factory=Counter)
    legal: Counter[str] = field(default_factory=Counter)


def damaged(job: Job, fault: str, share: float = 1.0) -> Iterator[tuple[str, Job]]:
    """Jobs with one fault each; of all, a *share* by a fixed seed."""
    seed = random.Random(f"{job.name}, {fault}")
    for where, bad in CLASSES[fault](job):
        if share >= 1 or seed.random() < share:
            yield where, bad


def refused(job: Job) -> StreamError | None:
    """Why a job must not run."""
    try:
        job.check()
    except StreamError as error:
        return error
    return None


def count(jobs: Sequence[Job], share: float = 1.0) -> list[Tally]:
    """Every class of faults in every job."""
    tallies = []
    for fault in CLASSES:
        tally = Tally(fault)
        for job in jobs:
            for where, bad in damaged(job, fault, share):
                if error := refused(bad):
                    tally.refused[error.concern] += 1
                else:
                    tally.legal[where] += 1
        tallies.append(tally)
    return tallies


def document() -> str:
    """The page docs/rocket-validator.md."""
    jobs = [*good_jobs(), *hand_made()]
    tallies = count(jobs)
    rows, legal = [], Counter[str]()
    for tally in tallies:
        yes, no = tally.refused.total(), tally.legal.total()
        rows.append(f"| {tally.name} | {yes + no:,} | {yes:,} | {no:,} |")
        legal += tally.legal
    reasons = [f"| {where} | {legal[where]:,} | {LEGAL[where]} |" for where in sorted(legal)]
    page = HEAD.format(names="; ".join(job.name for job in jobs)) + "\n".join(rows) + "\n"
    return page + LEGAL_HEAD + "\n".join(reasons) + "\n"
