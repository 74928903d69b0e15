# SPDX-License-Identifier: MIT
"""``npucore new-backend``: a distribution with a backend that works, to be changed."""

from __future__ import annotations

import argparse

SUMMARY = "Write the skeleton of a backend: a package that works, to be changed"
EXAMPLES = """\
examples:
  npucore new-backend my_npu
  npucore new-backend my_npu --folder src/my_npu
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``new-backend`` understands."""
    parser.add_argument("name", metavar="NAME", help="small letters, digits and _")
    parser.add_argument("--folder", metavar="DIR", help="where (default: npucore-NAME)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Write the files and say what to do next."""
    from pathlib import Path

    from npucore.conformance.new_backend import default_folder, new_backend

    folder = Path(args.folder) if args.folder else default_folder(args.name)
    written = new_backend(args.name, folder)
    if args.json:
        from npucore.cli.reports.written import NewBackendReport

        files = [str(path) for path in written]
        print(NewBackendReport(folder=str(folder), files=files).json_text())
        return 0
    for path in written:
        print(path)
    print(f"\npip install ./{folder} && npucore conformance {args.name} --quick")
    return 0
