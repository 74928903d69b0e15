# SPDX-License-Identifier: MIT
"""Backends for the CPU against the runtimes themselves, one thread each, alternating.

With ``--behind rocket`` instead what that backend refuses: on the fastest CPU, and on the
reference.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import npucore
from benchmarks.reference import inputs_of
from npucore.contract.backend import is_cpu
from npucore.quantize import Rounding
from npucore.running.partition import Run
from npucore.running.placing import GREEDILY
from npucore.running.session import open_all
from npucore.tensor import Array

Engine = Callable[[], object]


def litert(path: Path, inputs: Sequence[Array]) -> Engine:
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


def onnxruntime(path: Path, inputs: Sequence[Array]) -> Engine:
    """ONNX Runtime on the model's own file."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
    options.log_severity_level = 3
    session = runtime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    named = {end.name: x for end, x in zip(session.get_inputs(), inputs, strict=True)}
    return lambda: session.run(None, named)


PEERS = {"litert": (".tflite", litert), "onnxruntime": (".onnx", onnxruntime)}


def networks(path: Path, rounds: int) -> dict[str, float]:
    """Median CPU milliseconds by engine, and the ratios to the runtime itself."""
    engines: dict[str, Engine] = {}
    for name in ("reference", *PEERS):
        engines[name], inputs = session_of(path, name)
        if name in PEERS and path.suffix == PEERS[name][0]:
            engines[f"{name} itself"] = PEERS[name][1](path, inputs)
    medians = measured(engines, rounds)
    for name in PEERS:
        if (own := medians.get(f"{name} itself")) is not None:
            medians[f"{name} / itself"] = medians[name] / own
        medians[f"reference / {name}"] = medians["reference"] / medians[name]
    return medians


def session_of(path: Path, name: str) -> tuple[Engine, list[Array]]:
    """A function that runs the model once on a backend, and its inputs."""
    session = npucore.Session(path, name, fallback="reference", rounding="exact")
    inputs = inputs_of(session)
    return lambda: session.run(inputs), inputs


def leftovers(path: Path, rounds: int, behind: str, trust: str | None) -> dict[str, float]:
    """Median CPU milliseconds of what *behind* refuses, crossings not counted."""
    graph = npucore.load(path).with_rounding(Rounding.EXACT)
    options = {} if trust is None else {"trust": trust}
    engines = {}
    for fallback in ("reference", "fastest"):
        _, every = open_all(behind, fallback, graph, **options)
        parts = GREEDILY(graph, every)  # the same ops for both
        engines[fallback] = together([run for run in parts.runs if is_cpu(run.backend)])
    medians = measured(engines, rounds)
    return medians | {"reference / fastest": medians["reference"] / medians["fastest"]}


def together(runs: Sequence[Run]) -> Engine:
    """A function that runs all of *runs* once, on seeded random inputs."""
    ready = [(run.backend.compile(run.graph), inputs_of(run.graph)) for run in runs]
    return lambda: [program.run(inputs) for program, inputs in ready]


def measured(engines: Mapping[str, Engine], rounds: int) -> dict[str, float]:
    """Median CPU milliseconds by engine, alternating."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds + 1):
        for name, engine in engines.items():
            start = time.process_time()
            engine()
            if number:  # the first round warms up
                times[name].append((time.process_time() - start) * 1e3)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> int:
    """A block for each model, and the geometric means over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--behind", metavar="BACKEND")
    parser.add_argument("--trust")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = {
        path.name: networks(path, args.rounds)
        if args.behind is None
        else leftovers(path, args.rounds, args.behind, args.trust)
        for path in args.models
    }
    if args.json:
        print(json.dumps(report))
        return 0
    for model, row in report.items():
        print(model)
        for name, value in row.items():
            print(f"  {name:26} {value:9.3f}{'' if '/' in name else ' ms'}")
    for name in [key for key in next(iter(report.values())) if key.startswith("reference /")]:
        mean = statistics.geometric_mean(row[name] for row in report.values())
        print(f"{name}, geometric mean: {mean:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
