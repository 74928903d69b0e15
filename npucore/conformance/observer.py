# SPDX-License-Identifier: MIT
"""Watches pytest run the suite: a bar on a terminal, and the report at the end."""

from __future__ import annotations

import sys

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from npucore.conformance.conftest import RECORDER
from npucore.conformance.report import ConformanceReport


class Observer:
    """A plugin of pytest's."""

    def __init__(self, show_progress: bool) -> None:
        self.report: ConformanceReport | None = None
        self.complaint = ""
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(
            *columns, TimeRemainingColumn(), console=console, transient=True,
            disable=not show_progress,
        )  # fmt: skip
        self._task = self._progress.add_task("collecting", total=None)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Now the number of tests is known."""
        if not session.items:
            self.complaint = "no test matches"
        self._progress.update(self._task, total=len(session.items))
        self._progress.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show the room."""
        room = nodeid.partition("::")[0].rpartition("test_")[2].removesuffix(".py")
        self._progress.update(self._task, description=room)

    def pytest_runtest_logfinish(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take the report."""
        self._progress.stop()
        recorder = session.config.stash.get(RECORDER, None)
        if recorder is not None and recorder.cases:
            self.report = recorder.report()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Say what could not be collected."""
        if report.failed:
            self.complaint = str(report.longrepr).strip().splitlines()[-1]

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self, config: pytest.Config):  # type: ignore[no-untyped-def]  # pytest's
        """Keep what is wrong with the options."""
        try:
            return (yield)
        except pytest.UsageError as error:
            self.complaint = str(error)
            raise
