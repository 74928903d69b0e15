# SPDX-License-Identifier: MIT
"""``npucore delegate``: the library that LiteRT loads as a delegate, where programs look for it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npucore.cli.reports.delegate import DelegateReport
    from npucore.native.environment import Environment

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
    """Bind, write, check, print."""
    from npucore.cli.printable import printable
    from npucore.cli.tables import print_text
    from npucore.native.environment import this_environment
    from npucore.native.library import bound, library, this_platform

    environment = this_environment()
    data = bound(library().read_bytes(), environment)
    _write(args.output, data, args.force)
    if args.check:
        _check(args.output)
    report = _report(args, this_platform(), len(data), environment)
    if args.json:
        print(report.json_text())
    else:
        print_text(printable(_sentence(report)))
    return 0


def _write(output: str, data: bytes, force: bool) -> None:
    from pathlib import Path

    from npucore.errors import InputError
    from npucore.files.atomic import replacing
    from npucore.native.library import is_library

    path = Path(output)
    if path.is_file() and not (force or is_library(path.read_bytes())):
        raise InputError(f"{output} is not npucore's: --force replaces it")
    with replacing(path) as file:
        file.write(data)


def _check(output: str) -> None:
    """Raise `PluginError` with what the process says if it cannot."""
    import os
    import subprocess
    import sys

    from npucore.errors import PluginError

    command = (sys.executable, "-m", "npucore.native.check", os.path.abspath(output))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"the process ends with status {done.returncode}"
        raise PluginError(f"{output} is written, but makes no delegate: {said}")


def _report(
    args: argparse.Namespace, platform: str, size_bytes: int, environment: Environment
) -> DelegateReport:
    from npucore.cli.reports.delegate import DelegateReport

    return DelegateReport(
        output=args.output,
        platform=platform,
        size_bytes=size_bytes,
        libpython=environment.libpython or None,
        sites=list(environment.sites),
        checked=args.check,
    )


def _sentence(report: DelegateReport) -> str:
    from npucore.native.environment import libpython_name

    text = f"{report.output}: {report.platform}{', makes a delegate' if report.checked else ''}"
    if report.libpython is None:
        return f"{text}; for Python programs only: others need {libpython_name()}, not found here"
    packages = " and ".join(report.sites) or "no packages"
    return f"{text}; in programs that are not Python's: {report.libpython} with {packages}"
