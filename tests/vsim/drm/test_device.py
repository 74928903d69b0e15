# SPDX-License-Identifier: MIT
"""The board's path over a virtual kernel: the same answers, and refusals in sentences."""

from __future__ import annotations

import errno
import gc

import numpy as np
import pytest

import npucore
from npucore.errors import DeviceError
from npucore.family.device import StoppedJobError
from npucore_vsim import uapi
from npucore_vsim.chip import A311D, CHIPS, IMX8MP, Chip
from npucore_vsim.drm.cores import cores
from npucore_vsim.drm.device import EtnavivDevice
from npucore_vsim.drm.file import OpenFile
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from npucore_vsim.virtual.memory import SOFTPIN_START
from tests.material.vsim.boards import NODE, network, sample
from tests.vsim.test_plan import convolution


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel(A311D)


@pytest.mark.parametrize("chip", CHIPS.values(), ids=lambda chip: chip.name)
def test_a_network_answers_on_the_board_as_on_the_simulator(chip: Chip) -> None:
    graph, kernel = convolution(stride=2), VirtualKernel(chip)
    data = np.random.default_rng(3).integers(0, 256, graph.inputs[0].shape).astype(np.uint8)
    with npucore.Session(graph, f"vsim:{chip.name}", device="simulator") as simulated:
        (wanted,) = simulated.run(data)
    with npucore.Session(graph, f"vsim:{chip.name}", device=kernel) as board:
        for _ in range(2):
            (answer,) = board.run(data)
            assert np.array_equal(answer, wanted)
    assert kernel.submits == 2
    assert not kernel.handles
    assert not kernel.files


def test_the_chip_is_known_by_five_numbers_and_gaps_are_passed_over() -> None:
    kernel = VirtualKernel(IMX8MP, cores=(None, {**_numbers(IMX8MP), uapi.CUSTOMER_ID: 1}))
    found = cores(OpenFile(kernel, NODE))
    assert [(core.pipe, core.chip) for core in found] == [(1, None), (2, IMX8MP)]
    assert str(found[1]) == "0x8000/0x8002/0x5080009/0x6000000/0x9f"


def _numbers(chip: Chip) -> dict[int, int]:
    kernel = VirtualKernel(chip)
    return dict(kernel.core(1))


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        (VirtualKernel(IMX8MP), r"no core is a311d; cores: 0x7000/.*, 0x8000/0x8002/0x5080009/"),
        (VirtualKernel(driver="panfrost"), "the driver is 'panfrost', wanted 'etnaviv'"),
        (VirtualKernel(minor=3), "etnaviv 1.3 tells no product, eco and customer numbers; 1.4 do"),
        (VirtualKernel(softpin=False), r"lets no program choose addresses \(softpin\)"),
    ],
    ids=["chip", "driver", "version", "softpin"],
)
def test_a_node_that_does_not_suit_is_refused_and_closed(kernel: VirtualKernel, words: str) -> None:
    with pytest.raises(DeviceError, match=words):
        EtnavivDevice(kernel, NODE, A311D)
    assert not kernel.files


def test_a_node_that_is_not_there_is_a_sentence(kernel: VirtualKernel) -> None:
    with pytest.raises(DeviceError, match=r"renderD9: open: it is not there \(ENOENT\)"):
        EtnavivDevice(kernel, "/dev/dri/renderD9", A311D)


def test_buffers_lie_behind_the_softpin_start_and_never_touch(kernel: VirtualKernel) -> None:
    device = EtnavivDevice(kernel, NODE, A311D)
    (first, data), (second, _) = device.allocate(5000), device.allocate(1)
    assert first >= SOFTPIN_START
    assert second >= first + data.size + 4096
    device.close()
    device.close()


def test_more_than_the_address_space_is_refused(kernel: VirtualKernel) -> None:
    device = EtnavivDevice(kernel, NODE, A311D)
    with pytest.raises(DeviceError, match="bytes do not fit behind 0x400000, below 4 GiB"):
        device.allocate((1 << 32) - 4096)
    with pytest.raises(DeviceError, match="GEM_NEW: the kernel has no memory left"):
        device.allocate((1 << 31) + 1)
    device.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([0xDEADBEEF, 0], "GEM_SUBMIT: Invalid argument"),
        ([0, 0], "GEM_SUBMIT: Invalid argument"),
        ([0x08010000 | 0x10B8 >> 2, 0x40], r"has stopped the job \(ECANCELED\)"),
        ([0x08010000 | 0xA28 >> 2, 0x11] * 16_385, "131080 bytes, but the driver takes 131072"),
    ],
    ids=["nonsense", "idle", "beyond buffers", "too long"],
)
def test_what_the_chip_would_choke_on_comes_back_as_an_error(
    kernel: VirtualKernel, words: list[int], said: str
) -> None:
    device = EtnavivDevice(kernel, NODE, A311D)
    device.allocate(1)
    with pytest.raises((DeviceError, StoppedJobError), match=said):
        device.wait(device.submit(words))
    assert not kernel.sync_files
    device.close()


@pytest.mark.parametrize("point", [Point.GEM_INFO, Point.MMAP])
def test_a_buffer_that_cannot_be_mapped_is_given_back_at_once(
    kernel: VirtualKernel, point: Point
) -> None:
    file = OpenFile(kernel, NODE)
    kernel.faults.order(Fault(point, errno.ENOMEM))
    with pytest.raises(DeviceError, match="no memory left"):
        file.create(4096, SOFTPIN_START)
    assert (kernel.handles, kernel.mappings) == (0, 0)


def test_a_closed_device_says_so(kernel: VirtualKernel) -> None:
    device = EtnavivDevice(kernel, NODE, A311D)
    device.close()
    with pytest.raises(DeviceError, match="it is closed"):
        device.allocate(1)
    with pytest.raises(DeviceError, match="it is closed"):
        device.wait(device.submit([]))


def test_memory_goes_with_the_device_and_its_views(kernel: VirtualKernel) -> None:
    device = EtnavivDevice(kernel, NODE, A311D)
    _, data = device.allocate(1)
    device.close()
    assert kernel.mappings == 1
    assert data.sum() == 0  # still there: nobody is pulled the rug from under his feet
    del data
    gc.collect()
    assert kernel.mappings == 0


def test_the_cpu_sees_results_only_when_it_has_waited(kernel: VirtualKernel) -> None:
    """Jobs of the virtual kernel run when they are waited for; so a wait left out would show."""
    with npucore.Session(network(), "vsim", device=kernel) as opened:
        opened.run(sample())
    calls = list(kernel.calls)
    submit, last = calls.index(Point.SUBMIT), len(calls) - 1 - calls[::-1].index(Point.CPU_PREP)
    assert calls.index(Point.WAIT_FENCE) > submit
    assert calls.index(Point.FILE_INFO) > last


def test_a_keyboard_interrupt_leaves_nothing_and_the_next_one_is_right(
    kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with npucore.Session(network(), "vsim", device=kernel) as opened:
        wanted = opened.run(sample())[0]

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(OpenFile, "wait", interrupted)
            with pytest.raises(KeyboardInterrupt):
                opened.run(sample(1))
        assert (kernel.files, kernel.sync_files) == ({}, {})
        assert np.array_equal(opened.run(sample())[0], wanted)


def test_a_vanished_device_does_not_keep_others_from_closing(kernel: VirtualKernel) -> None:
    one, two = (EtnavivDevice(kernel, NODE, A311D) for _ in range(2))
    two.allocate(1)
    kernel.faults.order(Fault(Point.GEM_NEW, Effect.VANISHED))
    with pytest.raises(DeviceError, match="the device is gone"):
        one.allocate(1)
    one.close()
    two.close()
    assert not kernel.files
