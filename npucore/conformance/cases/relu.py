# SPDX-License-Identifier: MIT
"""Clamps as ops of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import unary
from npucore.ops import Activation, Relu

SCALES = ((0.05, 0.05), (0.05, 0.03), (0.02, 0.04))
KINDS = (Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1)


def cases() -> Iterator[Case]:
    """Every clamp."""
    yield from chain.from_iterable(unary(Relu, SCALES, activation=kind) for kind in KINDS)
