# SPDX-License-Identifier: MIT
"""``npucore conformance``: what a backend takes, how exact it is, and what is wrong."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from pathlib import Path

SUMMARY = "Judge a backend: what it takes, how exact it is, what is wrong"
EXAMPLES = """\
examples:
  npucore conformance rocket
  npucore conformance reference --quick --html report.html
  npucore conformance mychip --models nets/ --gaps gaps.toml -k "convolution"

The exit status is 0 if nothing failed that the gaps do not name, else 1.
"""

STDOUT = "-"
FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``conformance`` understands."""
    parser.add_argument("backend", metavar="NAME", help="a backend, NAME or NAME:TARGET")
    parser.add_argument("--quick", action="store_true", help="a sample of the cases")
    parser.add_argument("-k", metavar="EXPR", help="only tests whose ids match, as pytest's -k")
    parser.add_argument("--models", metavar="DIR", help="judge the networks in a folder as well")
    parser.add_argument(
        "--gaps", metavar="FILE", help="known failures (default: those that the backend ships)"
    )
    parser.add_argument(
        "--option", metavar="KEY=VALUE", action="append", default=[], help="of the backend"
    )
    parser.add_argument(
        "--trust",
        choices=("proven", "shown", "sibling", "paper"),
        help="least evidence of what a backend may do, for backends that ask for it",
    )
    say = "write the report; without FILE print it"
    parser.add_argument("--json", metavar="FILE", nargs="?", const=STDOUT, help=say)
    parser.add_argument("--html", metavar="FILE", help="write the report as a page")
    parser.add_argument("--junit", metavar="FILE", help="write the report for a CI server")


def execute(args: argparse.Namespace) -> int:
    """Run the suite, print the summary."""
    from npucore.conformance.console import judge_backend
    from npucore.errors import InputError

    for file in (args.html, args.junit, None if args.json == STDOUT else args.json):
        if file is not None and not _parent(file).is_dir():
            raise InputError(f"{file}: {_parent(file)} is no folder")
    report = judge_backend(
        args.backend,
        quick=args.quick,
        keyword=args.k,
        models=args.models,
        gaps=args.gaps,
        json=None if args.json == STDOUT else args.json,
        html=args.html,
        junit=args.junit,
        quiet=args.json == STDOUT,
        **selection.options(args),
    )
    if args.json == STDOUT:
        print(report.json_text())
    else:
        from npucore.cli.judged import print_summary

        print_summary(report)
    return 0 if report.passed else FAILED


def _parent(file: str) -> Path:
    from pathlib import Path

    return Path(file).absolute().parent
