# SPDX-License-Identifier: MIT
"""Model of ``npucore models --json``."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class ShareReport(Report):
    """A backend's share of a network on a board on its first day."""

    backend: str
    ops: int
    macs: int
    modelled_ms: float | None  # of one inference; null where there is no model
    clock_hz: float | None


class PackageReport(Report):
    """A distribution of the package index that holds a file."""

    name: str
    version: str
    path: str


class KnownReport(Report):
    """A network of the gallery."""

    name: str
    file: str
    sha256: str
    task: str
    source: str
    licence: str
    package: PackageReport | None
    input: str
    ops: int
    macs: int
    shares: list[ShareReport]
    path: str | None  # of the file, where its package is installed
    commands: list[str]


class GalleryReport(Report):
    """All networks, and the version of npucore that computed the figures."""

    computed_by: str
    networks: list[KnownReport]
