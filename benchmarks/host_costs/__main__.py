# SPDX-License-Identifier: MIT
"""Measure a backend's ops on this machine's CPU, and write the table that placement uses.

Every op is run alone in several sizes, the least time of many runs in several rounds counts, and
``base + element * elements + product * products`` is fitted to the relative errors of a kind's
sizes, with no number below 0.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np

import npucore.running
from benchmarks.host_costs.ops import FLOAT, INT8, Maker, every
from benchmarks.host_path import Timed
from npucore.contract.backend import Backend
from npucore.graph import Graph
from npucore.ops import Convolution, Op
from npucore.running.fallback import REFERENCE
from npucore.running.host import OTHER, TABLE, Effort, effort
from npucore.running.measure import noise
from npucore.running.session import open_backend
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket import RocketBackend

COPIED_BYTES, SIDE = 1 << 26, 768
CALLS, ROUNDS = 1000, 4
NANO, PICO = 1e9, 1e12
Sample = tuple[Effort, float]


def least(work: Callable[[], object], budget_seconds: float = 0.05, most: int = 400) -> float:
    """Seconds of the quickest of many runs, after one that warms up."""
    work()
    best, end = float("inf"), time.perf_counter() + budget_seconds
    for number in range(most):
        start = time.perf_counter()
        work()
        now = time.perf_counter()
        best = min(best, now - start)
        if number >= 4 and now > end:
            break
    return best


def seconds(op: Op, backend: Backend) -> float | None:
    """Of one op in a program of *backend*; None if it refuses the op."""
    inputs = tuple(tensor for tensor in op.inputs if not tensor.is_constant)
    inputs = tuple(dict.fromkeys(inputs))
    graph = Graph((op,), inputs, op.outputs)
    if not backend.supports(op, graph):
        return None
    program = backend.compile(graph)
    arrays = [_noise(tensor) for tensor in inputs]
    return least(lambda: program.run(arrays))


def _noise(tensor: Tensor) -> Array:
    rng = np.random.default_rng(0)
    if tensor.dtype == FLOAT:
        return rng.random(tensor.shape, np.float32)
    return rng.integers(-128, 128, tensor.shape).astype(tensor.dtype)


def fitted(samples: Iterable[Sample]) -> dict[str, float]:
    """The three numbers of a kind, and the median of the relative errors that they leave."""
    found = list(samples)
    times = np.array([taken for _, taken in found])
    rows = np.array([(1.0, each.elements, each.products) for each, _ in found])
    best, error = np.zeros(3), np.inf
    for kept in itertools.chain.from_iterable(
        itertools.combinations(range(3), n) for n in (1, 2, 3)
    ):
        if not rows[:, kept].any(axis=0).all():
            continue
        part, *_ = np.linalg.lstsq(rows[:, kept] / times[:, None], np.ones(len(found)), rcond=None)
        if (part < 0).any():
            continue
        left = float(np.sum((rows[:, kept] @ part / times - 1) ** 2))
        if left < error:
            best, error = np.zeros(3), left
            best[list(kept)] = part
    ratios = np.abs(rows @ best / times - 1)
    numbers = {
        "base_ns": best[0] * NANO,
        "element_ps": best[1] * PICO,
        "product_ps": best[2] * PICO,
    }
    return {k: round(v, 3) for k, v in {**numbers, "error": float(np.median(ratios))}.items()}


def machine(mips: float | None) -> dict[str, Any]:
    """The measured machine: its name, and its speed by measures that boards are published with."""
    a = np.random.default_rng(0).random((SIDE, SIDE), np.float32)
    source, target = np.ones(COPIED_BYTES, np.uint8), np.zeros(COPIED_BYTES, np.uint8)
    return {
        "cpu": _cpu(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "measured": datetime.now(UTC).date().isoformat(),
        "seven_zip_mips": seven_zip() if mips is None else mips,
        "float_gmacs": round(SIDE**3 / least(lambda: a @ a, 1.0) / 1e9, 2),
        "copy_bytes": round(COPIED_BYTES / least(lambda: np.copyto(target, source), 1.0)),
        "call_ns": round(call_seconds() * NANO),
    }


def call_seconds() -> float:
    """Of a call of a program with one job and tiny maps, on a kernel that takes no time: the least.

    The CPU's time alone, as the host's part of the driver's calls is counted with the driver.
    """
    graph, kernel, best = _small_convolution(), Timed(), float("inf")
    with closing(RocketBackend(device=kernel).compile(graph)) as program:
        given = noise(graph.inputs)
        for _ in range(CALLS):
            kernel.inside_ns, start = 0, time.process_time()
            program.run(given)
            best = min(best, time.process_time() - start - kernel.inside_ns / NANO)
    return best


def _small_convolution() -> Graph:
    """1 x 1, of 16 channels, with one scale."""
    q, shape = Quantization.per_tensor(0.05), (1, 4, 4, 16)
    x, y = Tensor("x", shape, INT8, q), Tensor("y", shape, INT8, Quantization.per_tensor(2.0))
    weights = Tensor("w", (16, 1, 1, 16), INT8, q, np.ones((16, 1, 1, 16), np.int8))
    return Graph((Convolution(input=x, weights=weights, output=y),), (x,), (y,))


def _cpu() -> str:
    text = Path("/proc/cpuinfo").read_text()
    return (
        re.findall(r"model name\s*: (.*)", text)[0] if "model name" in text else platform.machine()
    )


def seven_zip() -> float:
    """MIPS of one thread, the better of two runs, by whichever 7-Zip is installed."""
    tool = next((name for name in ("7zz", "7z", "7za", "7zr") if shutil.which(name)), None)
    if tool is None:
        raise SystemExit("no 7-Zip here: install it, or give --mips")
    runs = [subprocess.run([tool, "b", "-mmt1"], capture_output=True, text=True) for _ in range(2)]
    return max(float(re.findall(r"Tot:.*\s(\d+)\s*$", run.stdout, re.M)[0]) for run in runs)


def other(kinds: dict[str, dict[str, float]]) -> dict[str, float]:
    """For kinds that are not measured: the median of each number that is not 0."""
    names = ("base_ns", "element_ps", "product_ps")
    return {
        name: round(statistics.median(v for k in kinds.values() if (v := k[name])), 3)
        for name in names
    }


def place_of(backend: Backend) -> Path:
    """Where its table belongs: the reference's in the core, every other one in its package."""
    if backend.name == REFERENCE:
        return Path(npucore.running.__file__).with_name(TABLE)
    package = importlib.import_module(type(backend).__module__.partition(".")[0])
    return Path(str(package.__file__)).with_name(TABLE)


def main() -> int:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mips", type=float, help="of one thread of 7-Zip, if measured already")
    parser.add_argument("--backend", default="reference", help="a backend for CPUs")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    backend = open_backend(args.backend)
    output = args.output or place_of(backend)
    here = machine(args.mips)
    every_op = [op for dtype in (INT8, FLOAT) for op in every(Maker(dtype))]
    rounds = [[seconds(op, backend) for op in every_op] for _ in range(ROUNDS)]
    samples: dict[str, list[Sample]] = {}
    for op, *times in zip(every_op, *rounds, strict=True):
        each, known = effort(op), [taken for taken in times if taken is not None]
        if known:
            samples.setdefault(each.kind, []).append((each, min(known)))
    kinds = {kind: fitted(samples[kind]) for kind in sorted(samples)}
    kinds[OTHER] = other(kinds)
    note = f"{backend.name}, one thread: base_ns + element_ps * elements + product_ps * products"
    command = "python -m benchmarks.host_costs"
    if backend.name != REFERENCE:
        command += f" --backend {backend.name}"
    document = {"note": note, "command": command, "machine": here}
    output.write_text(json.dumps({**document, "kinds": kinds}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
