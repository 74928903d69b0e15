# SPDX-License-Identifier: MIT
"""Transposed convolutions: kernels over a map whose pixels lie apart.

Source: facts of 2026-11, A10 (proven in fp16, int8 on a sibling): only strides of 2, 4 and 8 do
anything, each axis by itself; the convolution's own stride is 1. Padding counts where pixels lie
apart; from 12 on a stride of 2 misplaces results.
"""

from __future__ import annotations

from npucore.hw.registers import Bits
from npucore_rocket.registers import cna as c
from npucore_rocket.validate.formulas import (
    APART_X,
    APART_Y,
    DX,
    DY,
    LEFT,
    MOST_PADDING,
    SX,
    SY,
    TOP,
)
from npucore_rocket.validate.relation import Relation, one_of, same
from npucore_rocket.validate.task import Task

CON3 = c.CNA_CONV_CON3
POWERS = "one less than 1, 2, 4 or 8, and one of both axes more than 1"
MOST_AT_TWO = 11


def _apart(t: Task, bits: Bits, other: Bits) -> int:
    return one_of(t, bits, 1, 3, 7, *(() if t[other] == 0 else (0,)))


def _most_padding(t: Task, apart: Bits) -> int:
    return MOST_AT_TWO if t[apart] == 1 else MOST_PADDING


RELATIONS = (
    same(CON3, APART_Y, lambda t: _apart(t, APART_Y, APART_X), POWERS),
    same(CON3, APART_X, lambda t: _apart(t, APART_X, APART_Y), POWERS),
    same(CON3, SY, lambda _: 1, "a transposed convolution has no other stride"),
    same(CON3, SX, lambda _: 1, "a transposed convolution has no other stride"),
    same(CON3, DY, lambda _: 0, "no transposed convolution was dilated"),
    same(CON3, DX, lambda _: 0, "no transposed convolution was dilated"),
    Relation(
        c.CNA_PAD_CON0,
        TOP,
        lambda _: 0,
        lambda t: _most_padding(t, APART_Y),
        "at a stride of 2 larger ones misplace results",
    ),
    Relation(
        c.CNA_PAD_CON0,
        LEFT,
        lambda _: 0,
        lambda t: _most_padding(t, APART_X),
        "at a stride of 2 larger ones misplace results",
    ),
)
