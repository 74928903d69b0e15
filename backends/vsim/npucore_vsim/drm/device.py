# SPDX-License-Identifier: MIT
"""A core of a board as a device: buffers at addresses of our own, streams, fences."""

from __future__ import annotations

from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore_vsim import uapi
from npucore_vsim.chip import Chip
from npucore_vsim.coefs.kernels import Bytes
from npucore_vsim.drm.file import Bo, OpenFile

PAGE_BYTES = 4096
SPACE_BYTES = 1 << 32
TIMEOUT_SECONDS = 5
MOST_PIPES = 8


def identity(file: OpenFile, pipe: int) -> tuple[int, ...]:
    """Model, revision, product, eco and customer of a core."""
    params = (uapi.MODEL, uapi.REVISION, uapi.PRODUCT_ID, uapi.ECO_ID, uapi.CUSTOMER_ID)
    return tuple(file.param(pipe, param) for param in params)


def find_pipe(file: OpenFile, chip: Chip) -> int:
    """The core of the node that is *chip*. Raises `DeviceError` if there is none."""
    wanted = (chip.model, chip.revision, chip.product_id, chip.eco_id, chip.customer_id)
    seen = []
    for pipe in range(MOST_PIPES):
        try:
            file.param(pipe, uapi.MODEL)
        except DeviceError:
            break  # the kernel counts no further
        if identity(file, pipe) == wanted:
            return pipe
        seen.append("/".join(map(hex, identity(file, pipe))))
    raise DeviceError(f"{file.path}: no core is {chip.name}; cores: {', '.join(seen) or 'none'}")


class EtnavivDevice:
    """One core. Descriptors hold addresses of 32 bits, so that softpin is needed.

    Source: vsim hardware reference 9.
    """

    def __init__(self, kernel: Kernel, path: str, chip: Chip) -> None:
        self._file: OpenFile | None = OpenFile(kernel, path)
        self._bos: list[Bo] = []
        try:
            self._pipe = find_pipe(self._file, chip)
            start = self._file.param(self._pipe, uapi.SOFTPIN_START)
            if not 0 < start < SPACE_BYTES:
                raise DeviceError(f"{path}: the kernel lets no program choose addresses (softpin)")
        except BaseException:
            self.close()
            raise
        self._end = -(-start // PAGE_BYTES) * PAGE_BYTES

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Zeroed pages behind those given out before."""
        pages = -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        if self._end + pages > SPACE_BYTES:
            raise DeviceError(f"{pages} bytes do not fit behind {self._end:#x}, below 4 GiB")
        bo = self._opened().create(pages, self._end)
        self._bos.append(bo)
        self._end += pages + PAGE_BYTES
        return bo.address, bo.data

    def submit(self, words: list[int]) -> None:
        """Run the words and wait, buffers the NPU's meanwhile."""
        file = self._opened()
        deadline = file.deadline(TIMEOUT_SECONDS)
        for bo in self._bos:
            file.finish(bo)
        fence = file.submit(self._pipe, words, self._bos)
        file.wait(self._pipe, fence, deadline)
        for bo in self._bos:
            file.prepare(bo, deadline)

    def close(self) -> None:
        """Give everything back."""
        if self._file is not None:
            for bo in self._bos:
                self._file.release(bo)
            self._file.close()
            self._file, self._bos = None, []

    def _opened(self) -> OpenFile:
        if self._file is None:
            raise DeviceError("the device is closed")
        return self._file
