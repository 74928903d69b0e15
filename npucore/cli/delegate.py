# SPDX-License-Identifier: MIT
"""``npucore delegate``: the library that LiteRT loads as a delegate, where programs look for it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npucore.cli.reports.delegate import DelegateReport
    from npucore.native.writing import WrittenDelegate

SUMMARY = "Write the library that LiteRT loads as a delegate"
EXAMPLES = """\
examples:
  npucore delegate -o libnpucore.so
  sudo .venv/bin/npucore delegate -o /usr/lib/teflon/libteflon.so --check

A program loads it with load_delegate("libnpucore.so", {"backend": "rocket"}),
label_image and benchmark_model with --external_delegate_path=libnpucore.so.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``delegate`` understands."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="the library, to be written"
    )
    parser.add_argument(
        "--check", action="store_true", help="have a fresh process make a delegate with it"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace a library that is not npucore's, too"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Write, check, print."""
    from npucore.cli.printable import printable
    from npucore.cli.tables import print_text
    from npucore.native.writing import write_delegate

    written = write_delegate(args.output, force=args.force)
    if args.check:
        written.check()
    report = _report(written, args.check)
    if args.json:
        print(report.json_text())
    else:
        print_text(printable(_sentence(report)))
    return 0


def _report(written: WrittenDelegate, checked: bool) -> DelegateReport:
    from npucore.cli.reports.delegate import DelegateReport

    return DelegateReport(
        output=str(written.path),
        platform=written.platform,
        size_bytes=written.size_bytes,
        libpython=written.environment.libpython or None,
        sites=list(written.environment.sites),
        checked=checked,
    )


def _sentence(report: DelegateReport) -> str:
    from npucore.native.environment import libpython_name

    text = f"{report.output}: {report.platform}{', makes a delegate' if report.checked else ''}"
    if report.libpython is None:
        return f"{text}; for Python programs only: others need {libpython_name()}, not found here"
    packages = " and ".join(report.sites) or "no packages"
    return f"{text}; in programs that are not Python's: {report.libpython} with {packages}"
