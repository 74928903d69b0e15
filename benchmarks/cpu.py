# SPDX-License-Identifier: MIT
"""Backends for the CPU against the runtimes themselves, one thread each, alternating."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import npucore
from benchmarks.reference import inputs_of
from npucore.tensor import Array

Run = Callable[[], object]


def litert(path: Path, inputs: Sequence[Array]) -> Run:
    """LiteRT on the model's own file: inputs set and outputs taken, as a user does."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    places = [detail["index"] for detail in interpreter.get_input_details()]
    results = [detail["index"] for detail in interpreter.get_output_details()]

    def run() -> object:
        for place, array in zip(places, inputs, strict=True):
            interpreter.set_tensor(place, array)
        interpreter.invoke()
        return [interpreter.get_tensor(place) for place in results]

    return run


def onnxruntime(path: Path, inputs: Sequence[Array]) -> Run:
    """ONNX Runtime on the model's own file."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
    options.log_severity_level = 3
    session = runtime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    named = {end.name: x for end, x in zip(session.get_inputs(), inputs, strict=True)}
    return lambda: session.run(None, named)


PEERS = {"litert": (".tflite", litert), "onnxruntime": (".onnx", onnxruntime)}


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Median CPU milliseconds by engine, and the ratios to the runtime itself."""
    engines: dict[str, Run] = {}
    for name in ("reference", *PEERS):
        session = npucore.Session(path, name, fallback="reference", rounding="exact")
        inputs = inputs_of(session)
        engines[name] = lambda session=session, inputs=inputs: session.run(inputs)  # type: ignore[misc]
        if name in PEERS and path.suffix == PEERS[name][0]:
            engines[f"{name} itself"] = PEERS[name][1](path, inputs)
    times: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds + 1):
        for name, engine in engines.items():
            start = time.process_time()
            engine()
            if number:  # the first round warms up
                times[name].append((time.process_time() - start) * 1e3)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name in PEERS:
        if (own := medians.get(f"{name} itself")) is not None:
            medians[f"{name} / itself"] = medians[name] / own
        medians[f"reference / {name}"] = medians["reference"] / medians[name]
    return medians


def main() -> int:
    """A block for each model, and the geometric means over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = {path.name: measure(path, args.rounds) for path in args.models}
    if args.json:
        print(json.dumps(report))
        return 0
    for model, row in report.items():
        print(model)
        for name, value in row.items():
            print(f"  {name:26} {value:9.3f}{'' if '/' in name else ' ms'}")
    for name in PEERS:
        mean = statistics.geometric_mean(row[f"reference / {name}"] for row in report.values())
        print(f"times as fast as the reference, geometric mean: {name} {mean:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
