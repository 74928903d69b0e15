# SPDX-License-Identifier: MIT
"""Where the ops of a network run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one op runs, and why not where the user would have liked it better."""

    index: int  # position in the graph
    op: str  # name of the operation
    name: str  # label of the node
    backend: str
    reason: str | None  # what every backend of higher preference said; None for the first choice
    evidence: str | None  # how well it is known that hardware does this, see `Evidence`
    note: str | None = None  # what the backend changed to take it
    macs: int | None = None  # multiply-accumulates of one inference; None for an op without any
