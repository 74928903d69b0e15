# SPDX-License-Identifier: MIT
"""``npucore devices``: everything that programs could run on."""

from __future__ import annotations

import argparse

SUMMARY = "List what programs can run on here: boards, simulators, the CPU"
EXAMPLES = """\
examples:
  npucore devices
  npucore devices --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``devices`` understands."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Ask every installed backend that works."""
    from npucore.cli.printable import complain
    from npucore.cli.tables import print_table
    from npucore.running.diagnosis import devices

    found = devices(say=complain)
    if args.json:
        from npucore.cli.reports.hardware import DevicesReport, FoundDeviceReport

        reports = [
            FoundDeviceReport(backend=name, name=d.name, kind=d.kind, detail=d.detail)
            for name, d in found
        ]
        print(DevicesReport(reports).json_text())
    else:
        rows = [(name, device.name, device.kind, device.detail) for name, device in found]
        print_table(("backend", "device", "kind", "about"), rows)
    return 0
