# SPDX-License-Identifier: MIT
"""Where what parties saw on one chip does not agree: what is followed, and what would settle it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One point of dispute. *question* is the subject of the self-test's question about it."""

    topic: str
    followed: str
    other: str
    source: str
    question: str


CONTRADICTIONS = (
    Contradiction(
        "groups of kernels",
        "tasks have whole groups of 32 kernels, depthwise ones of 64 channels, filled up with 0",
        "two parties ran kernels that end inside a group (option `groups=part`); on one party's "
        "board such tasks did not end",
        "facts A3",
        "part of a group",
    ),
    Contradiction(
        "halves",
        "the output converter rounds halves to even",
        "one party of three saw them go away from 0 on requantised int8",
        "facts 0.7",
        "rounding of halves",
    ),
    Contradiction(
        "bit 30 of OUT_CVT_SHIFT",
        "0 always; the simulator takes 1 for halves away from 0",
        "one party of three saw no effect of it",
        "facts 0.7",
        "rounding bit",
    ),
    Contradiction(
        "maps one pixel wide",
        "they get a bank of the CBUF more than they fill",
        "the vendor's plans mostly leave none; one party saw the last rows garbled without",
        "facts A4",
        "full bank",
    ),
    Contradiction(
        "three atoms of a line",
        "they take as many entries of the CBUF as four, as in Mesa's streams",
        "a formula that fits all of the vendor's programs gives them three quarters",
        "reference 4.3; facts A4",
        "entries of three atoms",
    ),
    Contradiction(
        "a spare bank of weights",
        "weights that stay get a bank more than they fill, as Mesa has it",
        "the vendor's plans leave none",
        "reference 4.3",
        "spare bank of weights",
    ),
    Contradiction(
        "tasks of a job",
        "tasks are batched into jobs, each with its own weights (`tasks=one`: a job each)",
        "a party that saw only the first task of a job run had a patched kernel; kept weights "
        "(`tasks=joined`) made one party's next task read stale data",
        "facts A11",
        "several tasks in a job",
    ),
    Contradiction(
        "words at address 0",
        "address 0 stays unused",
        "they ran on an RK3588 and hung an RK3576",
        "reference 3",
        "words at address 0",
    ),
)
