# SPDX-License-Identifier: MIT
"""What this backend refuses on its own account."""

from __future__ import annotations

from npucore.errors import DeviceError


class StreamError(DeviceError):
    """A task that must not run; nothing was submitted.

    Its own class, since a device error can pass when the device is reset or free again: this one
    is a fault of the compiler and comes again. Who reports it can count by `concern`.

    Parameters
    ----------
    concern
        The kind of check: words, settings, limits, sizes, cbuf, memory or reuse.
    place
        REGISTER.field, or which word.
    found, limit
        What is there, and a clause that says what may be.
    """

    def __init__(self, concern: str, place: str, found: str, limit: str) -> None:
        super().__init__(f"{place} is {found}, but {limit}")
        self.concern, self.place, self.found, self.limit = concern, place, found, limit

    def of_task(self, number: int) -> StreamError:
        """The same, said of a task of a job."""
        place = f"task {number}: {self.place}"
        return StreamError(self.concern, place, self.found, self.limit)
