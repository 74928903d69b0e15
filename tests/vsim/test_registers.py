# SPDX-License-Identifier: MIT
"""Descriptors against the words that both parties wrote."""

from __future__ import annotations

import pytest

from npucore.hw.descriptors import Descriptor
from npucore_vsim import stream
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.registers.states import STATES
from tests.material.vsim.captures import MESA, VENDOR, capture

ALL = [("mesa", name) for name in MESA] + [("vendor", name) for name in VENDOR]
KINDS: dict[str, type[Descriptor]] = {"nn": NNDescriptor, "tp": TPDescriptor}


@pytest.mark.parametrize(("party", "name"), ALL, ids="-".join)
def test_every_descriptor_repacks_to_its_words(party: str, name: str) -> None:
    found = capture(party, name)
    for kind, cls in KINDS.items():
        for words in found.words(kind):
            descriptor = cls.decode(words[: cls.length])
            assert not any(descriptor.unknown_bits)
            assert cls(**descriptor.field_values()).words == tuple(words[: cls.length])


@pytest.mark.parametrize("name", MESA)
def test_every_command_stream_is_states_with_a_name(name: str) -> None:
    words = capture("mesa", name).arrays["stream1"].tolist()
    items = stream.decode(words)
    loads = [item for item in items if isinstance(item, stream.Load)]
    assert not [item for item in items if isinstance(item, stream.Strange)]
    assert all(item.state is not None and not item.state.unknown_bits for item in loads)
    assert loads
    assert stream.encode(loads) == words[8 : 8 + 2 * len(loads)]


@pytest.mark.parametrize("name", VENDOR)
def test_the_vendors_load_states_have_addresses_that_are_known(name: str) -> None:
    raw = capture("vendor", name).arrays.get("nbg_load_state")
    assert raw is not None
    if capture("vendor", name).facts["ops"]:
        items = stream.decode(raw[: raw.size // 4 * 4].view("<u4").tolist())
        assert {item.address for item in items if isinstance(item, stream.Load)} & set(STATES)


def test_fields_in_pieces_are_one_number() -> None:
    job = NNDescriptor(post_multiplier=0x7FFFFF, post_shift=100, in_image_x_offset=-2)
    assert (job.post_multiplier, job.post_shift, job.in_image_x_offset) == (0x7FFFFF, 100, -2)
    assert NNDescriptor.decode(job.words) == job


def test_a_window_may_begin_outside_of_the_image() -> None:
    job = TPDescriptor(in_window_x_start=-3, in_window_y_end=7)
    assert (job.in_window_x_start, job.in_window_y_end) == (-3, 7)


def test_a_packet_of_several_states_fills_up_to_pairs_of_words() -> None:
    words = [0x08020E4F, 1, 2, 0, 0x08010E53, 7]
    assert stream.decode(words) == [
        stream.Load(0x393C, 1),
        stream.Load(0x3940, 2),
        stream.Load(0x394C, 7),
    ]


def test_what_is_no_packet_is_said() -> None:
    assert stream.decode([0x12345678]) == [stream.Strange(0x12345678)]
