# SPDX-License-Identifier: MIT
"""How much a reader may make of a file: in step with what the file itself stores.

A file of 400 bytes can describe arrays of terabytes. Every array that is computed while a file is
read is counted here in elements, with what is made on the way to it, before any of it is made.
"""

from __future__ import annotations

from npucore.errors import InvalidModelError

FLOOR_ELEMENTS = 1 << 23  # of a file that stores nothing: positions, masks, shapes
ELEMENTS_PER_BYTE = 8  # float copies of packed or sparse weights, laid out anew a few times


class Budget:
    """Elements that may still be made; every stored byte allows *per_byte* more.

    >>> budget = Budget(stored_bytes=1000)
    >>> budget.take(1 << 20, "a mask")
    >>> budget.take(1 << 40, "a constant")
    Traceback (most recent call last):
    npucore.errors.InvalidModelError: a constant asks for 1099511627776 elements, 7348032 are left
    """

    def __init__(
        self,
        stored_bytes: int = 0,
        floor: int = FLOOR_ELEMENTS,
        per_byte: int = ELEMENTS_PER_BYTE,
    ) -> None:
        self.per_byte = per_byte
        self.left = floor
        self.stored(stored_bytes)

    def stored(self, count: int) -> None:
        """Know that the file stores *count* further bytes."""
        self.left += count * self.per_byte

    def take(self, elements: int, what: str) -> None:
        """Count *elements* that are about to be made. Raises `InvalidModelError` for too many."""
        if elements > self.left:
            raise InvalidModelError(f"{what} asks for {elements} elements, {self.left} are left")
        self.left -= max(elements, 0)
