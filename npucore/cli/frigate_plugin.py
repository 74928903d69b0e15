# SPDX-License-Identifier: MIT
"""``npucore frigate-plugin``: the file that makes npucore a detector of Frigate."""

from __future__ import annotations

import argparse

SUMMARY = "Write the file that makes npucore a detector of Frigate"
EXAMPLES = """\
examples:
  npucore frigate-plugin -o /srv/frigate/npucore.py

The file belongs into Frigate's container, as
/opt/frigate/frigate/detectors/plugins/npucore.py.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``frigate-plugin`` understands."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write it")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Write it."""
    from npucore.cli.printable import printable
    from npucore.frigate import write_frigate_plugin

    write_frigate_plugin(args.output)
    if args.json:
        from npucore.cli.reports.written import FrigatePluginReport

        print(FrigatePluginReport(file=args.output).json_text())
        return 0
    print(printable(f"{args.output}: mount it as frigate/detectors/plugins/npucore.py"))
    return 0
