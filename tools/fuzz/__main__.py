# SPDX-License-Identifier: MIT
"""Try damaged files: ``python -m tools.fuzz SEED_FILE... [--count N] [--first N]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.fuzz.run import fuzz


def main() -> int:
    """A line for each seed file; exit status 1 and the tracebacks if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=1000, help="mutations in all")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutation")
    args = parser.parse_args()
    share = -(-args.count // len(args.files))
    failed = 0
    for place, path in enumerate(args.files):
        first = args.first + place * share
        outcome = fuzz(path, range(first, first + share))
        failed += len(outcome.failures)
        counts = ", ".join(f"{n} {what}" for what, n in outcome.counts.most_common())
        print(f"{path.name}: {counts}; slowest {outcome.slowest:.2f} s", flush=True)
        for failure in outcome.failures[:5]:
            print(failure)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
