# SPDX-License-Identifier: MIT
"""Try damaged files: ``python -m tools.fuzz [SEED_FILE...] [--count N] [--first N]``.

Without files, those of `tools.fuzz.seeds` are tried.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from npucore.files.atomic import scratch_folder
from tools.fuzz.run import fuzz
from tools.fuzz.seeds import write_seeds


def main() -> int:
    """A line for each seed file; exit status 1 and the tracebacks if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--backend", default="reference", help="what models are run on")
    parser.add_argument("--count", type=int, default=1000, help="mutations in all")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutation")
    args = parser.parse_args()
    with scratch_folder() as folder:
        return _try(args.files or write_seeds(folder), args)


def _try(files: list[Path], args: argparse.Namespace) -> int:
    share = -(-args.count // len(files))
    failed = 0
    for place, path in enumerate(files):
        first = args.first + place * share
        outcome = fuzz(path, range(first, first + share), args.backend)
        failed += len(outcome.failures)
        counts = ", ".join(f"{n} {what}" for what, n in outcome.counts.most_common())
        print(f"{path.name}: {counts}; slowest {outcome.slowest:.2f} s", flush=True)
        for failure in outcome.failures[:5]:
            print(failure)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
