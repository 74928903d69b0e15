# SPDX-License-Identifier: MIT
"""Which process something belongs to."""

from __future__ import annotations

import os

from npucore.errors import InputError


class Owner:
    """The process that made this object.

    A forked child has its memory, but not its threads, and shares its devices: what it did with
    them would happen to the parent.
    """

    def __init__(self) -> None:
        self._process = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether this is the same process."""
        return os.getpid() == self._process

    def require(self) -> None:
        """Raise `InputError` in any other process."""
        if not self.is_here:
            raise InputError(
                f"the session was opened by process {self._process}: "
                f"open one of its own in process {os.getpid()}"
            )
