# SPDX-License-Identifier: MIT
"""The contract between npucore and one model format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from npucore.contract.scheme import Scheme
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Shape

HEAD_BYTES = 1024  # an XML file may say much before its root


class Frontend(ABC):
    """Reads one model format into a graph. Name it in an entry point, and it is installed."""

    name: ClassVar[str]
    summary: ClassVar[str]
    takes_shapes: ClassVar[bool] = False
    """Whether `read` takes *shapes*: a shape for each input whose dimensions a file leaves open."""

    takes_unread: ClassVar[bool] = False
    """Whether `read` takes *unread*: what it cannot read becomes `npucore.ops.Foreign`."""
    takes_signature: ClassVar[bool] = False
    """Whether `read` takes *signature*: the name of one of several ways into a file."""

    @staticmethod
    @abstractmethod
    def sniff(head: bytes) -> bool:
        """Whether a file that begins with *head* (up to `HEAD_BYTES`) is of this format."""

    @abstractmethod
    def read(self, path: Path) -> Graph:
        """Read the model at *path*.

        Raises `InvalidModelError` for a damaged file, whatever its bytes, and `UnsupportedError`
        with the name and place of an operator that has no counterpart here.
        """

    def is_whole(self, path: Path) -> bool:
        """Whether `read` depends on the bytes of *path* alone, and on no other file.

        Only such models are kept compiled (docs/adr/0040). Asked after `read`.
        """
        return False

    def read_bytes(self, data: bytes, source: str) -> Graph:
        """Read a model that lies in memory; *source* names it in messages.

        Takes the same keywords as `read` and raises the same; `UnsupportedError` where the format
        is read from files only.
        """
        raise UnsupportedError(f"{source}: {self.name} models are read from files only")

    def quantize(
        self,
        path: Path,
        samples: Sequence[Mapping[str, Array]],
        scheme: Scheme,
        shapes: Mapping[str, Shape],
    ) -> bytes:
        """The float model at *path* as a quantized one of the same format.

        *samples* are inputs by name, from which ranges are taken. Raises `UnsupportedError` where
        the format, or what is installed, cannot do that.
        """
        raise UnsupportedError(f"{path.name}: {self.name} models cannot be quantized here")

    def original_name(self, name: str) -> str:
        """What a tensor of a model that `quantize` has made was called in the float model."""
        return name


@runtime_checkable
class Writes(Protocol):
    """The ability of a frontend to write graphs as well: it has it if it has its methods."""

    suffix: ClassVar[str]
    """The suffix of files in this format, as ``.tflite``."""
    rounding: ClassVar[Rounding]
    """The rule of what is read from them."""

    def refuse(self, op: Op) -> str | None:
        """Why a file has no form of *op*; None if it has one. Never raises."""
        ...

    def write(self, graph: Graph) -> bytes:
        """*graph* as the bytes of a file, which `Frontend.read` reads again.

        Raises `UnsupportedError` with the name and place of an op that the format has no form of,
        and where what is needed for writing is not installed.
        """
        ...
