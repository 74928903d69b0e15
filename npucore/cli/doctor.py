# SPDX-License-Identifier: MIT
"""``npucore doctor``: what is missing to run on an NPU, and how to get it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from npucore.cli import selection
from npucore.errors import InputError

if TYPE_CHECKING:
    from npucore.cli.reports.hardware import FindingReport
    from npucore.contract.backend import Finding
    from npucore.running.diagnosis import Verdict

SUMMARY = "Say what is in the way of an NPU, and the remedy; try what is known too little"
EXAMPLES = """\
examples:
  npucore doctor
  npucore doctor --self-test
  npucore doctor --backend rocket --option device=virtual --self-test

The exit status is 0 if an NPU can be used, 1 if something is in the way of all
of them, or a self-test has failed.
"""
SOMETHING = 1  # the exit status where something is in the way
SIGNS = {"ok": "ok", "warning": "note", "error": "MISSING", "unknown": "?"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``doctor`` understands."""
    selection.add_backend(parser)
    parser.add_argument(
        "--option", metavar="KEY=VALUE", action="append", default=[], help="a setting of a backend"
    )
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="run small cases of all that has not been shown, and remember what worked here",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.set_defaults(trust=None)


def execute(args: argparse.Namespace) -> int:
    """Look, perhaps try, print: 0 if an NPU can be used, 1 if something is in the way."""
    from npucore.cli.printable import complain
    from npucore.running.diagnosis import diagnose, every_backend, self_test, verdict

    if args.option and not args.backend:
        raise InputError("--option: say by --backend whose setting it is")
    backends = list(every_backend(args.backend, say=complain, **selection.options(args)))
    found = diagnose(backends)
    if not args.backend:
        found.append(("npucore", _of_cache()))
    tried = self_test(backends, say=_progress) if args.self_test else None
    judged = verdict(found, tried or [])
    if args.json:
        _print_json(found, tried, judged)
    else:
        _print_text(found, tried, judged)
    return 0 if judged.fine else SOMETHING


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<79.79}", end="", file=sys.stderr, flush=True)


def _of_cache() -> Finding:
    """Whether programs can be kept for the next start."""
    from npucore.contract.backend import Finding, State
    from npucore.files.cache import cache_of

    if (cache := cache_of()) is None:
        return Finding("cache", State.OK, "turned off: every start compiles")
    if (why := cache.objection()) is not None:
        remedy = "every start compiles; XDG_CACHE_HOME names another place"
        return Finding("cache", State.WARNING, f"nothing is kept: {why}", remedy)
    return Finding("cache", State.OK, str(cache.folder))


def _print_text(
    found: list[tuple[str, Finding]], tried: list[tuple[str, Finding]] | None, judged: Verdict
) -> None:
    from npucore.cli import tables

    _print_findings(found)
    if tried is not None:
        print("\nself-test" if tried else "\nself-test: no backend has anything to try here")
        if tried:
            _print_findings(tried)
    print()
    tables.print_text(judged.sentence)


def _print_findings(found: list[tuple[str, Finding]]) -> None:
    from npucore.cli.tables import print_table

    rows = []
    for backend, finding in found:
        sign = SIGNS.get(finding.state, finding.state)
        remedy = f". {finding.remedy}" if finding.remedy else ""
        rows.append((backend, sign, finding.subject, finding.detail + remedy))
    print_table(("backend", "", "what", "found"), rows)


def _print_json(
    found: list[tuple[str, Finding]], tried: list[tuple[str, Finding]] | None, judged: Verdict
) -> None:
    from npucore.cli.reports.hardware import DoctorReport

    tests = None if tried is None else [_report(*pair) for pair in tried]
    findings = [_report(*pair) for pair in found]
    report = DoctorReport(
        findings=findings, self_test=tests, fine=judged.fine, verdict=judged.sentence
    )
    print(report.json_text())


def _report(backend: str, finding: Finding) -> FindingReport:
    from npucore.cli.reports.hardware import FindingReport

    return FindingReport(
        backend=backend,
        subject=finding.subject,
        state=finding.state,
        detail=finding.detail,
        remedy=finding.remedy,
    )
