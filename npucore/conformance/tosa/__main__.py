# SPDX-License-Identifier: MIT
"""``python -m npucore.conformance.tosa DIR --backend NAME``: a table by operator, or JSON."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from npucore.conformance.tosa.run import Judge, Result, folders
from npucore.errors import NpucoreError
from npucore.running.session import open_backend

USER_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status is 1 if a test failed."""
    parser = argparse.ArgumentParser(prog="python -m npucore.conformance.tosa")
    parser.add_argument("folder", type=Path, help="what tosa_verif_conformance_generator wrote")
    parser.add_argument("--backend", default="reference", help="who is judged")
    parser.add_argument("--model", type=Path, help="Arm's tosa_reference_model, beside tosa.fbs")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    args = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as work:
            judge = Judge(open_backend(args.backend), Path(work), args.model)
            results = [judge.judge(folder) for folder in folders(args.folder)]
    except NpucoreError as error:
        print(f"npucore: {error}", file=sys.stderr)
        return USER_ERROR
    if args.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
    else:
        print_table(results)
    return int(any(result.fault for result in results))


def print_table(results: Sequence[Result]) -> None:
    """Markdown."""
    print("| operator | tests | passed | failed | skipped | most frequent reason |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for operator in [*sorted({r.operator for r in results}), ""]:
        mine = [r for r in results if not operator or r.operator == operator]
        skipped = Counter(r.skipped for r in mine if r.skipped)
        failed = [r for r in mine if r.fault]
        passed = len(mine) - len(failed) - skipped.total()
        reason = skipped.most_common(1)[0][0] if skipped and operator else ""
        counts = f"{len(mine)} | {passed} | {len(failed)} | {skipped.total()}"
        print(f"| {operator or 'all'} | {counts} | {reason} |")
    for result in results:
        if result.fault:
            print(f"\n{result.test}: {result.fault}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
