# SPDX-License-Identifier: MIT
"""The address space, and the faults of each block's DMA."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.hw.memory import Port
from npucore_rocket.sim import CommandRange, Memory, SimulationError
from tests.material.rocket.sim_board import Board, load, tensors, tiny
from tests.material.rocket.sim_words import convolution, pack_feature, pack_weights

PORT = Port("CNA", "DCOMP_ADDR0")


def test_strides_may_be_negative() -> None:
    memory = Memory()
    memory.map(0x1000, np.arange(64, dtype=np.uint8))
    cube = memory.cube(PORT, 0x1020, (3, 2), (-16, 1), np.uint8)
    assert cube.tolist() == [[32, 33], [16, 17], [0, 1]]


def test_writes_reach_the_mapped_buffer() -> None:
    memory, buffer = Memory(), np.zeros(16, np.uint8)
    memory.map(0x1000, buffer)
    memory.window(PORT, 0x1004, 2)[:] = 9
    assert buffer.tolist() == [0] * 4 + [9] * 2 + [0] * 10


def test_an_address_in_no_buffer_is_a_fault() -> None:
    memory = Memory()
    with pytest.raises(SimulationError, match="CNA DCOMP_ADDR0: 4 bytes from 0x10 are in no buff"):
        memory.window(PORT, 0x10, 4)


def test_an_unmapped_buffer_is_gone() -> None:
    memory = Memory()
    memory.map(0x1000, np.zeros(16, np.uint8))
    memory.unmap(0x1000)
    with pytest.raises(SimulationError, match="0x1000"):
        memory.window(PORT, 0x1000, 4)


@pytest.mark.parametrize("address", [0xFF8, 0x1008, 0x1000], ids=hex)
def test_buffers_do_not_overlap(address: int) -> None:
    memory = Memory()
    memory.map(0x1000, np.zeros(16, np.uint8))
    with pytest.raises(ValueError, match=r"16 bytes at .* do not fit"):
        memory.map(address, np.zeros(16, np.uint8))


def test_every_block_s_dma_stays_within_its_buffer() -> None:
    layer = tiny()
    feature, weights, _ = tensors(layer)
    short = {
        layer.feature: (pack_feature(feature).nbytes, "CNA FEATURE_DATA_ADDR: 960 bytes"),
        layer.weights: (pack_weights(weights).nbytes, "CNA DCOMP_ADDR0: 1280 bytes"),
        layer.bias: (4 * layer.written, "DPU_RDMA RDMA_BS_BASE_ADDR: 256 bytes"),
        layer.output: (layer.written * 30, "DPU DST_BASE_ADDR: 1920 bytes"),
    }
    for address, (size, message) in short.items():
        board = Board()
        load(board, layer)
        exact = board.buffers[address][: size - 1].copy()
        board.put(address, exact, exact.size)
        with pytest.raises(SimulationError, match=f"{message} from {address:#x}.*ends at"):
            board.start(convolution(layer))
        board.put(address, exact, size)
        board.start(convolution(layer))


def test_a_task_s_words_lie_in_memory() -> None:
    with pytest.raises(SimulationError, match="PC BASE_ADDRESS: 1040 bytes from 0x5000"):
        Board().device.run([CommandRange(0x5000, 130)])


def test_a_task_s_words_are_aligned() -> None:
    with pytest.raises(SimulationError, match=r"PC BASE_ADDRESS is 0x5008.*multiple of 16"):
        Board().device.run([CommandRange(0x5008, 130)])
