# SPDX-License-Identifier: MIT
"""The contract between npucore and one model format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from npucore.graph import Graph

HEAD_BYTES = 64


class Frontend(ABC):
    """Reads one model format into a graph. Name it in an entry point, and it is installed."""

    name: ClassVar[str]
    summary: ClassVar[str]
    takes_shapes: ClassVar[bool] = False
    """Whether `read` takes *shapes*: a shape for each input whose dimensions a file leaves open."""

    @staticmethod
    @abstractmethod
    def sniff(head: bytes) -> bool:
        """Whether a file that begins with *head* (up to 64 bytes) is of this format."""

    @abstractmethod
    def read(self, path: Path) -> Graph:
        """Read the model at *path*.

        Raises `InvalidModelError` for a damaged file, whatever its bytes, and `UnsupportedError`
        with the name and place of an operator that has no counterpart here.
        """
