# SPDX-License-Identifier: MIT
"""What executes command streams: the contract."""

from __future__ import annotations

from typing import Protocol

from npucore_vsim.coefs.kernels import Bytes


class Device(Protocol):
    """Memory that the NPU sees, and command streams for it."""

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """(address as the NPU sees it, the memory itself), zeroed."""
        ...

    def submit(self, words: list[int]) -> None:
        """Run a command stream and wait."""
        ...

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        ...
