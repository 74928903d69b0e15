# SPDX-License-Identifier: MIT
"""For the layers of the maker's traces, registers and memory images are those of the traces."""

from __future__ import annotations

from collections import Counter

import pytest

from npucore_nvdla.chip import SMALL
from npucore_nvdla.emit.convolve import convolve_words
from npucore_nvdla.layout import pack_operands, pack_weights
from npucore_nvdla.lower.layer import PerKernel
from npucore_nvdla.plan import plan
from npucore_nvdla.registers import RESET, cacc, cdma, glb, sdp, sdp_rdma
from npucore_nvdla.stream import CONVOLUTION, enabled, turns
from tests.material.nvdla.golden import ALL, NAMES, Golden, golden

EXCEPTIONS = {
    cdma.D_DAIN_ADDR_LOW_0.offset: "an address, filled in when a program is loaded",
    cdma.D_WEIGHT_ADDR_LOW.offset: "an address",
    cacc.D_DATAOUT_ADDR.offset: "an address",
    sdp.D_DST_BASE_ADDR_LOW.offset: "an address",
    sdp_rdma.D_BS_BASE_ADDR_LOW.offset: "an address",
    sdp_rdma.D_BN_BASE_ADDR_LOW.offset: "an address",
    glb.S_INTR_MASK.offset: "the host's, not a task's: which interrupts it wants",
}
"""Registers that differ, and why."""


def differences(found: Golden) -> list[int]:
    """Offsets of registers whose values are not the trace's, resets counted."""
    (layer,) = plan(found.layer(), SMALL)
    words = convolve_words(layer, SMALL)  # type: ignore[arg-type]  # a plan keeps the kind
    ours, theirs = dict(words.tolist()), found.writes
    assert enabled(words) == CONVOLUTION
    ours |= {r.offset: r.word for r in turns(CONVOLUTION, {})}
    return [
        offset
        for offset in ours.keys() | theirs.keys()
        if ours.get(offset, RESET.get(offset, 0)) != theirs.get(offset, RESET.get(offset, 0))
    ]


def images(found: Golden) -> list[bool]:
    """Whether weights, addends and factors are packed as in the trace."""
    layer = found.layer()
    first, second = layer.points.stages
    _, weights, *operands = found.loads
    sides = [first.addend, second.factor]
    packed = [pack_operands(s.values, SMALL) for s in sides if isinstance(s, PerKernel)]
    same = [bytes(a) == bytes(b) for a, b in zip(packed, operands, strict=True)]
    return [bytes(pack_weights(layer.weights, SMALL)) == bytes(weights), *same]


def test_registers_are_those_of_the_trace_in_this_repository() -> None:
    assert set(differences(golden("c34"))) == EXCEPTIONS.keys()
    assert images(golden("c34")) == [True, True, True]


@ALL
def test_registers_are_those_of_every_trace() -> None:
    counts = Counter(offset for name in NAMES for offset in differences(golden(name)))
    assert counts == dict.fromkeys(EXCEPTIONS, len(NAMES))


@ALL
def test_memory_images_are_those_of_every_trace() -> None:
    assert all(all(images(golden(name))) for name in NAMES)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_host_says_which_group_is_written(count: int) -> None:
    (register,) = turns(["SDP"], {"SDP": count})
    assert (register.offset, register.word) == (sdp.S_POINTER.offset, count % 2)
