# SPDX-License-Identifier: MIT
"""One open file of the driver: its calls, typed, restarted after signals, errors in sentences."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.errors import DeviceError
from npucore.hw.drm import OpenNode
from npucore.hw.ioctl import Kernel
from npucore_rocket import uapi

Bytes = npt.NDArray[np.uint8]

SPACE_BYTES = 1 << 32  # registers hold addresses of 32 bits
STILL_BUSY = (errno.EBUSY, errno.ETIMEDOUT)


@dataclass(frozen=True, slots=True, eq=False)
class Bo:
    """A buffer object; *data* is empty if it is not mapped."""

    handle: int
    address: int
    data: Bytes


class OpenFile(OpenNode):
    """A descriptor with all that was made through it. Not for several threads at once.

    Raises `DeviceError` for everything that the kernel refuses, and for a node of another driver.
    """

    driver = uapi.DRIVER
    advice = {errno.ENOTTY: "this is no NPU of the rocket driver"}  # noqa: RUF012  as declared

    def __init__(self, kernel: Kernel, path: str) -> None:
        self._prep, self._fini = uapi.PrepBo(), uapi.FiniBo()
        super().__init__(kernel, path)

    def create(self, size_bytes: int, mapped: bool = True) -> Bo:
        """A zeroed buffer. Raises `DeviceError` also if registers cannot hold its address."""
        bo = uapi.CreateBo(size=size_bytes)
        self._call("CREATE_BO", uapi.CREATE_BO, bo)
        try:
            if bo.dma_address + size_bytes > SPACE_BYTES:
                raise DeviceError(f"{self.path}: a buffer at {bo.dma_address:#x}, above 4 GiB")
            mapping = self._map(size_bytes, bo.offset) if mapped else None
        except BaseException:
            self._forget(bo.handle)
            raise
        data = np.frombuffer(b"" if mapping is None else mapping, np.uint8)
        self._handles.add(bo.handle)
        return Bo(bo.handle, bo.dma_address, data)

    def release(self, bo: Bo) -> None:
        """Give a buffer back; its memory is unmapped with the last view of it."""
        self._forget(bo.handle)

    def wait(self, handle: int, deadline_ns: int = 0) -> bool:
        """Whether a buffer's writers ended by then, 0 for now; the CPU sees what they wrote.

        That they ended well, the driver does not say.
        """
        self._prep.handle, self._prep.timeout_ns = handle, deadline_ns
        try:
            self._make(uapi.PREP_BO, self._prep)
        except OSError as error:
            if error.errno in STILL_BUSY:
                return False
            raise self._error("PREP_BO", error) from error
        return True

    def hand_over(self, handle: int) -> None:
        """Let the NPU see what the CPU wrote."""
        self._fini.handle = handle
        self._call("FINI_BO", uapi.FINI_BO, self._fini)

    def submit(self, request: uapi.Submit) -> None:
        """Queue jobs. That each was taken, the driver does not say."""
        self._call("SUBMIT", uapi.SUBMIT, request)
