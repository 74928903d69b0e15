# SPDX-License-Identifier: MIT
"""Evidence that a command stream has come to its end: its last job copies a number.

A fence comes as well for a stream that the driver could not start, or that ended early. Jobs run in
order, so that what the last one has written says that the others have run. It is a transpose as
those at the borders of every network are.
"""

from __future__ import annotations

from npucore.family.code import Address, Bytes
from npucore_vsim.emit import tp
from npucore_vsim.emit.fields import between
from npucore_vsim.job import Job
from npucore_vsim.maps import MapShape

RECEIPT = "receipt"  # the buffer
SHAPE = MapShape(4, 4, 4)
SIZE = 2 * SHAPE.elements
NUMBERS = 255  # that are not 0, which fresh memory holds


def receipt_job() -> Job:
    """Copies the first half of the buffer to the second."""
    return tp.to_planes(SHAPE, 0, between(Address(RECEIPT, 0), Address(RECEIPT, SHAPE.elements)))


class Receipt:
    """A number for each run, the same in every byte, since a transpose moves them."""

    def __init__(self, memory: Bytes) -> None:
        self._asked, self._given = memory[:SIZE].reshape(2, -1)
        self._number = 0

    def ask(self) -> None:
        """Before a run."""
        self._number = self._number % NUMBERS + 1
        self._asked[:] = self._number

    @property
    def given(self) -> bool:
        """Whether the run has come to its end."""
        return bool((self._given == self._number).all())
