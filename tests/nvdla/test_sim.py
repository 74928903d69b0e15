# SPDX-License-Identifier: MIT
"""The simulator gives the bytes of the maker's own model, and refuses what that would not do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_nvdla import program
from npucore_nvdla.chip import SMALL
from npucore_nvdla.layout import pack_weights
from npucore_nvdla.player import Player
from npucore_nvdla.registers import cdma, csc, glb, sdp
from npucore_nvdla.sim import points
from npucore_nvdla.sim.device import Nvdla
from npucore_nvdla.sim.rounding import Floats, shift_right
from npucore_nvdla.stream import Run
from npucore_nvdla.traces import CHECK, LOAD, WRITE, Record
from tests.material.nvdla.golden import ALL, NAMES, golden
from tests.material.nvdla.graphs import CONVOLUTION, graph, off_by
from tools.replay.nvdla import replay


def test_one_of_the_makers_outputs_is_in_this_repository() -> None:
    found = golden("c34")
    assert replay("c34", found.trace, found.out).why == ""


@ALL
def test_every_trace_gives_the_bytes_of_the_makers_model() -> None:
    found = [replay(name, golden(name).trace, golden(name).out) for name in NAMES]
    assert [each for each in found if each.why] == []
    assert len(found) >= 79


def test_a_byte_that_differs_is_seen() -> None:
    found = golden("c34")
    wrong = found.out.copy()
    wrong[7] ^= 1
    assert replay("c34", found.trace, wrong).why == "1 bytes differ"


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        (csc.D_ATOMICS, 7, "differ in atoms"),
        (csc.D_WEIGHT_BYTES, 128, "differ in bytes of weights"),
        (csc.D_BANK, 0x1F0000, "differ in banks"),
        (cdma.D_DAIN_RAM_TYPE, 0, "second memory"),
        (sdp.D_DATA_CUBE_HEIGHT, 9, "differ in D_DATA_CUBE_HEIGHT"),
        (sdp.D_DP_EW_CFG, 0, "EW"),
        (cdma.D_LINE_STRIDE, 12, "whole atoms"),
        (sdp.D_DST_BASE_ADDR_LOW, 0x10, "in no buffer"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_registers_that_contradict_each_other_stop_it(
    kind: type[csc.D_BANK], value: int, why: str
) -> None:
    records = [
        Record(WRITE, (kind.offset // 4, value)) if r.numbers[:1] == (kind.offset // 4,) else r
        for r in golden("c34").records
    ]
    with pytest.raises(SimulationError, match=why):
        Player(records, SMALL)


def test_groups_take_turns_and_interrupts_are_cleared_by_writing_them() -> None:
    records = golden("c34").records
    player = Player(records, SMALL)
    assert player._device.read(glb.S_INTR_STATUS.offset) == 1
    assert player._device.read(sdp.S_POINTER.offset) == 1 << 16
    player._device.write(glb.S_INTR_STATUS.offset, 1)
    assert player._device.read(glb.S_INTR_STATUS.offset) == 0


def test_a_block_is_not_enabled_twice() -> None:
    device = Nvdla(SMALL, Memory())
    device.write(csc.D_OP_ENABLE.offset, 1)
    with pytest.raises(SimulationError, match="CSC is enabled while its group 0"):
        device.write(csc.D_OP_ENABLE.offset, 1)


def test_a_task_sees_what_another_has_left_in_its_registers_and_in_memory() -> None:
    """It is read again then, though it has run before."""
    memory, words = Memory(), np.array(list(golden("c34").writes.items()), "<u4")
    tasks = words[[offset & 0xFFF > 4 and offset > 0x2000 for offset in words[:, 0].tolist()]]
    for load in (r for r in golden("c34").records if r.kind == LOAD):
        memory.map(load.numbers[0], np.frombuffer(load.data, np.uint8).copy())
    memory.map(0x80400000, out := np.zeros(golden("c34").out.size, np.uint8))
    memory.map(0x1000, np.frombuffer(tasks.tobytes(), np.uint8).copy())
    device, run = Nvdla(SMALL, memory), Run(0x1000, len(tasks))
    for _ in range(3):
        device.run(run)
        assert (out == golden("c34").out).all()
        out[:] = 0
    weights = memory.window(Port("", ""), 0x80100000, 175)
    weights[:] = 0
    device.run(run)
    assert (out != golden("c34").out).any()
    device.write(sdp.D_DP_BS_MUL_CFG.offset, sdp.D_DP_BS_MUL_CFG(bs_mul_shift_value=40).word)
    device._producer["SDP"] ^= 1
    device.write(sdp.D_DP_BS_MUL_CFG.offset, sdp.D_DP_BS_MUL_CFG(bs_mul_shift_value=40).word)
    device.run(run)
    s = sdp.D_CVT_OFFSET.decode(golden("c34").writes[sdp.D_CVT_OFFSET.offset])
    assert (out.view(np.int8) == -s.cvt_offset).all()


def test_the_check_of_a_trace_is_a_crc_of_memory() -> None:
    records = golden("c34").records
    (check,) = Player(records, SMALL).checks(records)
    assert check.found == check.wanted
    assert any(r.kind == CHECK for r in records)


def test_halves_go_away_from_zero() -> None:
    values = np.array([-6.0, -2, 2, 6])
    shift_right(values, 2)
    assert values.tolist() == [-2, -1, 1, 2]


def _floor(values: Floats) -> None:
    np.floor(values, out=values)


def _nothing(values: Floats, bits: int) -> None:
    values %= 128


@pytest.mark.parametrize(
    ("name", "wrong"), [("round_half_away", _floor), ("saturate", _nothing)], ids=["round", "clamp"]
)
def test_a_simulator_with_other_arithmetic_is_caught(
    name: str, wrong: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, name, wrong)
    found = golden("c34")
    assert "bytes differ" in replay("c34", found.trace, found.out).why


def test_a_compiler_that_packs_otherwise_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "pack_weights", lambda w, chip: pack_weights(w[..., ::-1], chip))
    assert off_by(graph(CONVOLUTION)) > 1
