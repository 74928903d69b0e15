# SPDX-License-Identifier: MIT
"""Layout conversion in numpy against the obvious loops in C (-O2), alternating, medians."""

from __future__ import annotations

import argparse
import ctypes
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import npucore
from npucore.ops import Convolution
from npucore_rocket.chip import RK3588
from npucore_rocket.layout import ceil_to, flip_sign, pack_map, pack_weights, unpack_map

SOURCE = Path(__file__).with_name("naive_layout.c")
MAPS = (
    (224, 224, 3),
    (320, 320, 3),
    (112, 112, 32),
    (112, 112, 64),
    (56, 56, 128),
    (28, 28, 256),
    (14, 14, 512),
    (7, 7, 1024),
    (40, 40, 40),
    (20, 20, 273),
)


def compiled() -> ctypes.CDLL:
    """The loops, compiled now."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "naive.so"
        command = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
        subprocess.run(command, check=True)
        return ctypes.CDLL(str(library))


def ratio(ours: Callable[[], object], naive: Callable[[], object], rounds: int) -> str:
    """Median CPU microseconds of both, and how many times faster ours is."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 3):
        for function, record in zip((ours, naive), times, strict=True):
            start = time.process_time_ns()
            function()
            if number >= 3:
                record.append((time.process_time_ns() - start) / 1e3)
    mine, theirs = map(statistics.median, times)
    return f"{mine:8.0f} | {theirs:8.0f} | {theirs / mine:5.1f}"


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    """Where an array's bytes begin."""
    return ctypes.c_void_p(array.ctypes.data)


def maps(library: ctypes.CDLL, rounds: int) -> None:
    """NHWC to cubes and back."""
    rng = np.random.default_rng(0)
    for height, width, channels in MAPS:
        stored = rng.integers(0, 256, (height, width, channels), np.uint8)
        cube = np.zeros(
            (-(-channels // RK3588.atom_bytes), height, width, RK3588.atom_bytes), np.int8
        )
        again, size = np.empty_like(stored), (height, width, channels)
        name = f"| {height} x {width} x {channels}"
        there = (
            partial(pack_map, stored, cube),
            partial(library.pack_map, pointer(stored), pointer(cube), *size),
        )
        back = (
            partial(unpack_map, cube, channels, np.dtype(np.uint8)),
            partial(library.unpack_map, pointer(cube), pointer(again), *size),
        )
        print(f"{name}, in |", ratio(*there, rounds), "|")
        print(f"{name}, out |", ratio(*back, rounds), "|")


def packed_bytes(shape: tuple[int, ...]) -> int:
    """Bytes of (O, KH, KW, C) weights as the NPU reads them."""
    return ceil_to(shape[0], 2) * shape[1] * shape[2] * ceil_to(shape[3], RK3588.atom_bytes)


def weights(library: ctypes.CDLL, model: Path, rounds: int) -> None:
    """All direct convolutions of a network."""
    graph = npucore.load(model)
    ops = [op for op in graph.ops if isinstance(op, Convolution) and op.groups == 1]
    arrays = [np.ascontiguousarray(op.weights.data) for op in ops]
    zeros = [int(op.weights.q.zero_point.flat[0]) - 128 for op in ops]
    sizes = [packed_bytes(array.shape) for array in arrays]
    room = np.empty(max(sizes), np.int8)

    def ours() -> None:
        for array, zero, size in zip(arrays, zeros, sizes, strict=True):
            pack_weights(flip_sign(array), np.array([zero]), room[:size], RK3588)

    def naive() -> None:
        for array in arrays:
            library.pack_weights(pointer(array), pointer(room), *array.shape)

    print(f"| weights of {model.name} |", ratio(ours, naive, rounds), "|")


def main() -> int:
    """One line for each shape and model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=30)
    args = parser.parse_args()
    library = compiled()
    print("| what | npucore us | C us | times faster |\n| --- | ---: | ---: | ---: |")
    maps(library, args.rounds)
    for model in args.models:
        weights(library, model, args.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
