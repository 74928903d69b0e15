# SPDX-License-Identifier: MIT
"""``npucore backends``: what can run networks here."""

from __future__ import annotations

import argparse

SUMMARY = "List the installed backends: what can run networks here"
EXAMPLES = """\
examples:
  npucore backends
  npucore backends --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``backends`` understands."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Import every backend and print what it says of itself."""
    from npucore.cli import installed
    from npucore.running.installed import backends

    found = backends()
    if args.json:
        installed.print_json(found)
    else:
        installed.print_text(found, with_device=True)
    return 0
