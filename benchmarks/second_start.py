# SPDX-License-Identifier: MIT
"""CPU time of a start without and with the cache, and of the first inference, alternating.

Every one in a process of its own, which has opened the model once before, so that what is imported
then has been.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np

import npucore

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result of *work*, and its CPU time in ms."""
    begun = process_time()
    found = work()
    return found, (process_time() - begun) * 1e3


def start(model: Path, backend: str, cache: str | bool) -> tuple[float, float]:
    """CPU time of a session's start and of its first inference, in ms."""
    session, opened = timed(lambda: npucore.Session(model, backend, cache=cache))
    with session:
        inputs = [np.zeros(tensor.shape, tensor.dtype) for tensor in session.inputs]
        _, first = timed(lambda: session.run(inputs))
    return opened, first


def alone(model: Path, backend: str, cache: str | bool) -> tuple[float, float]:
    """`start` in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        pool.submit(open_once, model, backend, cache).result()
        return pool.submit(start, model, backend, cache).result()


def open_once(model: Path, backend: str, cache: str | bool) -> None:
    """Import whatever a start needs."""
    npucore.Session(model, backend, cache=cache).close()


def main() -> int:
    """One line without the cache and one with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--backend", default="rocket")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start(args.model, args.backend, folder)
        times = [
            (alone(args.model, args.backend, False), alone(args.model, args.backend, folder))
            for _ in range(args.runs)
        ]
    for number, name in enumerate(("compiled", "kept")):
        opened, first = zip(*(pair[number] for pair in times), strict=True)
        print(
            f"{name:9} start {statistics.median(opened):7.1f} ms (least {min(opened):.1f}), "
            f"first inference {statistics.median(first):7.1f} ms (least {min(first):.1f})"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
