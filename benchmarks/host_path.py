# SPDX-License-Identifier: MIT
"""The host's part of an inference on a kernel that completes at once: CPU time without the kernel.

``python -m benchmarks.host_path MODEL...``. Layout conversion alone is timed beside it, and,
with gcc, the obvious loops in C that do the same conversion.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import numpy as np

import npucore
from benchmarks.layout import compiled, pointer
from npucore.contract.backend import Program
from npucore.running.execution import Step
from npucore.running.measure import noise
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.layout import pack_map, unpack_map
from npucore_rocket.maps import map_shape
from npucore_rocket.virtual import Behaviour, VirtualKernel


class Timed(VirtualKernel):
    """Completes at once, and knows the CPU time that was spent inside, which is not the host's."""

    def __init__(self) -> None:
        super().__init__(Behaviour(caches=False), instant=True)
        self.inside_ns = self.calls = 0

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        start = time.process_time_ns()
        try:
            super().ioctl(fd, number, argument)
        finally:
            self.calls += 1
            self.inside_ns += time.process_time_ns() - start


def medians(program: Program, inputs: list[Array], kernel: Timed, rounds: int) -> tuple[float, int]:
    """(milliseconds outside the kernel, calls) of one inference."""
    times = []
    for _ in range(rounds):
        kernel.inside_ns = kernel.calls = 0
        start = time.process_time_ns()
        program.run(inputs)
        times.append((time.process_time_ns() - start - kernel.inside_ns) / 1e6)
    return statistics.median(times), kernel.calls


def conversions(step: Step, rounds: int) -> tuple[float, float]:
    """Milliseconds of converting inputs and outputs of *step*: ours, and loops in C, alternating.

    The loops take 0 where there is no gcc.
    """
    ours, naive = _ours(step), _loops(step) if shutil.which("gcc") else None
    times: dict[str, list[float]] = {"ours": [], "naive": [0.0]}
    for _ in range(rounds):
        times["ours"].append(_timed(ours))
        if naive is not None:
            times["naive"].append(_timed(naive))
    return statistics.median(times["ours"]), statistics.median(times["naive"])


def _timed(function: Callable[[], None]) -> float:
    start = time.process_time_ns()
    function()
    return (time.process_time_ns() - start) / 1e6


def _cubes(tensors: Sequence[Tensor]) -> Iterator[tuple[Array, Array]]:
    """(H, W, C) as the caller has it, and the cube of the NPU."""
    for tensor in tensors:
        shape = map_shape(tensor)
        if shape is None:
            raise SystemExit(f"{tensor.name} is no feature map")
        groups = -(-shape.channels // RK3588.atom_bytes)
        cube = np.zeros((groups, shape.height, shape.width, RK3588.atom_bytes), np.int8)
        yield np.zeros((shape.height, shape.width, shape.channels), np.uint8), cube


def _ours(step: Step) -> Callable[[], None]:
    inputs, outputs = list(_cubes(step.inputs)), list(_cubes(step.outputs))
    kind = np.dtype(np.uint8)

    def convert() -> None:
        for array, cube in inputs:
            pack_map(array, cube)
        for array, cube in outputs:
            unpack_map(cube, array.shape[2], kind)

    return convert


def _loops(step: Step) -> Callable[[], None]:
    library = compiled()
    inputs, outputs = list(_cubes(step.inputs)), list(_cubes(step.outputs))

    def convert() -> None:
        for array, cube in inputs:
            library.pack_map(pointer(array), pointer(cube), *array.shape)
        for array, cube in outputs:
            library.unpack_map(pointer(cube), pointer(array), *array.shape)

    return convert


def main() -> int:
    """One line for each model; the part that rocket takes has to be one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    print("| model | calls | host ms | of which conversion ms | loops in C ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for model in args.models:
        kernel = Timed()
        with npucore.Session(model, "rocket", device=kernel) as session:
            run = session.runs[0]
            given = noise(run.inputs)
            run.program.run(given)
            total, calls = medians(run.program, given, kernel, args.rounds)
        mine, naive = conversions(run, args.rounds)
        print(f"| {model.name} | {calls} | {total:.3f} | {mine:.3f} | {naive:.3f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
