# SPDX-License-Identifier: MIT
"""``npucore export-trace``: an artefact as its hardware maker's test benches play it."""

from __future__ import annotations

import argparse

SUMMARY = "Write what a test bench of the hardware's maker plays"
EXAMPLES = """\
examples:
  npucore compile model.tflite --backend nvdla -o model.npu
  npucore export-trace model.npu -o trace
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``export-trace`` understands."""
    parser.add_argument("file", metavar="X.npu", help="an artefact, as `compile` writes it")
    parser.add_argument(
        "-o", "--output", metavar="DIR", required=True, help="the folder to write to"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Read, record, write, print."""
    from npucore.cli import tables
    from npucore.cli.progress import working
    from npucore.running.bench_traces import export_trace

    with working(f"{args.file} is recorded"):
        written = export_trace(args.file, args.output)
    sizes = {str(path): path.stat().st_size for path in written}
    if args.json:
        from npucore.cli.reports.written import ExportTraceReport

        files = [{"path": path, "size_bytes": size} for path, size in sizes.items()]
        print(ExportTraceReport.model_validate({"files": files}).json_text())
        return 0
    for path, size in sizes.items():
        tables.print_text(f"{path}: {size:,} bytes")
    return 0
