# SPDX-License-Identifier: MIT
"""Model of ``npucore serve --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class ServedReport(Report):
    """A model, and a sentence about where its ops run."""

    name: str
    placed: str


class ServeReport(Report):
    """The models that are served, their address, and that for Frigate's detectors."""

    address: str
    frigate: str | None = None
    models: list[ServedReport]
