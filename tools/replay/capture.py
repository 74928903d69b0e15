# SPDX-License-Identifier: MIT
"""One captured inference of one model: buffers, jobs, and what TFLite answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import PAGE_BYTES
from npucore_rocket.chip import RK3588
from npucore_rocket.sim import CommandRange, Memory, Options, SimulatedCore

Bytes = npt.NDArray[np.uint8]

FILL = 0x55  # of output buffers before the run, so that nothing leaks from the capture
LANES = 16
SIGN = 0x80


class Buffer(TypedDict):
    """A buffer object: its handle, NPU address and size in bytes."""

    handle: int
    dma: int
    size: int


class TaskRecord(TypedDict):
    """Where a task's words are, and how many."""

    regcmd: int
    count: int


class Job(TypedDict):
    """Tasks that run one after the other, and the handles that they read and write."""

    tasks: list[TaskRecord]
    in_bos: list[int]
    out_bos: list[int]


class Submit(TypedDict):
    """One call of the driver."""

    bos: list[Buffer]
    jobs: list[Job]


class TensorRecord(TypedDict):
    """A tensor of the model."""

    index: int
    shape: list[int]
    scales: list[float]
    zero_points: list[int]


class OpRecord(TypedDict):
    """An op of the model; inputs and outputs are indices of tensors."""

    op: str
    inputs: list[int]
    outputs: list[int]


class Record(TypedDict):
    """The capture's json file, as far as it is needed."""

    outputs: list[TensorRecord]
    tensors: list[TensorRecord]
    ops: list[OpRecord]
    submits: list[Submit]


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """A capture of a model; it is one submit."""

    name: str
    record: Record
    arrays: dict[str, npt.NDArray[np.generic]]

    @property
    def submit(self) -> Submit:
        return self.record["submits"][0]

    def jobs(self) -> list[list[CommandRange]]:
        """The tasks of each job."""
        return [
            [CommandRange(task["regcmd"], task["count"]) for task in job["tasks"]]
            for job in self.submit["jobs"]
        ]

    def output_handle(self, job: int) -> int:
        return self.submit["jobs"][job]["out_bos"][0]


def load(path: Path) -> Capture:
    """The capture whose json or npz file is *path*."""
    with np.load(path.with_suffix(".npz")) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    return Capture(path.stem, json.loads(path.with_suffix(".json").read_text()), kept)


class Replay:
    """A capture's buffers mapped for a simulated core; pages are whole, as the kernel maps them."""

    def __init__(self, capture: Capture, options: Options | None = None) -> None:
        self.capture = capture
        self._buffers: dict[int, Bytes] = {}
        memory = Memory()
        outputs = {job["out_bos"][0] for job in capture.submit["jobs"]}
        for buffer in capture.submit["bos"]:
            pages = -(-buffer["size"] // PAGE_BYTES)
            data = np.zeros(pages * PAGE_BYTES, np.uint8)
            data[: buffer["size"]] = capture.arrays[f"s0_bo{buffer['handle']}"]
            if buffer["handle"] in outputs:
                data[:] = FILL
            self._buffers[buffer["handle"]] = data
            memory.map(buffer["dma"], data)
        self._device = SimulatedCore(memory, RK3588, options)

    def run(self) -> None:
        """Run every job."""
        for job in self.capture.jobs():
            self._device.run(job)

    def tensor(self, job: int, shape: list[int]) -> Bytes:
        """(1, H, W, C) uint8: the tensor of that shape in the output buffer of a job.

        In memory it is [C / 16][H][W][16], its bytes less 128.
        """
        _, height, width, channels = shape
        surfaces = -(-channels // LANES)
        data = self._buffers[self.capture.output_handle(job)]
        cube = data[: surfaces * height * width * LANES].reshape(surfaces, height, width, LANES)
        pixels = cube.transpose(1, 2, 0, 3).reshape(1, height, width, surfaces * LANES)
        return pixels[..., :channels] ^ np.uint8(SIGN)
