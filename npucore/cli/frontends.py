# SPDX-License-Identifier: MIT
"""``npucore frontends``: which model formats can be read."""

from __future__ import annotations

import argparse

SUMMARY = "List the installed frontends: which model formats can be read"
EXAMPLES = """\
examples:
  npucore frontends
  npucore frontends --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``frontends`` understands."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Import every frontend and print what it says of itself."""
    from npucore.cli import installed
    from npucore.running.installed import frontends

    found = frontends()
    if args.json:
        installed.print_json(found)
    else:
        installed.print_text(found, with_device=False)
    return 0
