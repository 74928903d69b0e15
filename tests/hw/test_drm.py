# SPDX-License-Identifier: MIT
"""What every DRM driver has, against the header; nodes that fail."""

from __future__ import annotations

import ctypes
import errno
import mmap

import pytest

from npucore.errors import DeviceError
from npucore.hw import drm
from npucore.hw.ioctl import AGAIN


class Kernel:
    """One node of one driver. *errors* are raised by calls, one after the other."""

    def __init__(self, driver: str = "toy", errors: list[int] | None = None) -> None:
        self.driver, self.errors = driver, errors or []
        self.closed: list[int] = []
        self.forgotten: list[int] = []

    def open(self, path: str) -> int:
        return 5

    def close(self, fd: int) -> None:
        self.closed.append(fd)

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        if self.errors:
            raise OSError(self.errors.pop(0), "as ordered")
        if isinstance(argument, drm.Version):
            name = self.driver.encode()
            ctypes.memmove(argument.name, name, len(name))
            argument.name_len = len(name)
            argument.version_major, argument.version_minor = 1, 4
        elif isinstance(argument, drm.GemClose):
            self.forgotten.append(argument.handle)

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        raise OSError(errno.ENOMEM, "as always")

    def listdir(self, path: str) -> list[str]:
        return []

    def read_text(self, path: str) -> str:
        return ""

    def clock_ns(self, fd: int) -> int:
        return 7


class Toy(drm.OpenNode):
    driver = "toy"
    advice = {errno.EBADMSG: "the toy is broken"}  # noqa: RUF012  as declared


def test_structs_and_numbers_are_the_headers() -> None:
    offsets = [getattr(drm.Version, name).offset for name, _ in drm.Version._fields_]
    assert [*offsets, ctypes.sizeof(drm.Version)] == [0, 4, 8, 16, 24, 32, 40, 48, 56, 64]
    assert ctypes.sizeof(drm.GemClose) == 8
    assert (drm.VERSION, drm.GEM_CLOSE) == (0xC0406400, 0x40086409)


def test_a_node_knows_its_release() -> None:
    node = Toy(Kernel(), "/dev/toy0")
    assert node.version == (1, 4, 0)
    assert str(node.version) == "1.4.0"
    assert node.clock_ns() == 7


def test_another_driver_is_refused_and_closed() -> None:
    kernel = Kernel(driver="other")
    with pytest.raises(DeviceError, match="the driver is 'other', wanted 'toy'"):
        Toy(kernel, "/dev/toy0")
    assert kernel.closed == [5]


@pytest.mark.parametrize(
    ("number", "why"), [(errno.EBADMSG, "the toy is broken"), (errno.ENODEV, "the device is gone")]
)
def test_errors_are_sentences(number: int, why: str) -> None:
    with pytest.raises(DeviceError, match=f"/dev/toy0: VERSION: {why}"):
        Toy(Kernel(errors=[number]), "/dev/toy0")


def test_calls_are_made_again() -> None:
    interrupted = [errno.EINTR] * (2 * AGAIN)
    assert Toy(Kernel(errors=interrupted), "/dev/toy0").version
    assert Toy(Kernel(errors=[errno.EAGAIN] * (AGAIN - 1)), "/dev/toy0").version
    with pytest.raises(DeviceError, match="EAGAIN"):
        Toy(Kernel(errors=[errno.EAGAIN] * AGAIN), "/dev/toy0")


def test_a_node_gives_back_its_handles_once() -> None:
    kernel = Kernel()
    node = Toy(kernel, "/dev/toy0")
    node._handles |= {3, 4}
    node.close()
    node.close()
    assert (sorted(kernel.forgotten), kernel.closed) == ([3, 4], [5])
    with pytest.raises(DeviceError, match="it is closed"):
        node.clock_ns()
