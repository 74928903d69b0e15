# SPDX-License-Identifier: MIT
"""``npucore disasm``: what a hardware's register words say."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.contract.listing import Listing

SUMMARY = "Show the registers that a stream of hardware words writes"
EXAMPLES = """\
examples:
  npucore disasm stream.bin --backend rocket
  npucore disasm capture.npz --json
  npucore disasm mobilenet.npu
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``disasm`` understands."""
    parser.add_argument(
        "file", metavar="FILE", help="an artefact, words as they lie in memory, .npy or .npz"
    )
    parser.add_argument(
        "--backend", metavar="NAME", help="whose words they are (default: the first that can tell)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Read the file, ask the backend, print."""
    from npucore.cli import tables
    from npucore.running.disassembly import disassemble

    with selection.spelled("backend"):
        listing = disassemble(args.file, args.backend)
    if args.json:
        _print_json(listing)
        return 0
    for task in listing.tasks:
        for line in task.lines:
            tables.print_text(line)
    return 0


def _print_json(listing: Listing) -> None:
    from dataclasses import asdict

    from npucore.cli.reports.written import DisasmReport

    tasks = [asdict(task) for task in listing.tasks]
    for task in tasks:
        del task["lines"]
    print(DisasmReport.model_validate({"tasks": tasks}).json_text())
