# SPDX-License-Identifier: MIT
"""Random chains of ops on a backend, against the reference: ``python -m tools.chains NAME``.

Each chain as a whole, and each of its ops with what is moved before it. Prints those that raise or
err by more than the backend claims, and how many it took. Exit status 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from npucore.conformance.graphs.chains import chain
from npucore.conformance.judge_chain import judge_chain
from npucore.running.session import open_backend


def main(words: list[str] | None = None) -> int:
    """Judge so many chains, from one on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backend")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(words)
    backend = open_backend(options.backend)
    seen: Counter[str] = Counter()
    for number in range(options.first, options.first + options.count):
        for place, finding in enumerate(judge_chain(backend, chain(number))):
            kind = "ops" if place else "chains"
            state = "refused" if finding.reason else "wrong" if finding.fault else "right"
            seen[f"{kind} {state}"] += 1
            if finding.fault:
                print(f"{finding.case}: {finding.fault}")
    print(", ".join(f"{count:,} {what}" for what, count in sorted(seen.items())))
    return int(any(what.endswith("wrong") for what in seen))


if __name__ == "__main__":
    sys.exit(main())
