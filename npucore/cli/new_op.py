# SPDX-License-Identifier: MIT
"""``npucore new-op``: the files of an operation, to be filled in."""

from __future__ import annotations

import argparse

SUMMARY = "Write the skeleton of an operation into a checkout of npucore, to be filled in"
EXAMPLES = """\
examples:
  npucore new-op gelu
  npucore new-op gelu --folder ../npucore
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``new-op`` understands."""
    parser.add_argument("name", metavar="NAME", help="small letters, digits and _")
    parser.add_argument("--folder", metavar="DIR", default=".", help="in the checkout (default: .)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Write the files and say what is left to do."""
    from pathlib import Path

    from npucore.conformance.new_op import PUBLIC, checkout, new_op, public_line

    written = [str(path) for path in new_op(args.name, Path(args.folder))]
    public, line = str(checkout(Path(args.folder)) / PUBLIC), public_line(args.name)
    if args.json:
        from npucore.cli.reports.written import EditReport, NewOpReport

        print(NewOpReport(files=written, edit=EditReport(file=public, line=line)).json_text())
        return 0
    print("\n".join(written))
    print(f"\nleft to edit: {public} wants the line\n  {line}")
    print(f"then `python -m pytest {written[-1]}` says what is left to fill in")
    return 0
