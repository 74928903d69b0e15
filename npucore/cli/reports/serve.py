# SPDX-License-Identifier: MIT
"""Model of ``npucore serve --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class ServedReport(Report):
    """A model, and a sentence about where its ops run."""

    name: str
    placed: str


class ServeReport(Report):
    """What is served, from when on it is."""

    address: str
    models: list[ServedReport]
