# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: jobs linked, constants copied, a receipt asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from npucore.tensor import Array
from npucore_vsim.coefs.kernels import ALIGNMENT, Bytes
from npucore_vsim.device import Device
from npucore_vsim.emit.commands import commands
from npucore_vsim.errors import StoppedJobError
from npucore_vsim.job import Job
from npucore_vsim.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, Port
from npucore_vsim.receipt import RECEIPT, SIZE, Receipt, receipt_job

SIGN = np.uint8(0x80)  # what turns bytes with a sign into those that the chip sees, and back
ATTEMPTS = 2  # for jobs that the driver could not start


class Image:
    """Not for several threads at once."""

    def __init__(self, compiled: Compiled, device: Device) -> None:
        self._compiled, self._device = compiled, device
        jobs = [*compiled.jobs, receipt_job()]
        sizes = {
            CONSTANTS: compiled.constants.nbytes,
            ACTIVATIONS: compiled.activations_bytes,
            COMMANDS: sum(map(_room, jobs)),
            RECEIPT: SIZE,
        }
        buffers = {name: device.allocate(max(size, 1)) for name, size in sizes.items()}
        bases = {name: address for name, (address, _) in buffers.items()}
        buffers[CONSTANTS][1][: compiled.constants.size] = compiled.constants
        self._words = commands(_written(jobs, bases, buffers[COMMANDS][1]))
        self._memory = buffers[ACTIVATIONS][1]
        self._receipt: Receipt | None = Receipt(buffers[RECEIPT][1])

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Copy in, run all jobs, copy out. Raises `DeviceError`; for jobs that have not run, too.

        Inputs are copied in for every attempt, since jobs write over them.
        """
        receipt = self._receipt
        assert receipt is not None
        for _ in range(ATTEMPTS):
            for port, array in zip(self._compiled.inputs, inputs, strict=True):
                _bytes(self._memory, port)[...] = _turned(array, port)
            receipt.ask()
            self._device.submit(self._words)
            if receipt.given:
                return [self._answer(port) for port in self._compiled.outputs]
        raise StoppedJobError(
            f"the driver says {ATTEMPTS} times that the jobs have ended, but the last one has "
            "written nothing: it could not start them, or they have stopped early"
        )

    def _answer(self, port: Port) -> Array:
        data = _bytes(self._memory, port)
        stored = data ^ SIGN if port.dtype == "int8" else data.copy()
        answer: Array = stored.view(port.dtype).reshape(port.shape)
        return answer

    def unload(self) -> None:
        """Drop the views of the device's memory."""
        self._memory, self._receipt = np.zeros(0, np.uint8), None


def _room(job: Job) -> int:
    """Bytes of a descriptor, aligned."""
    return -(-4 * job.descriptor.length // ALIGNMENT) * ALIGNMENT


def _written(
    jobs: Sequence[Job], bases: Mapping[str, int], memory: Bytes
) -> Iterator[tuple[Job, int]]:
    """Write descriptors one behind the other; each job with its descriptor's address."""
    at = 0
    for job in jobs:
        words = np.array(job.linked(bases).words, "<u4").view(np.uint8)
        memory[at : at + words.size] = words
        yield job, bases[COMMANDS] + at
        at += _room(job)


def _bytes(memory: Bytes, port: Port) -> Bytes:
    return memory[port.offset : port.offset + int(np.prod(port.shape))]


def _turned(array: Array, port: Port) -> Bytes:
    data: Bytes = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    return data ^ SIGN if port.dtype == "int8" else data
