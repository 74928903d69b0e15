# SPDX-License-Identifier: MIT
"""How long rocket takes to compile a network, in CPU time: cold in fresh processes, and warm."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import npucore
from npucore.graph import Graph
from npucore.partition import partition
from npucore.reference import ReferenceBackend
from npucore_rocket import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.lower import LAYERS, lower
from npucore_rocket.program import compile_graph


def compile_once(graph: Graph) -> float:
    """Milliseconds from ops to linked words: lower, plan, emit, pack."""
    start = time.process_time()
    ops = [(index, op) for index, op in enumerate(graph.ops) if isinstance(op, LAYERS)]
    layers = {index: lower(op, graph) for index, op in ops}
    compile_graph(graph, layers, RK3588)
    return (time.process_time() - start) * 1e3


def longest_run(model: Path) -> Graph:
    """The largest part of a network that goes to rocket."""
    parts = partition(npucore.load(model), [RocketBackend(), ReferenceBackend()])
    runs = [run.graph for run in parts.runs if run.backend.name == "rocket"]
    return max(runs, key=lambda graph: len(graph.ops))


def main() -> int:
    """One line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--cold", action="store_true", help="print one cold compilation and stop")
    args = parser.parse_args()
    if args.cold:
        print(compile_once(longest_run(args.models[0])))
        return 0
    print("| model | cold ms | warm ms |\n| --- | ---: | ---: |")
    for model in args.models:
        command = [sys.executable, __file__, "--cold", str(model)]
        cold = [
            float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(args.rounds)
        ]
        graph = longest_run(model)
        compile_once(graph)
        warm = [compile_once(graph) for _ in range(args.rounds)]
        print(f"| {model.name} | {statistics.median(cold):.1f} | {statistics.median(warm):.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
