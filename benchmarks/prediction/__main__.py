# SPDX-License-Identifier: MIT
"""Two tables: nine vendor networks at 1 GHz, and MobileNetV1 and MobileDet as rocket runs them."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path

import npucore
from benchmarks.prediction.networks import NETWORKS, PUBLISHED_FPS
from npucore.running.partition import partition
from npucore.running.session import open_all
from npucore_rocket import RocketBackend
from npucore_rocket.chip import CORE_CLOCK, MAINLINE_CLOCK, RK3588
from npucore_rocket.cost import JOB_SECONDS, Work, work

MODELS = {
    "mobilenet_v1_1.0_224_quant": {
        MAINLINE_CLOCK: "10 to 11 (Mesa's blog, March 2024, clock unsaid), 12 to 15 (Linux 6.18.36 "
        "with Mesa, 2026), 18 (Mesa's documentation)",
        CORE_CLOCK: "2.4 an image with three runtimes of the vendor (go-rknnlite)",
    },
    "ssdlite_mobiledet_coco_qat_postprocess": {
        MAINLINE_CLOCK: "33 or less (Mesa's blog), 48 (Mesa's documentation)",
        CORE_CLOCK: "none",
    },
}


def ratios() -> dict[str, tuple[float, float]]:
    """Network -> (published, predicted) milliseconds on one core at 1 GHz."""
    return {
        name: (1e3 / PUBLISHED_FPS[name], network().total().seconds(CORE_CLOCK) * 1e3)
        for name, network in NETWORKS.items()
    }


def rms(pairs: Mapping[str, tuple[float, float]]) -> float:
    """Of the relative errors."""
    errors = [predicted / published - 1 for published, predicted in pairs.values()]
    return math.sqrt(sum(error**2 for error in errors) / len(errors))


def predicted(model: Path, clock: float) -> tuple[float, float, int]:
    """(milliseconds on the NPU, the same with the driver's part, tasks) of what rocket takes."""
    graph = npucore.load(model)
    total, count = Work(RK3588), 0
    seconds = 0.0
    for run in partition(graph, open_all("rocket", device="simulator")[1]).runs:
        if not isinstance(run.backend, RocketBackend):
            continue
        exported = run.backend.export(run.graph)
        start = 0
        for size in exported.arrays["tasks"][:, 2]:
            done = work(exported.arrays["words"][start : start + size], RK3588)
            total, count, start = total + done, count + 1, start + int(size)
            seconds += done.seconds(clock)
    return seconds * 1e3, (seconds + count * JOB_SECONDS) * 1e3, count


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("../shared/models/tflite"))
    folder = parser.parse_args().models
    pairs = ratios()
    print("| network | published ms | predicted ms | ratio |\n| --- | ---: | ---: | ---: |")
    for name, (published, mine) in pairs.items():
        print(f"| {name} | {published:.2f} | {mine:.2f} | {mine / published:.2f} |")
    print(f"\nrms of the relative errors: {rms(pairs):.1%}\n")
    print("| network | clock | NPU ms | with driver ms | tasks | published ms |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for name, figures in MODELS.items():
        for clock, published_text in figures.items():
            npu, whole, count = predicted(folder / f"{name}.tflite", clock)
            row = f"{npu:.2f} | {whole:.2f} | {count} | {published_text}"
            print(f"| {name} | {clock / 1e6:.0f} MHz | {row} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
