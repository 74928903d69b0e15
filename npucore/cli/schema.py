# SPDX-License-Identifier: MIT
"""``npucore schema``: the schemas of what commands print with ``--json``."""

from __future__ import annotations

import argparse

SUMMARY = "Print the JSON Schema of what a command prints with --json"
EXAMPLES = """\
examples:
  npucore schema
  npucore schema detect > detect.schema.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``schema`` understands."""
    parser.add_argument(
        "command_name", metavar="NAME", nargs="?", help="a command; without it they are listed"
    )
    parser.add_argument("--json", action="store_true", help="all of them, by command")


def execute(args: argparse.Namespace) -> int:
    """Look up, print."""
    import json

    from npucore.cli.schemas import DOCUMENTS, json_schema
    from npucore.cli.tables import print_text

    if args.command_name is not None:
        print(json.dumps(json_schema(args.command_name), indent=2))
    elif args.json:
        print(json.dumps({name: json_schema(name) for name in DOCUMENTS}, indent=2))
    else:
        print_text(f"npucore schema NAME, for NAME one of: {', '.join(DOCUMENTS)}")
    return 0
