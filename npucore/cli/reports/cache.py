# SPDX-License-Identifier: MIT
"""Model of ``npucore cache --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class CacheReport(Report):
    """The folder of compiled programs, and whether it is used."""

    folder: str
    used: bool
    entries: int
    size_bytes: int
    most_bytes: int
    removed: int
    objection: str | None
