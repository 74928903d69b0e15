# SPDX-License-Identifier: MIT
"""``npucore cache``: the compiled programs that are kept for the next start."""

from __future__ import annotations

import argparse

SUMMARY = "Show the compiled programs that are kept for the next start, or remove them"
EXAMPLES = """\
examples:
  npucore cache
  npucore cache --clear
  NPUCORE_CACHE=0 npucore run model.tflite --input photo.jpg     # without it
  NPUCORE_CACHE=256M npucore run model.tflite --input photo.jpg  # a smaller one
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``cache`` understands."""
    parser.add_argument("--clear", action="store_true", help="remove all entries")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Look, perhaps remove, print."""
    from npucore.cli.printable import printable
    from npucore.cli.reports.cache import CacheReport
    from npucore.files.cache import VARIABLE, cache_of

    cache, used = cache_of(True), cache_of()
    if cache is None:
        print("no home folder, and so no cache")
        return 0
    removed = cache.clear() if args.clear else 0
    entries = cache.entries()
    report = CacheReport(
        folder=str(cache.folder),
        used=used is not None,
        entries=len(entries),
        size_bytes=sum(entry.size_bytes for entry in entries),
        most_bytes=cache.most_bytes,
        removed=removed,
        objection=cache.objection(),
    )
    if args.json:
        print(report.json_text())
        return 0
    print(printable(f"folder    {report.folder}"))
    print(f"entries   {report.entries}" + (f" ({removed} removed)" if args.clear else ""))
    print(f"size      {report.size_bytes:,} of at most {report.most_bytes:,} bytes")
    if not report.used:
        print(f"turned off by {VARIABLE}")
    elif report.objection:
        print(printable(f"nothing is kept: {report.objection}"))
    return 0
