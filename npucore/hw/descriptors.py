# SPDX-License-Identifier: MIT
"""Descriptors as data: fields of several words, some of them in pieces.

>>> class JOB(Descriptor, length=2):
...     width = Field((0, 3, 0), meaning="columns")
...     scale = Field((0, 31, 28), (1, 1, 0), meaning="6 bits in two words")
...     offset = Field((1, 7, 4), meaning="may be negative", signed=True)
>>> [hex(word) for word in JOB(width=5, scale=0x2A, offset=-1).words]
['0xa0000005', '0xf2']
>>> JOB.decode([0xA0000005, 0xF2])
JOB(width=5, scale=42, offset=-1)
>>> JOB(width=16)
Traceback (most recent call last):
ValueError: JOB.width: 16 does not fit into 4 bits (0 to 15)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index
from typing import ClassVar, NoReturn, Self, overload

from npucore.evidence import Evidence
from npucore.hw.registers import WORD_BITS, WORD_MASK

Piece = tuple[int, int, int]  # word, msb, lsb


class Field:
    """A number in a descriptor: *pieces* of words, the least significant one first.

    On a descriptor's class it is the declaration, on a descriptor the value.

    Parameters
    ----------
    values
        Names of the values that have one.
    signed
        Whether the bits of all pieces are one two's complement number.
    """

    def __init__(
        self,
        *pieces: Piece,
        meaning: str = "",
        source: str = "",
        evidence: Evidence = Evidence.PAPER,
        values: Mapping[int, str] | None = None,
        signed: bool = False,
    ) -> None:
        for word, msb, lsb in pieces:
            if word < 0 or not 0 <= lsb <= msb < WORD_BITS:
                raise ValueError(f"bits {msb}:{lsb} of word {word} are no piece of a descriptor")
        self.name = ""
        self.pieces = pieces
        self.meaning, self.source, self.evidence = meaning, source, evidence
        self.values = dict(values or {})
        self.signed = signed
        self.width = sum(msb - lsb + 1 for _, msb, lsb in pieces)
        self.low = -(1 << self.width - 1) if signed else 0
        self.high = self.low + (1 << self.width) - 1

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, descriptor: None, owner: type) -> Self: ...
    @overload
    def __get__(self, descriptor: Descriptor, owner: type) -> int: ...
    def __get__(self, descriptor: Descriptor | None, owner: type) -> Self | int:
        return self if descriptor is None else self.get(descriptor.words)

    def __set__(self, descriptor: Descriptor, value: int) -> NoReturn:
        raise AttributeError(f"{type(descriptor).__name__}.{self.name}: a descriptor is a value")

    def get(self, words: Sequence[int]) -> int:
        """The field's value in a descriptor's *words*."""
        value, place = 0, 0
        for word, msb, lsb in self.pieces:
            width = msb - lsb + 1
            value |= (words[word] >> lsb & (1 << width) - 1) << place
            place += width
        return value - (1 << self.width) if value > self.high else value

    def put(self, words: list[int], value: int) -> None:
        """Set the field, which must be 0 before, in *words*."""
        for word, msb, lsb in self.pieces:
            width = msb - lsb + 1
            words[word] |= (value & (1 << width) - 1) << lsb
            value >>= width


class Descriptor:
    """A few 32-bit words that describe a job: a subclass says what their bits mean.

    Fields that are not given are 0.
    """

    __slots__ = ("words",)

    length: ClassVar[int]
    fields: ClassVar[Mapping[str, Field]]
    field_bits: ClassVar[tuple[int, ...]]
    """Every bit of each word that belongs to a field."""

    words: tuple[int, ...]

    def __init_subclass__(cls, *, length: int) -> None:
        cls.length = length
        cls.fields = {name: field for name, field in vars(cls).items() if isinstance(field, Field)}
        taken = [0] * length
        for name, field in cls.fields.items():
            if hasattr(Descriptor, name):
                raise TypeError(f"{cls.__name__}.{name}: every descriptor has that name")
            for word, msb, lsb in field.pieces:
                mask = (1 << msb - lsb + 1) - 1 << lsb
                if word >= length or taken[word] & mask:
                    raise TypeError(f"{cls.__name__}.{name}: bits that it cannot have")
                taken[word] |= mask
        cls.field_bits = tuple(taken)

    def __init__(self, **values: int) -> None:
        words = [0] * self.length
        for name, value in values.items():
            field = self.fields.get(name)
            if field is None:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            value = index(value)  # numpy integers overflow when shifted
            if not field.low <= value <= field.high:
                raise ValueError(
                    f"{type(self).__name__}.{name}: {value} does not fit into {field.width} bits "
                    f"({field.low} to {field.high})"
                )
            field.put(words, value)
        self.words = tuple(words)

    @classmethod
    def decode(cls, words: Sequence[int]) -> Self:
        """The descriptor that holds *words*; `unknown_bits` tells what no field accounts for."""
        plain = tuple(index(word) for word in words)
        if len(plain) != cls.length or not all(0 <= word <= WORD_MASK for word in plain):
            raise ValueError(f"{cls.__name__}: {len(plain)} words, wanted {cls.length} of 32 bits")
        descriptor = cls.__new__(cls)
        descriptor.words = plain
        return descriptor

    @property
    def unknown_bits(self) -> tuple[int, ...]:
        """The bits of each word that are set and belong to no field."""
        return tuple(w & ~mask for w, mask in zip(self.words, self.field_bits, strict=True))

    def field_values(self) -> dict[str, int]:
        """Every field's value, in the order of their declaration."""
        return {name: field.get(self.words) for name, field in self.fields.items()}

    def replaced(self, **values: int) -> Self:
        """The same descriptor with some fields changed."""
        return type(self)(**self.field_values() | values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Descriptor):
            return NotImplemented
        return type(self) is type(other) and self.words == other.words

    def __hash__(self) -> int:
        return hash((type(self), self.words))

    def __repr__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.field_values().items() if value]
        if any(self.unknown_bits):
            parts.append("unknown_bits=" + "/".join(map(hex, self.unknown_bits)))
        return f"{type(self).__name__}({', '.join(parts)})"
