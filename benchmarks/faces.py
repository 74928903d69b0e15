# SPDX-License-Identifier: MIT
"""CPU time that a face adds to an inference, on a backend that answers at once.

``python -m benchmarks.faces MODEL...``: LiteRT's faces for .tflite, ONNX Runtime's for .onnx. The
peer is `Session.run` with the same array; all take turns in one process. LiteRT with the delegate,
and ONNX Runtime with the provider, are measured where they are installed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np

import npucore
from npucore import plugins
from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Program,
    Verdict,
)
from npucore.faces.settings import Settings
from npucore.graph import Graph
from npucore.litert import Interpreter
from npucore.litert.external import entries
from npucore.ops import Op
from npucore.ort import InferenceSession, register
from npucore.ort.providers import PROVIDER
from npucore.running.measure import noise
from npucore.tensor import Array

MICRO = 1e3  # nanoseconds in a microsecond


class AtOnce(Backend):
    """Takes every op and answers with zeros, which it has made before."""

    name = "at-once"
    capabilities = Capabilities("answers at once", {})

    def availability(self) -> Availability:
        """Nothing that computes."""
        return Availability(DeviceKind.CPU, "zeros")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Everything."""
        return Verdict()

    def compile(self, graph: Graph) -> Program:
        """The answer."""
        return Answered([np.zeros(t.shape, t.dtype) for t in graph.outputs])


class Answered(Program):
    """The same answer to all inputs."""

    def __init__(self, outputs: list[Array]) -> None:
        self._outputs = outputs

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """The answer."""
        return list(self._outputs)


class Delegate:
    """The calls that LiteRT's interpreter makes to a delegate, without the library in between."""

    def _get_native_delegate_pointer(self) -> int:
        return entries.made(Settings(AtOnce()))


def delegated(path: Path) -> Any:
    """LiteRT's own interpreter with npucore's delegate; None where it is not installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter as Original
    except ImportError:
        return None
    made = Original(str(path), experimental_delegates=[Delegate()])
    made.allocate_tensors()
    return made


def provided(path: Path) -> Any:
    """ONNX Runtime's own session with npucore's provider; None where it is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None
    register()
    known = plugins.load_backend  # to the provider, backends are names
    plugins.load_backend = lambda name: AtOnce if name == AtOnce.name else known(name)
    return onnxruntime.InferenceSession(path, providers=[(PROVIDER, {"backend": AtOnce.name})])


def medians(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Microseconds of each way, one after the other in every round."""
    times: dict[str, list[int]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time_ns()
            way()
            times[name].append(time.process_time_ns() - start)
    return {name: statistics.median(found) / MICRO for name, found in times.items()}


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Microseconds of a session and of each face for the model's format."""
    return (measure_onnx if path.suffix == ".onnx" else measure_tflite)(path, rounds)


def measure_onnx(path: Path, rounds: int) -> dict[str, float]:
    """A session, npucore.ort's own, and ONNX Runtime's with npucore as its provider."""
    face, other = InferenceSession(path, backend=AtOnce()), provided(path)
    with npucore.Session(path, AtOnce()) as session:
        (array,) = noise(session.inputs)
        feed = {session.inputs[0].name: array}
        ways: dict[str, Callable[[], object]] = {
            "session": lambda: session.run([array]),
            "InferenceSession.run": lambda: face.run(None, feed),
        }
        if other is not None:
            ways["provider"] = lambda: other.run(None, feed)
        medians(ways, rounds // 10)
        return medians(ways, rounds)


def measure_tflite(path: Path, rounds: int) -> dict[str, float]:
    """A session, the interpreter alone and with its copies in and out, LiteRT with the delegate."""
    interpreter = Interpreter(path, backend=AtOnce())
    interpreter.allocate_tensors()
    (given,), outputs = interpreter.get_input_details(), interpreter.get_output_details()
    with npucore.Session(path, AtOnce()) as session:
        (array,) = noise(session.inputs)
        interpreter.set_tensor(given["index"], array)

        def copying() -> None:
            interpreter.set_tensor(given["index"], array)
            interpreter.invoke()
            for output in outputs:
                interpreter.get_tensor(output["index"])

        ways: dict[str, Callable[[], object]] = {
            "session": lambda: session.run([array]),
            "invoke": interpreter.invoke,
            "copying": copying,
        }
        if (other := delegated(path)) is not None:
            other.set_tensor(given["index"], array)
            ways["delegate"] = other.invoke
        medians(ways, rounds // 10)
        return medians(ways, rounds)


def main() -> int:
    """One line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=2000)
    args = parser.parse_args()
    print("| model | Session.run us | way | us | above Session.run us |")
    print("| --- | ---: | --- | ---: | ---: |")
    for model in args.models:
        session, *others = measure(model, args.rounds).items()
        for name, value in others:
            above = value - session[1]
            print(f"| {model.name} | {session[1]:.1f} | {name} | {value:.1f} | {above:.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
