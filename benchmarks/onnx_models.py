# SPDX-License-Identifier: MIT
"""ONNX models: how long they take to read, and the reference backend against ONNX Runtime.

One thread each, alternating in one process, CPU time, medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np
import onnx
import onnxruntime

import npucore
from npucore.tensor import Array, Shape


def read_milliseconds(path: Path, shapes: dict[str, Shape], rounds: int) -> tuple[float, float]:
    """CPU milliseconds of the first reading after ``import onnx``, and the median of later ones."""
    times = []
    for _ in range(rounds + 1):
        start = time.process_time()
        npucore.load(path, shapes=shapes)
        times.append((time.process_time() - start) * 1e3)
    return times[0], statistics.median(times[1:])


def runtime(path: Path, inputs: dict[str, Array]) -> Callable[[], object]:
    """A function that runs the model once in ONNX Runtime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, inputs)


def inputs_of(session: npucore.Session) -> dict[str, Array]:
    """Seeded random inputs."""
    rng = np.random.default_rng(0)
    return {
        t.name: rng.random(t.shape, np.float32)
        if t.dtype.kind == "f"
        else rng.integers(0, 256, t.shape, np.uint8).astype(t.dtype)
        for t in session.inputs
    }


def measure(path: Path, shapes: dict[str, Shape], rounds: int) -> dict[str, float]:
    """Median CPU milliseconds by engine, and our ratio to the peer."""
    first, again = read_milliseconds(path, shapes, rounds)
    with npucore.Session(path, "reference", shapes=shapes) as session:
        inputs = inputs_of(session)
        engines: dict[str, Callable[[], object]] = {"npucore": lambda: session.run(inputs)}
        engines["onnxruntime"] = runtime(path, inputs)
        times: dict[str, list[float]] = {name: [] for name in engines}
        for number in range(rounds + 1):
            for name, engine in engines.items():
                start = time.process_time()
                engine()
                if number:  # the first round warms up
                    times[name].append((time.process_time() - start) * 1e3)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["npucore"] / medians["onnxruntime"]
    return {"read_first": first, "read_again": again} | medians | {"ratio": ratio}


def main() -> int:
    """One line for each model; open dimensions are bound by --shape NAME=1,2,3."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--shape", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    pairs = (text.rpartition("=") for text in args.shape)
    given = {name: tuple(map(int, sizes.split(","))) for name, _, sizes in pairs}
    report = {}
    for path in args.models:
        names = {info.name for info in onnx.load(path).graph.input}
        shapes = {name: shape for name, shape in given.items() if name in names}
        report[path.name] = measure(path, shapes, args.rounds)
    if args.json:
        print(json.dumps(report))
        return 0
    print("| model | first reading ms | reading ms | npucore ms | ONNX Runtime ms | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for model, row in report.items():
        print(f"| {model} | " + " | ".join(f"{value:.2f}" for value in row.values()) + " |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
