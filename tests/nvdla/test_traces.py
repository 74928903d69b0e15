# SPDX-License-Identifier: MIT
"""Byte traces come from strangers: they are read whole, or refused with a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import DeviceError, InvalidModelError
from npucore_nvdla.chip import SMALL
from npucore_nvdla.player import Player
from npucore_nvdla.recording import recorded
from npucore_nvdla.registers import sdp, sdp_rdma
from npucore_nvdla.traces import END, LOAD, READ, WAIT, WRITE, Record, read, write
from tests.material.nvdla.golden import golden
from tests.material.nvdla.graphs import GRAPH, compiled, samples


def test_what_is_read_is_written_again_byte_for_byte() -> None:
    trace = golden("c34").trace
    assert write(read(trace)) == trace


@pytest.mark.parametrize(
    ("trace", "why"),
    [
        (b"", "does not end"),
        (b"\x01", "does not end"),
        (b"\xff\x01", "does not end"),
        (b"\x04", "no known entry"),
        (b"\x02\0\0", "ends inside"),
        (b"\x05" + b"\xff" * 8 + b"\xff", "but 1 are left"),
    ],
)
def test_a_broken_trace_is_refused(trace: bytes, why: str) -> None:
    with pytest.raises(InvalidModelError, match=why):
        read(trace)


@pytest.mark.parametrize(
    ("record", "error", "why"),
    [
        (Record(WAIT), DeviceError, "does not come"),
        (Record(READ, (0x1004 // 4, 0xFF, 7)), DeviceError, "never 0x7"),
        (Record(LOAD, (0xFFFFFFFF, 2), b"ab"), InvalidModelError, "uses memory"),
    ],
)
def test_what_cannot_be_played_is_refused(record: Record, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        Player([record, Record(END)], SMALL)


def test_a_map_whose_rows_lie_over_one_another_is_not_made_whatever_its_size() -> None:
    wide, high, deep = (
        Record(WRITE, (kind.offset // 4, 8191))
        for kind in (sdp.D_DATA_CUBE_WIDTH, sdp.D_DATA_CUBE_HEIGHT, sdp.D_DATA_CUBE_CHANNEL)
    )
    readers = [
        Record(WRITE, (kind.offset // 4, value))
        for kind, value in (
            (sdp_rdma.D_DATA_CUBE_WIDTH, 8191),
            (sdp_rdma.D_DATA_CUBE_HEIGHT, 8191),
            (sdp_rdma.D_DATA_CUBE_CHANNEL, 8191),
            (sdp_rdma.D_FEATURE_MODE_CFG, 0),
            (sdp_rdma.D_SRC_DMA_CFG, 1),
            (sdp.D_DST_DMA_CFG, 1),
            (sdp.D_OP_ENABLE, 1),
            (sdp_rdma.D_OP_ENABLE, 1),
        )
    ]
    load = Record(LOAD, (0, 1 << 16), bytes(1 << 16))
    with pytest.raises(DeviceError, match="beyond what is simulated"):
        Player([load, wide, high, deep, *readers, Record(END)], SMALL)


def escapes(trace: bytes, count: int, seed: int) -> list[str]:
    """What else than a refusal comes of traces with one or two other bytes."""
    good, rng = np.frombuffer(trace, np.uint8), np.random.default_rng(seed)
    found = []
    for _ in range(count):
        wrong = good.copy()
        wrong[rng.integers(0, len(wrong), 2)] = rng.integers(0, 256, 2)
        try:
            records = read(wrong.tobytes())
            Player(records, SMALL).checks(records)
        except (InvalidModelError, DeviceError):
            continue
        except Exception as error:
            found.append(repr(error))
    return found


def test_no_changed_trace_escapes() -> None:
    assert escapes(golden("c34").trace, 150, 1) == []


@pytest.mark.slow
def test_no_changed_trace_of_many_escapes() -> None:
    assert escapes(golden("c34").trace, 1500, 2) == []
    assert escapes(recorded(compiled(GRAPH), samples(GRAPH), SMALL), 1000, 3) == []
