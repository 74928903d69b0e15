# SPDX-License-Identifier: MIT
"""The board's path over a virtual kernel: the same answers, and refusals in sentences."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

import npucore
from npucore.errors import DeviceError
from npucore_vsim import uapi
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import A311D, IMX8MP, Chip
from npucore_vsim.drm.device import EtnavivDevice
from npucore_vsim.virtual import VirtualKernel
from npucore_vsim.virtual.kernel import NODE, SOFTPIN_START
from tests.vsim.test_plan import convolution

REQUESTS = {
    "GEM_CPU_FINI": 0x40086445,
    "GEM_CPU_PREP": 0x40186444,
    "GEM_INFO": 0xC0106443,
    "GEM_NEW": 0xC0106442,
    "GEM_SUBMIT": 0xC0486446,
    "GET_PARAM": 0xC0106440,
    "WAIT_FENCE": 0x40206447,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_have_the_headers_numbers(name):
    assert getattr(uapi, name) == REQUESTS[name]


def test_structs_lie_as_in_the_header():
    assert ctypes.sizeof(uapi.GemSubmit) == 72
    offsets = {name: getattr(uapi.GemSubmit, name).offset for name, _ in uapi.GemSubmit._fields_}
    assert offsets["bos"] == 24
    assert offsets["stream"] == 40
    assert offsets["pmrs"] == 56


@pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)
def test_a_network_answers_on_the_board_as_on_the_simulator(chip: Chip):
    graph = convolution(stride=2)
    kernel = VirtualKernel(chip)
    backend = VsimBackend(chip.name, device=NODE)
    backend.kernel = kernel
    data = np.random.default_rng(3).integers(0, 256, graph.inputs[0].shape).astype(np.uint8)
    with npucore.Session(graph, f"vsim:{chip.name}") as simulated:
        (wanted,) = simulated.run(data)
    with npucore.Session(graph, backend) as board:
        for _ in range(2):
            (answer,) = board.run(data)
            assert np.array_equal(answer, wanted)
    assert kernel.submits == 2
    assert not kernel.handles
    assert not kernel.open_files


def test_another_chip_is_refused_by_its_numbers():
    kernel = VirtualKernel(IMX8MP)
    with pytest.raises(DeviceError, match=r"no core is a311d; cores: .*0x8000/0x8002"):
        EtnavivDevice(kernel, NODE, A311D)
    assert not kernel.open_files


def test_another_driver_is_refused_by_its_name():
    kernel = VirtualKernel(A311D, driver="panfrost")
    with pytest.raises(DeviceError, match="'panfrost', wanted 'etnaviv'"):
        EtnavivDevice(kernel, NODE, A311D)
    assert not kernel.open_files


def test_a_node_that_is_not_there_is_a_sentence():
    with pytest.raises(DeviceError, match="renderD9: open: No such file"):
        EtnavivDevice(VirtualKernel(A311D), "/dev/dri/renderD9", A311D)


def test_buffers_lie_behind_the_softpin_start_and_never_touch():
    device = EtnavivDevice(VirtualKernel(A311D), NODE, A311D)
    (first, data), (second, _) = device.allocate(5000), device.allocate(1)
    assert first >= SOFTPIN_START
    assert second >= first + data.size + 4096
    device.close()
    device.close()


def test_what_the_chip_would_choke_on_comes_back_as_an_error():
    device = EtnavivDevice(VirtualKernel(A311D), NODE, A311D)
    with pytest.raises(DeviceError, match="GEM_SUBMIT"):
        device.submit([0xDEADBEEF, 0])
    device.close()
