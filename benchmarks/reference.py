# SPDX-License-Identifier: MIT
"""The reference backend against LiteRT, one thread each, alternating in one process."""

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
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import npucore
from npucore.tensor import Array

PEERS = {"litert_ref": OpResolverType.BUILTIN_REF, "litert_xnnpack": OpResolverType.AUTO}


def litert(path: Path, resolver: OpResolverType, inputs: list[Array]) -> Callable[[], object]:
    """A function that runs the model once in LiteRT."""
    interpreter = Interpreter(
        model_path=str(path), num_threads=1, experimental_op_resolver_type=resolver
    )
    interpreter.allocate_tensors()
    for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], array)
    return lambda: interpreter.invoke()


def inputs_of(network: npucore.Session | npucore.Graph) -> list[Array]:
    """Seeded random inputs."""
    rng = np.random.default_rng(0)
    return [
        rng.standard_normal(tensor.shape).astype(np.float32)
        if tensor.dtype == np.float32
        else rng.integers(
            np.iinfo(tensor.dtype).min, np.iinfo(tensor.dtype).max, tensor.shape, tensor.dtype, True
        )
        for tensor in network.inputs
    ]


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Median CPU milliseconds by engine, and our ratio to each peer."""
    with npucore.Session(path, backend="reference") as session:
        inputs = inputs_of(session)
        engines: dict[str, Callable[[], object]] = {"npucore": lambda: session.run(inputs)}
        for name, resolver in PEERS.items():
            engines[name] = litert(path, resolver, inputs)
        times: dict[str, list[float]] = {name: [] for name in engines}
        for number in range(rounds + 1):
            for name, engine in engines.items():
                start = time.process_time()
                engine()
                if number:  # the first round warms up
                    times[name].append((time.process_time() - start) * 1e3)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratios = {f"npucore/{name}": medians["npucore"] / medians[name] for name in PEERS}
    return medians | ratios


def main() -> int:
    """One line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = {path.name: measure(path, args.rounds) for path in args.models}
    if args.json:
        print(json.dumps(report))
        return 0
    print(
        "| model | npucore ms | LiteRT REF ms | LiteRT XNNPACK ms | REF / ours | ours / XNNPACK |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for model, row in report.items():
        print(
            f"| {model} | {row['npucore']:.1f} | {row['litert_ref']:.1f} "
            f"| {row['litert_xnnpack']:.1f} | {1 / row['npucore/litert_ref']:.1f} "
            f"| {row['npucore/litert_xnnpack']:.2f} |"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
