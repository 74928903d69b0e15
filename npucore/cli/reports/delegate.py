# SPDX-License-Identifier: MIT
"""Model of ``npucore delegate --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class DelegateReport(Report):
    """A library that was written, and what Python it starts in programs that are none."""

    output: str
    platform: str  # x86_64-linux-gnu
    size_bytes: int
    libpython: str | None  # null where this Python has none: then for Python programs only
    sites: list[str]  # folders of packages
    checked: bool  # whether a fresh process has made a delegate with it
