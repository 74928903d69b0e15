# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
import gc

import numpy as np
import pytest

from npucore.errors import DeviceError
from npucore.hw import drm
from npucore_rocket import uapi
from npucore_rocket.device import Job
from npucore_rocket.drm.device import DrmDevice
from npucore_rocket.drm.discover import nodes
from npucore_rocket.drm.file import OpenFile
from npucore_rocket.drm.jobs import check
from npucore_rocket.virtual import Behaviour, Effect, Fault, Point, VirtualKernel
from tests.material.rocket.boards import NODE


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


class Elsewhere(VirtualKernel):
    """Puts buffers where registers do not reach, or says that it is another driver."""

    def __init__(self, driver: str = "rocket", address: int = 0) -> None:
        super().__init__()
        self.driver, self.address = driver, address

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        super().ioctl(fd, number, argument)
        if isinstance(argument, uapi.CreateBo):
            argument.dma_address += self.address
        if isinstance(argument, drm.Version):
            np.ctypeslib.as_array((ctypes.c_char * 8).from_address(argument.name))[
                : len(self.driver)
            ] = np.frombuffer(self.driver.encode(), "S1")


def test_nodes_and_cores_are_found_without_opening_anything(kernel: VirtualKernel) -> None:
    (node,) = nodes(kernel)
    assert (node.path, len(node.cores)) == (NODE, 3)
    assert not kernel.files


def test_nodes_of_other_drivers_are_none_of_ours(kernel: VirtualKernel) -> None:
    kernel.read_text = lambda path: "DRIVER=ivpu\n"  # type: ignore[method-assign]
    assert nodes(kernel) == []


def test_a_machine_without_accelerators_has_no_nodes(kernel: VirtualKernel) -> None:
    kernel.present = False
    assert nodes(kernel) == []


def test_the_driver_is_asked_for_its_name() -> None:
    kernel = Elsewhere(driver="rockep")
    with pytest.raises(DeviceError, match=r"accel0: the driver is 'rockep', wanted 'rocket'"):
        OpenFile(kernel, NODE)
    assert not kernel.files


def test_a_buffer_above_4_gib_is_refused_and_given_back() -> None:
    kernel = Elsewhere(address=1 << 32)
    file = OpenFile(kernel, NODE)
    with pytest.raises(DeviceError, match="above 4 GiB"):
        file.create(4096)
    assert list(kernel.files[1000].space) == []


def test_the_first_buffer_is_at_0_and_a_device_leaves_it_alone(kernel: VirtualKernel) -> None:
    assert OpenFile(kernel, NODE).create(4096).address == 0
    assert DrmDevice(kernel, NODE).allocate(10)[0] == 4096


@pytest.mark.parametrize(
    ("point", "effect", "words"),
    [
        (Point.OPEN, Effect.EACCES, "open: no permission; `npucore doctor` says how to get it"),
        (Point.OPEN, Effect.VANISHED, "open: the device is gone"),
        (Point.CREATE, Effect.ENOMEM, "CREATE_BO: the kernel has no memory left"),
        (Point.MMAP, Effect.ENOMEM, "mmap: the kernel has no memory left"),
    ],
    ids=str,
)
def test_a_failing_call_is_named_and_leaves_nothing(
    kernel: VirtualKernel, point: Point, effect: Effect, words: str
) -> None:
    kernel.faults.order(Fault(point, effect))
    with pytest.raises(DeviceError, match=f"{NODE}: {words}"):
        DrmDevice(kernel, NODE).allocate(4096)
    gc.collect()
    assert kernel.mappings == 0


def test_signals_interrupt_no_call(kernel: VirtualKernel) -> None:
    kernel.faults.order(*(Fault(Point.CREATE, Effect.EINTR, n) for n in range(3)))
    file = OpenFile(kernel, NODE)
    assert file.create(4096).data.size == 4096
    assert kernel.faults.done == 3


def test_the_npu_sees_what_was_handed_over_and_no_more(kernel: VirtualKernel) -> None:
    file = OpenFile(kernel, NODE)
    bo = file.create(4096)
    npus = kernel.files[1000].space.find(bo.handle).memory
    bo.data[0] = 1
    assert npus[0] == 0
    file.hand_over(bo.handle)
    assert npus[0] == 1
    npus[0] = 2
    assert bo.data[0] == 1
    assert file.wait(bo.handle)
    assert bo.data[0] == 2


def test_coherent_memory_needs_no_calls() -> None:
    kernel = VirtualKernel(Behaviour(caches=False))
    bo = OpenFile(kernel, NODE).create(4096)
    bo.data[0] = 1
    assert kernel.files[1000].space.find(bo.handle).memory[0] == 1


def test_closing_gives_everything_back_once(kernel: VirtualKernel) -> None:
    file = OpenFile(kernel, NODE)
    bo = file.create(4096)
    kept = bo.data
    file.close()
    file.close()
    assert not kernel.files
    assert kernel.mappings == 1  # somebody still looks at it
    del kept, bo
    gc.collect()
    assert kernel.mappings == 0
    with pytest.raises(DeviceError, match="it is closed"):
        file.create(4096)


def test_closing_works_after_the_device_is_gone(kernel: VirtualKernel) -> None:
    device = DrmDevice(kernel, NODE)
    device.allocate(4096)
    kernel.faults.order(Fault(Point.HAND_OVER, Effect.VANISHED))
    with pytest.raises(DeviceError, match="FINI_BO: the device is gone"):
        device.prepare([])
    device.close()
    assert not kernel.files


@pytest.mark.parametrize(
    ("job", "why"),
    [
        (Job((), (0x1000,), ()), "it has no task"),
        (Job(((0x1000, 0),), (0x1000,), ()), "0 words at 0x1000"),
        (Job(((0x1008, 4),), (0x1000,), ()), "4 words at 0x1008"),
        (Job(((0x9000, 4),), (0x1000,), ()), "its 4 words at 0x9000 are in no buffer"),
        (Job(((0x1FF0, 4),), (0x1000,), ()), "its 4 words at 0x1ff0 are in no buffer, or leave it"),
        (Job(((0x1000, 4),), (0x5000,), ()), "no buffer is at 0x5000"),
        (Job(((0x1000, 4),), (0x1000,), (0x1000,)), "a buffer is listed twice"),
        (Job(((0x1000, 4),), (0x1000, 0x1000), ()), "a buffer is listed twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_driver_would_drop_in_silence_is_refused(
    kernel: VirtualKernel, job: Job, why: str
) -> None:
    bo = OpenFile(kernel, NODE).create(0x1000)
    placed = {0x1000: type(bo)(bo.handle, 0x1000, bo.data)}
    with pytest.raises(DeviceError, match=f"job 7: .*{why}"):
        check(7, job, placed)
