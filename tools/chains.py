# SPDX-License-Identifier: MIT
"""Random chains of ops on a backend, against the reference: ``python -m tools.chains NAME``.

Each chain as a whole, and each of its ops with what is moved before it. Prints the chains that are
wrong, raise or claim less than they err, and how many ops the backend took. Exit status 1 if any.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from npucore.conformance.graphs.chains import chain, parts
from npucore.conformance.judge_graph import judge_graph
from npucore.session import open_backend


def main(words: list[str] | None = None) -> int:
    """Judge *count* chains from *first* on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backend")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(words)
    backend = open_backend(options.backend)
    seen: Counter[str] = Counter()
    for number in range(options.first, options.first + options.count):
        whole = chain(number)
        for case in (whole, *parts(whole)):
            finding = judge_graph(backend, case)
            kind = "chains" if case is whole else "ops"
            state = "refused" if finding.reason else "wrong" if finding.fault else "right"
            seen[f"{kind} {state}"] += 1
            if finding.fault:
                print(f"{finding.case}: {finding.fault}")
    print(", ".join(f"{count:,} {what}" for what, count in sorted(seen.items())))
    return int(any(what.endswith("wrong") for what in seen))


if __name__ == "__main__":
    sys.exit(main())
