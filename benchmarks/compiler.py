# SPDX-License-Identifier: MIT
"""How long rocket takes to compile a network, in CPU time: cold in fresh processes, and warm.

Placing and compiling is what ``npucore compile`` does between reading and writing. A session also
validates every word and fills the simulator's memory. Single layers stand beside what Mesa takes
for the same file.
"""

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
from npucore.contract.abilities import Exports
from npucore.graph import Graph
from npucore.running.session import Session, place

# Opened here, since a process does that once: a cold compilation is the first, not the import.
from npucore_rocket import export, image, lowering  # isort: skip  # noqa: F401


MESA_MS = {
    "mb0": (0.07, 0.16),
    "mb1": (0.11, 0.12),
    "mb14": (1.8, 2.5),
    "mb26": (6.4, 6.6),
    "mobiledet15": (0.45, 0.56),
    "mobiledet17": (0.53, 0.55),
    "mobiledet88": (0.14, 0.17),
}
"""Least and most of two runs: rocket arithmetic 9, for Mesa's own test files of these names."""
LAYER_ROUNDS = 40  # for each round of a network: layers take microseconds


def compile_once(graph: Graph) -> float:
    """Milliseconds to place all ops and to compile those of rocket."""
    start = time.process_time()
    placed = place(graph, "rocket", "reference", None)
    for run in placed.partition.runs:
        if isinstance(run.backend, Exports):
            run.backend.export(run.graph)
    return (time.process_time() - start) * 1e3


def open_once(graph: Graph) -> float:
    """Milliseconds to open a session."""
    start = time.process_time()
    with Session(graph, "rocket"):
        return (time.process_time() - start) * 1e3


def networks(models: list[Path], rounds: int) -> None:
    """One line for each network."""
    print("| model | cold ms | warm ms | session, warm ms |\n| --- | ---: | ---: | ---: |")
    for model in models:
        command = [sys.executable, __file__, "--cold", str(model)]
        cold = [
            float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(rounds)
        ]
        graph = npucore.load(model)
        warm = [compile_once(graph) for _ in range(rounds)][1:]
        opened = [open_once(graph) for _ in range(rounds)][1:]
        times = " | ".join(f"{statistics.median(t):.1f}" for t in (cold, warm, opened))
        print(f"| {model.name} | {times} |")


def layers(models: list[Path], rounds: int) -> None:
    """One line for each layer that Mesa's time is known of."""
    print("| layer | ms | Mesa's ms | times Mesa's most |\n| --- | ---: | ---: | ---: |")
    for model in models:
        graph, (least, most) = npucore.load(model), MESA_MS[model.stem]
        ours = statistics.median([compile_once(graph) for _ in range(rounds * LAYER_ROUNDS)])
        print(f"| {model.stem} | {ours:.2f} | {least} to {most} | {ours / most:.1f} |")


def main() -> int:
    """One line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--cold", action="store_true", help="print one cold time and stop")
    args = parser.parse_args()
    if args.cold:
        graph = npucore.load(args.models[0])
        print(compile_once(graph))
        return 0
    single = [model for model in args.models if model.stem in MESA_MS]
    if whole := [model for model in args.models if model not in single]:
        networks(whole, args.rounds)
    if single:
        layers(single, args.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
