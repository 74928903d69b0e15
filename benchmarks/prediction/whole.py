# SPDX-License-Identifier: MIT
"""Whole inferences by the model: ours beside published figures and beside Mesa's placement.

``python -m benchmarks.prediction.whole``: one stream on one core, placed by cost, the CPU being an
A76. The model leaves out: what the CPU does while the NPU works, decoding of images, caches that
are warm or cold, and memory that others use.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import npucore
from benchmarks.prediction.efficientdet import efficientdet_lite0
from benchmarks.prediction.mesa import MesaBackend
from benchmarks.prediction.yolov8 import yolov8n
from npucore.contract.backend import Backend
from npucore.graph import Graph
from npucore.reference import ReferenceBackend
from npucore.running.host import Host
from npucore.running.partition import partition
from npucore.running.placing import Placing, modelled
from npucore.running.prices import Prices, Time
from npucore_rocket import RocketBackend

MAINLINE, PATCHED, VENDOR = 2e8, 6e8, 1e9
XNNPACK = 1 / 3
"""LiteRT's XNNPACK against the reference backend on one thread: 10.3 to 30 ms for MobileNetV1,
performance.md of the specification, section 0."""
SSD = "ssdlite_mobiledet_coco_qat_postprocess"
GOAL = 0.5


@dataclass(frozen=True)
class Published:
    """A published time of a network, with its clock and source."""

    network: str
    clock: float
    milliseconds: float
    source: str
    goal: float | None = None


PUBLISHED = (
    Published("mobilenet_v1_1.0_224_quant", MAINLINE, 13.5, "12 to 15, Mesa on 6.18.36, 2026-07"),
    Published("mobilenet_v1_1.0_224_quant", MAINLINE, 10.8, "Mesa's blog 2024-03, clock not said"),
    Published("mobilenet_v1_1.0_224_quant", MAINLINE, 18.0, "Mesa's documentation"),
    Published("mobilenet_v2_1.0_224_quant", MAINLINE, 21.0, "Mesa's documentation"),
    Published(SSD, MAINLINE, 33.3, "Mesa's blog 2024-06, 30 fps"),
    Published(SSD, MAINLINE, 48.0, "Mesa's documentation"),
    Published(SSD, PATCHED, 56.0, "tflite-rocket 2026-09-28", 25.0),
    Published("efficientdet_lite0", PATCHED, 121.0, "tflite-rocket 2026-09-28", 55.0),
    Published("yolov8n_640", VENDOR, 13.6, "vendor, rknn_model_zoo, without head", 13.6),
)
BUILT: dict[str, Callable[[], Graph]] = {
    "efficientdet_lite0": efficientdet_lite0,
    "yolov8n_640": lambda: yolov8n(640),
}


def rocket(clock: float) -> Backend:
    """As placement asks it."""
    return RocketBackend(device="simulator", trust="sibling", clock=clock)


def ours(graph: Graph, clock: float) -> tuple[Time, int, int]:
    """(time, runs, ops on the CPU) of a network that is placed by cost."""
    parts = Placing()(graph, [rocket(clock), ReferenceBackend()])
    assert parts.time is not None
    strays = sum(p.backend == ReferenceBackend.name for p in parts.placements)
    return parts.time, len(parts.runs), strays


def mesas(graph: Graph, clock: float) -> Time:
    """With Mesa's placement, which is greedy."""
    prices = Prices(graph, Host())
    parts = modelled(partition(graph, [MesaBackend(clock), ReferenceBackend()]), prices)
    found = parts.time
    return prices.total((r.graph.ops, r.backend) for r in parts.runs) if found is None else found


def published(models: Path) -> Iterator[str]:
    """Rows of the first table."""
    yield "| network | MHz | published ms | modelled | ratio | NPU | driver | ways | CPU | runs |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for each in PUBLISHED:
        name = each.network
        graph = BUILT[name]() if name in BUILT else npucore.load(models / f"{name}.tflite")
        time, runs, strays = ours(graph, each.clock)
        ms, parts = time.seconds * 1e3, (time.device, time.driver, time.crossings, time.host)
        goal = "" if each.goal is None else f"; goal {each.goal:g}: {_met(ms < each.goal)}"
        yield (
            f"| {name} | {each.clock / 1e6:.0f} | {each.milliseconds:g} ({each.source}{goal}) "
            f"| {ms:.1f} | {ms / each.milliseconds:.2f} | "
            + " | ".join(f"{part * 1e3:.1f}" for part in parts)
            + f" | {runs}, {strays} ops on the CPU |"
        )


def against_mesa(models: Path, clock: float) -> Iterator[str]:
    """Rows of the second table."""
    yield "| network | ours ms | Mesa's ms | ratio | with XNNPACK for Mesa | goal |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for path in sorted(models.glob("*.tflite")):
        graph = npucore.load(path)
        theirs, quantized = mesas(graph, clock), any(t.quantization for t in graph.inputs)
        mine = ours(graph, clock)[0] if quantized else None
        if mine is None or sum(npucore.summarize(graph).ops.values()) == 0:
            continue
        quicker = replace(theirs, host=XNNPACK * theirs.host)
        ratio = mine.seconds / theirs.seconds
        yield (
            f"| {path.stem} | {mine.seconds * 1e3:.2f} | {theirs.seconds * 1e3:.2f} | {ratio:.2f} "
            f"| {mine.seconds / quicker.seconds:.2f} | {_met(ratio <= GOAL)} |"
        )


def _met(yes: bool) -> str:
    return "met" if yes else "not met"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("../shared/models/tflite"))
    parser.add_argument("--clock", type=float, default=MAINLINE, help="for the second table")
    args = parser.parse_args()
    for line in published(args.models):
        print(line, flush=True)
    print(f"\nat {args.clock / 1e6:.0f} MHz:\n")
    for line in against_mesa(args.models, args.clock):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
