# SPDX-License-Identifier: MIT
"""The register-level simulator against the reference backend, alternating, CPU time of a run."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np

import npucore


def main() -> int:
    """One line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--backend", default="rocket", help="e.g. vsim:imx8mp")
    args = parser.parse_args()
    print(f"| model | {args.backend} on the simulator ms | reference ms | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for model in args.models:
        graph = npucore.load(model)
        simulated, reference = (npucore.Session(graph, b) for b in (args.backend, "reference"))
        with simulated, reference:
            tensor = graph.inputs[0]
            info = np.iinfo(tensor.dtype)
            rng = np.random.default_rng(0)
            image = rng.integers(info.min, info.max, tensor.shape, tensor.dtype, True)
            times: dict[str, list[float]] = {"simulated": [], "reference": []}
            for number in range(args.rounds + 1):
                for name, session in (("simulated", simulated), ("reference", reference)):
                    start = time.process_time()
                    session.run(image)
                    if number:  # the first run decodes weights
                        times[name].append((time.process_time() - start) * 1e3)
        mine, theirs = (statistics.median(times[name]) for name in ("simulated", "reference"))
        print(f"| {model.name} | {mine:.1f} | {theirs:.1f} | {mine / theirs:.2f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
