# SPDX-License-Identifier: MIT
"""Compiled graphs whose addresses are still symbolic: words first, addresses last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from npucore.tensor import Shape, Tensor

Bytes = npt.NDArray[np.uint8]
CONSTANTS = "constants"
ACTIVATIONS = "activations"
COMMANDS = "commands"
"""The buffers of a program: weights and the like, feature maps, words."""

ChipT = TypeVar("ChipT")
JobT = TypeVar("JobT")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a buffer whose own address is known only when the program is loaded."""

    buffer: str
    offset: int

    def __add__(self, more: int) -> Address:
        return Address(self.buffer, self.offset + more)

    def at(self, bases: Mapping[str, int]) -> int:
        """The address, once the buffers have theirs.

        >>> hex(Address(CONSTANTS, 0x40).at({CONSTANTS: 0x1000}))
        '0x1040'
        """
        return bases[self.buffer] + self.offset


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output of a graph, and where it lies in the buffer of activations.

    *form* is the family's, for a tensor that lies otherwise than its kind does.
    """

    tensor: Tensor
    offset: int
    form: Any = None

    @property
    def name(self) -> str:
        return self.tensor.name

    @property
    def shape(self) -> Shape:
        return self.tensor.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.tensor.dtype


@dataclass(frozen=True, slots=True, eq=False)
class Compiled(Generic[ChipT, JobT]):
    """Everything that a device needs, independent of addresses.

    Parameters
    ----------
    chip
        What it is for.
    jobs
        In the order in which they run; what a job is, the family says.
    constants
        The content of that buffer.
    activations_bytes, commands_bytes
        The sizes of the other two.
    """

    chip: ChipT
    jobs: tuple[JobT, ...]
    constants: Bytes
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    activations_bytes: int
    commands_bytes: int

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of every buffer."""
        return {
            CONSTANTS: self.constants.nbytes,
            ACTIVATIONS: self.activations_bytes,
            COMMANDS: self.commands_bytes,
        }
