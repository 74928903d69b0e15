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

SUMMARY = "Say what is in the way of an NPU, and the remedy; try what is known too little"
EXAMPLES = """\
examples:
  npucore doctor
  npucore doctor --self-test
  npucore doctor --backend rocket --option device=virtual --self-test --json
"""
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
    """Look, perhaps try, print. It is no error that something is missing."""
    from npucore.cli.printable import complain
    from npucore.running.diagnosis import diagnose, every_backend, self_test

    if args.option and not args.backend:
        raise InputError("--option: say by --backend whose setting it is")
    backends = list(every_backend(args.backend, say=complain, **selection.options(args)))
    found = diagnose(backends)
    tried = self_test(backends, say=_progress) if args.self_test else None
    if args.json:
        _print_json(found, tried)
        return 0
    _print_findings(found)
    if tried is not None:
        print("\nself-test" if tried else "\nself-test: no backend has anything to try here")
        _print_findings(tried)
    return 0


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)


def _print_findings(found: list[tuple[str, Finding]]) -> None:
    from npucore.cli.tables import print_table

    rows = []
    for backend, finding in found:
        sign = SIGNS.get(finding.state, finding.state)
        remedy = f". {finding.remedy}" if finding.remedy else ""
        rows.append((backend, sign, finding.subject, finding.detail + remedy))
    if rows:
        print_table(("backend", "", "what", "found"), rows)
    else:
        print("no backend needs any hardware")


def _print_json(found: list[tuple[str, Finding]], tried: list[tuple[str, Finding]] | None) -> None:
    from npucore.cli.reports.hardware import DoctorReport

    tests = None if tried is None else [_report(*pair) for pair in tried]
    print(DoctorReport(findings=[_report(*p) for p in found], self_test=tests).json_text())


def _report(backend: str, finding: Finding) -> FindingReport:
    from npucore.cli.reports.hardware import FindingReport

    return FindingReport(
        backend=backend,
        subject=finding.subject,
        state=finding.state,
        detail=finding.detail,
        remedy=finding.remedy,
    )
