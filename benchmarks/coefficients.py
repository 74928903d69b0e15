# SPDX-License-Identifier: MIT
"""vsim's coefficient encoders: CPU time of all layers of a model, bytes before and after."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import npucore
from npucore_vsim.backend import VsimBackend
from npucore_vsim.lower import COMPUTING, Convolve, lower
from npucore_vsim.plan import tiling
from npucore_vsim.program import encoded


def main() -> int:
    """One line for each model and chip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print("| model | chip | encode s | weights as the cores see them | stream bytes |")
    print("| --- | --- | ---: | ---: | ---: |")
    for model in args.models:
        graph = npucore.load(model)
        for target in ("a311d", "imx8mp"):
            chip, backend = VsimBackend(target).chip, VsimBackend(target)
            layers = [
                layer
                for op in graph.ops
                if isinstance(op, tuple(COMPUTING)) and backend.supports(op, graph)
                for layer in lower(op, graph, chip)
                if isinstance(layer, Convolve)
            ]
            times, size = [], 0
            for _ in range(args.rounds):
                start = time.process_time()
                size = sum(encoded(layer, tiling(layer, chip), chip)[0].size for layer in layers)
                times.append(time.process_time() - start)
            weights = sum(layer.weights.size for layer in layers)
            took = statistics.median(times)
            print(f"| {model.name} | {target} | {took:.2f} | {weights:,} | {size:,} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
