# SPDX-License-Identifier: MIT
"""CPU time of ``explain`` on made graphs of more and more ops, against compiling them."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

import npucore
from npucore.graph import Graph
from npucore.ops import Add, Convolution, Op, Padding
from npucore.tensor import Quantization, Tensor

INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05)
SIZES = (250, 500, 1000, 2000)


def residual(count: int) -> Graph:
    """*count* ops, every second one an addition to what the one before has convolved."""
    rng, shape = np.random.default_rng(0), (1, 16, 16, 32)
    first = x = Tensor("x", shape, INT8, Q)
    ops: list[Op] = []
    for number in range(count // 2):
        values = rng.integers(-127, 128, (32, 1, 1, 32)).astype(np.int8)
        weights = Tensor(f"weights{number}", values.shape, INT8, Q, values)
        sums = Tensor(f"block{number}/conv", shape, INT8, Q)
        none = Padding(0, 0, 0, 0)
        ops.append(Convolution(input=x, weights=weights, output=sums, padding=none))
        total = Tensor(f"block{number}/add", shape, INT8, Q)
        ops.append(Add(a=x, b=sums, output=total))
        x = total
    return Graph(tuple(ops), (first,), (x,), name="residual")


def cpu_seconds(function: Callable[[], object]) -> float:
    """Of one call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def main() -> int:
    """One line for each size; explain and compile take turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", default="rocket")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    npucore.explain(residual(10), args.backend)  # everything is imported
    for size in SIZES:
        explained, compiled = [], []
        for _ in range(args.runs):
            one, other = residual(size), residual(size)
            explained.append(cpu_seconds(lambda g=one: npucore.explain(g, args.backend)))  # type: ignore[misc]
            compiled.append(cpu_seconds(lambda g=other: npucore.compile(g, args.backend)))  # type: ignore[misc]
        median = statistics.median(explained)
        ratio = median / statistics.median(compiled)
        print(
            f"{size:5} ops: explain {median:.2f} s CPU (least {min(explained):.2f}), "
            f"{1e6 * median / size:.0f} us an op, {ratio:.2f} times compile"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
