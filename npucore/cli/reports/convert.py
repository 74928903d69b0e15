# SPDX-License-Identifier: MIT
"""Model of ``npucore convert --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class ConvertReport(Report):
    """``npucore convert``."""

    model: str
    output: str
    format: str
    size_bytes: int
    ops: int  # of the network
    rounding: str | None  # the rule of the model; null without integers
    read_with: str | None  # the rule of what was written
