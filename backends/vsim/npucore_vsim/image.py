# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: one command stream, and a receipt for its end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.family.code import COMMANDS, Bytes, Port
from npucore.family.device import Device, JobError, StoppedJobError
from npucore.family.image import Image, Loading
from npucore.tensor import Array
from npucore_vsim.chip import Chip
from npucore_vsim.emit.commands import commands
from npucore_vsim.job import Job
from npucore_vsim.link import written
from npucore_vsim.program import VsimCompiled
from npucore_vsim.receipt import RECEIPT, SIZE, Receipt, receipt_job
from npucore_vsim.validate.extents import check_job

SIGN = np.uint8(0x80)  # what turns bytes with a sign into those that the chip sees, and back
ATTEMPTS = 2  # for jobs that the driver could not start
NOT_RUN = (
    f"the driver says {ATTEMPTS} times that the jobs have ended, but the last one has written "
    "nothing: it could not start them, or they have stopped early"
)


class VsimImage(Image[Chip, Job, list[int]]):
    """Raises `ExtentError` for a job that would leave its buffers."""

    extra = {RECEIPT: SIZE}  # noqa: RUF012  the base class declares it

    def __init__(self, compiled: VsimCompiled, device: Device[list[int]], loading: Loading) -> None:
        super().__init__(compiled, device, loading)
        self._receipt: Receipt | None = Receipt(self.memory[RECEIPT])
        self._given: Sequence[Array] = ()

    def link(self) -> list[list[int]]:
        """All jobs, and the one that gives the receipt."""
        if self.loading.checked:
            for number, job in enumerate(self.compiled.jobs):
                check_job(number, job, self.sizes, self.compiled.chip, self._op(job))
        jobs = [*self.compiled.jobs, receipt_job()]
        return [commands(written(jobs, self.bases, self.memory[COMMANDS]))]

    def view(self, memory: Bytes, port: Port) -> Bytes:
        """As many bytes as the tensor has elements."""
        return memory[port.offset :][: port.tensor.elements]

    def pack(self, array: Array, view: Array, port: Port) -> None:
        """The chip has no signs: int8 is uint8 with the highest bit turned."""
        data = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
        view[...] = data ^ SIGN if port.dtype == np.int8 else data

    def unpack(self, view: Array, port: Port) -> Array:
        """Undo `pack`."""
        stored = view ^ SIGN if port.dtype == np.int8 else view.copy()
        answer: Array = stored.view(port.dtype).reshape(port.shape)
        return answer

    def start(self, inputs: Sequence[Array]) -> None:
        """Ask for a receipt, convert and queue."""
        assert self._receipt is not None
        self._given = inputs  # jobs write over them in memory
        self._receipt.ask()
        super().start(inputs)

    def check(self) -> None:
        """Run again what the driver could not start, once; inputs are copied in for every attempt.

        Raises `StoppedJobError` for jobs that have not run then.
        """
        assert self._receipt is not None
        for _ in range(ATTEMPTS - 1):
            if self._receipt.given:
                return
            self.start(self._given)
            self.submission.finish()
        if not self._receipt.given:
            raise StoppedJobError(len(self.compiled.jobs), NOT_RUN)

    def stopped(self, stop: StoppedJobError) -> JobError:
        """The driver does not say which job it was."""
        ops = list(dict.fromkeys(self._op(job) for job in self.compiled.jobs))
        op = ops[0] if len(ops) == 1 else f"one of {len(ops)} steps, {ops[0]} to {ops[-1]}"
        return JobError(op, None, len(self.compiled.jobs), stop.why)

    def _op(self, job: Job) -> str:
        return "a transpose at the border" if job.op is None else self.loading.name(job.op)

    def unload(self) -> None:
        """Drop the views of the device's memory."""
        super().unload()
        self._receipt, self._given = None, ()
