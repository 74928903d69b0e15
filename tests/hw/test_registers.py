# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore.evidence import Evidence
from npucore.hw.registers import Bits, Register


class SIZE(Register, offset=0x10):
    channels = Bits(29, 16, "channels - 1")
    mode = Bits(15, 14, values={2: "twice"})
    shift = Bits(7, 0, signed=True)


class FULL(Register, offset=0x14):
    number = Bits(31, 0, signed=True)


def test_fields_land_on_their_bits() -> None:
    assert SIZE(channels=3, mode=1).word == 0x0003_4000


def test_a_field_that_is_not_given_is_zero() -> None:
    assert SIZE().word == 0


def test_a_negative_value_is_a_twos_complement() -> None:
    assert SIZE(shift=-1).word == 0xFF


def test_a_field_of_all_bits_takes_the_lowest_number() -> None:
    assert FULL(number=-(1 << 31)).word == 1 << 31


@pytest.mark.parametrize(
    ("name", "value"),
    [("channels", 1 << 14), ("channels", -1), ("shift", 128), ("shift", -129)],
)
def test_a_value_that_does_not_fit_is_refused_with_the_range(name: str, value: int) -> None:
    bits = SIZE.fields[name]
    with pytest.raises(ValueError, match=rf"SIZE\.{name}: {value} .*{bits.low} to {bits.high}"):
        SIZE(**{name: value})


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="SIZE has no field 'height'"):
        SIZE(height=1)


def test_a_fraction_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        SIZE(channels=1.5)  # type: ignore[arg-type]  # that is the test


def test_a_narrow_integer_of_numpys_does_not_overflow() -> None:
    assert SIZE(channels=np.int16(3)).word == 3 << 16  # type: ignore[arg-type]  # runs, all the same


def test_a_field_reads_its_value() -> None:
    assert SIZE.decode(0x0003_40FF).shift == -1


def test_a_field_cannot_be_set_afterwards() -> None:
    with pytest.raises(AttributeError, match=r"SIZE\.mode"):
        SIZE().mode = 1


def test_a_field_of_the_class_is_its_declaration() -> None:
    assert (SIZE.channels.msb, SIZE.channels.lsb, SIZE.channels.width) == (29, 16, 14)


def test_without_better_knowledge_a_field_is_paper() -> None:
    assert SIZE.mode.evidence is Evidence.PAPER


def test_bits_of_no_field_are_unknown() -> None:
    assert SIZE.decode(0xFFFF_FFFF).unknown_bits == 0xC000_3F00


def test_repr_shows_what_is_not_zero() -> None:
    assert repr(SIZE.decode(0x4000_4001)) == "SIZE(mode=1, shift=1, unknown_bits=0x40000000)"


@pytest.mark.parametrize("word", [-1, 1 << 32])
def test_a_word_of_more_than_32_bits_is_refused(word: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        SIZE.decode(word)


def test_registers_are_equal_by_kind_and_word() -> None:
    assert SIZE(mode=1) == SIZE(mode=1)
    assert SIZE() != FULL()
    assert len({SIZE(mode=1), SIZE(mode=1), SIZE(mode=2)}) == 2


@given(st.integers(0, (1 << 32) - 1))
def test_fields_of_a_decoded_word_make_it_again(word: int) -> None:
    register = SIZE.decode(word)
    assert SIZE(**register.field_values()).word == word & ~register.unknown_bits


@pytest.mark.parametrize(("msb", "lsb"), [(32, 0), (0, 1), (3, -1)])
def test_a_field_outside_of_32_bits_is_refused(msb: int, lsb: int) -> None:
    with pytest.raises(ValueError, match="32-bit register"):
        Bits(msb, lsb)


def test_a_name_for_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="4 has a name"):
        Bits(1, 0, values={4: "none"})


def test_fields_that_overlap_are_refused() -> None:
    with pytest.raises(TypeError, match=r"WRONG\.second"):

        class WRONG(Register, offset=0):
            first = Bits(4, 0)
            second = Bits(8, 4)


def test_a_field_cannot_hide_what_every_register_has() -> None:
    with pytest.raises(TypeError, match=r"WRONG\.word"):

        class WRONG(Register, offset=0):
            word = Bits(4, 0)
