# SPDX-License-Identifier: MIT
"""A rule about one field, given all others of its task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from npucore.hw.registers import Bits, Register
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.task import Task
from npucore_rocket.validate.words import place

Number = Callable[[Task], int]


@dataclass(frozen=True, slots=True)
class Relation:
    """*bits* of *register* lie between *low* and *high*, both included; *why* may use *chip*."""

    register: type[Register]
    bits: Bits
    low: Number
    high: Number
    why: str


def same(register: type[Register], bits: Bits, wanted: Number, why: str) -> Relation:
    """For a field that others determine."""
    return Relation(register, bits, wanted, wanted, why)


def one_of(task: Task, bits: Bits, *values: int) -> int:
    """The field's value if it is one of *values*, else the first of them."""
    return task[bits] if task[bits] in values else values[0]


def check(task: Task, relations: Sequence[Relation], concern: str) -> None:
    """Raise `StreamError` for the first relation that does not hold."""
    for relation in relations:
        value = task[relation.bits]
        low, high = relation.low(task), relation.high(task)
        if not low <= value <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            why = relation.why.format(chip=task.chip)
            limit = f"wanted is {wanted if low <= high else 'nothing'}: {why}"
            raise StreamError(concern, place(relation.register, relation.bits), str(value), limit)
