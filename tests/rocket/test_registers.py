# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore.evidence import Evidence
from npucore.hw.registers import Register
from npucore_rocket.registers import BLOCKS, block, block_at, by_name, by_offset, find

REGISTERS = [register for unit in BLOCKS for register in unit.registers]
EVERY = pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.__name__)

PLAIN = "reserved, write 0"


@pytest.fixture(scope="module")
def documented(shared: Path) -> list[dict[str, Any]]:
    """The blocks of the hardware reference."""
    blocks: list[dict[str, Any]] = json.loads(
        (shared / "spec" / "rocket-registers.json").read_text()
    )["blocks"]
    return blocks


def test_there_are_201_registers_with_518_fields() -> None:
    assert len(REGISTERS) == 201
    assert sum(len(register.fields) for register in REGISTERS) == 518


def test_names_and_offsets_are_unique() -> None:
    assert len({register.offset for register in REGISTERS}) == len(REGISTERS)
    assert len({register.__name__ for register in REGISTERS}) == len(REGISTERS)


@EVERY
def test_a_register_is_found_by_name_and_by_offset(register: type[Register]) -> None:
    assert by_name(register.__name__) is by_offset(register.offset) is register


@EVERY
def test_a_register_belongs_to_the_block_of_its_offset(register: type[Register]) -> None:
    unit = block_at(register.offset)
    assert register.__name__ == f"{unit.name}_{unit.short(register)}"


@EVERY
def test_a_field_says_what_it_means_and_who_says_so(register: type[Register]) -> None:
    for bits in register.fields.values():
        assert bits.meaning
        assert bits.source


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_random_fields_survive_the_word(register: type[Register], data: st.DataObject) -> None:
    values = {
        name: data.draw(st.integers(bits.low, bits.high)) for name, bits in register.fields.items()
    }
    word = register(**values).word
    assert register.decode(word).field_values() == values
    assert not register.decode(word).unknown_bits


def test_an_offset_without_a_register_is_none() -> None:
    assert find(0x1018) is None


def test_an_offset_without_a_block_is_refused() -> None:
    with pytest.raises(KeyError):
        block_at(0x2000)


def test_what_the_cpu_alone_reaches_has_no_target() -> None:
    assert [unit.name for unit in BLOCKS if unit.target is None] == ["DDMA", "SDMA", "GLOBAL"]


def test_levels_of_evidence_are_counted() -> None:
    found = Counter(bits.evidence for register in REGISTERS for bits in register.fields.values())
    assert found == {
        Evidence.PROVEN: 217,
        Evidence.SHOWN: 50,
        Evidence.SIBLING: 11,
        Evidence.PAPER: 240,
    }


def test_blocks_are_where_the_reference_has_them(documented: list[dict[str, Any]]) -> None:
    wanted = [
        (
            d["name"],
            int(d["base_hex"], 16),
            d["stream_target_hex"] and int(d["stream_target_hex"], 16),
        )
        for d in documented
    ]
    assert [(unit.name, unit.base, unit.target) for unit in BLOCKS] == wanted


def test_every_register_and_field_of_the_reference_is_there(
    documented: list[dict[str, Any]],
) -> None:
    for unit in documented:
        ours = {r.offset: (r.__name__, _places(r)) for r in block(unit["name"]).registers}
        theirs = {
            r["offset"]: (
                f"{unit['name']}_{r['name']}",
                {
                    f["name"].lower(): (f["high"], f["low"])
                    for f in r["fields"]
                    if f["description"] != PLAIN
                },
            )
            for r in unit["registers"]
        }
        assert ours == theirs


def test_bits_that_are_reserved_belong_to_no_field(documented: list[dict[str, Any]]) -> None:
    for unit in documented:
        for r in unit["registers"]:
            for f in r["fields"]:
                if f["description"] == PLAIN:
                    mask = (1 << f["high"] + 1) - (1 << f["low"])
                    assert not by_offset(r["offset"]).field_bits & mask


def _places(register: type[Register]) -> dict[str, tuple[int, int]]:
    return {name: (bits.msb, bits.lsb) for name, bits in register.fields.items()}
