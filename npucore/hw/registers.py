# SPDX-License-Identifier: MIT
"""Registers as data: declare once; encode, decode and print from the same lines.

>>> class CONV_CON3(Register, offset=0x1014):
...     conv_y_stride = Bits(5, 3, "rows stepped per output row")
...     conv_x_stride = Bits(2, 0, "columns stepped per output column")
>>> hex(CONV_CON3(conv_y_stride=2, conv_x_stride=1).word)
'0x11'
>>> CONV_CON3.decode(0x11)
CONV_CON3(conv_y_stride=2, conv_x_stride=1)
>>> CONV_CON3.decode(0x11).conv_y_stride
2
>>> CONV_CON3(conv_x_stride=9)
Traceback (most recent call last):
ValueError: CONV_CON3.conv_x_stride: 9 does not fit into 3 bits (0 to 7)
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import ClassVar, NamedTuple, NoReturn, Self, overload

from npucore.evidence import Evidence


class Source(NamedTuple):
    """Where it is known from what a field means, and how well that makes it known."""

    text: str
    evidence: Evidence


NOWHERE = Source("", Evidence.PAPER)
WORD_BITS = 32
WORD_MASK = (1 << WORD_BITS) - 1


class Bits:
    """A field of a register: bits *msb* down to *lsb*, both included.

    On a register's class it is the declaration, on a register the value.

    Parameters
    ----------
    values
        Names of the values that have one.
    signed
        Whether the bits are a two's complement number.
    """

    def __init__(
        self,
        msb: int,
        lsb: int,
        meaning: str = "",
        source: Source = NOWHERE,
        values: Mapping[int, str] | None = None,
        signed: bool = False,
    ) -> None:
        if not 0 <= lsb <= msb < WORD_BITS:
            raise ValueError(f"bits {msb}:{lsb} are no field of a {WORD_BITS}-bit register")
        self.name = ""
        self.msb = msb
        self.lsb = lsb
        self.meaning = meaning
        self.source = source
        self.values = dict(values or {})
        self.signed = signed
        self.width = msb - lsb + 1
        self.mask = (1 << self.width) - 1
        self.low = -(1 << self.width - 1) if signed else 0
        self.high = self.low + self.mask
        if wrong := [value for value in self.values if not self.low <= value <= self.high]:
            raise ValueError(f"{wrong[0]} has a name, but does not fit into bits {msb}:{lsb}")

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def evidence(self) -> Evidence:
        """How well the meaning is known."""
        return self.source.evidence

    @overload
    def __get__(self, register: None, owner: type) -> Self: ...
    @overload
    def __get__(self, register: Register, owner: type) -> int: ...
    def __get__(self, register: Register | None, owner: type) -> Self | int:
        if register is None:
            return self
        value = register.word >> self.lsb & self.mask  # as `get`, which a simulator asks too often
        return value - self.mask - 1 if value > self.high else value

    def __set__(self, register: Register, value: int) -> NoReturn:
        raise AttributeError(f"{type(register).__name__}.{self.name}: a register is a value")

    def get(self, word: int) -> int:
        """The field's value in a register's *word*."""
        value = word >> self.lsb & self.mask
        return value - self.mask - 1 if value > self.high else value

    def __repr__(self) -> str:
        return f"Bits({self.msb}, {self.lsb}, {self.meaning!r})"


class Register:
    """A 32-bit register: a subclass says where it is and what its bits mean.

    Fields that are not given are 0.
    """

    __slots__ = ("word",)

    offset: ClassVar[int]
    fields: ClassVar[Mapping[str, Bits]]
    field_bits: ClassVar[int]
    """Every bit that belongs to a field."""
    _places: ClassVar[dict[str, tuple[int, int, int, int]]]  # low, high, mask, lsb

    word: int

    def __init_subclass__(cls, *, offset: int) -> None:
        cls.offset = offset
        cls.fields = {name: bits for name, bits in vars(cls).items() if isinstance(bits, Bits)}
        cls.field_bits = 0
        for name, bits in cls.fields.items():
            if hasattr(Register, name):
                raise TypeError(f"{cls.__name__}.{name}: every register has that name")
            if cls.field_bits & bits.mask << bits.lsb:
                raise TypeError(f"{cls.__name__}.{name}: another field has some of its bits")
            cls.field_bits |= bits.mask << bits.lsb
        cls._places = {
            name: (bits.low, bits.high, bits.mask, bits.lsb) for name, bits in cls.fields.items()
        }

    def __init__(self, **values: int) -> None:
        # A network sets thousands of registers, so this knows of no `Bits`.
        word = 0
        places = self._places
        try:
            for name, value in values.items():
                low, high, mask, lsb = places[name]
                if value.__class__ is not int:  # numpy's integers overflow when they are shifted
                    value = index(value)
                if not low <= value <= high:
                    self._refuse(name, value)
                word |= (value & mask) << lsb
        except KeyError:
            raise TypeError(f"{type(self).__name__} has no field {name!r}") from None
        self.word = word

    def _refuse(self, name: str, value: int) -> NoReturn:
        bits = self.fields[name]
        raise ValueError(
            f"{type(self).__name__}.{name}: {value} does not fit into {bits.width} bits "
            f"({bits.low} to {bits.high})"
        )

    @classmethod
    def decode(cls, word: int) -> Self:
        """The register that holds *word*; `unknown_bits` tells what no field accounts for."""
        word = index(word)
        if not 0 <= word <= WORD_MASK:
            raise ValueError(f"{cls.__name__}: {word:#x} does not fit into {WORD_BITS} bits")
        register = cls.__new__(cls)
        register.word = word
        return register

    @property
    def unknown_bits(self) -> int:
        """The bits that are set and belong to no field."""
        return self.word & ~self.field_bits

    def field_values(self) -> dict[str, int]:
        """Every field's value, in the order of their declaration."""
        return {name: bits.get(self.word) for name, bits in self.fields.items()}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Register):
            return NotImplemented
        return type(self) is type(other) and self.word == other.word

    def __hash__(self) -> int:
        return hash((type(self), self.word))

    def __repr__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.field_values().items() if value]
        if self.unknown_bits:
            parts.append(f"unknown_bits={self.unknown_bits:#x}")
        return f"{type(self).__name__}({', '.join(parts)})"
