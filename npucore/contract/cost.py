# SPDX-License-Identifier: MIT
"""The expected cost of an op, and of what surrounds a run of ops."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from npucore.tensor import Tensor


class Bound(enum.StrEnum):
    """The part of the hardware that an op waits for."""

    MACS = "macs"
    POST = "post-processing"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class OpCost:
    """The expected cost of an op on one core, without the driver's part.

    Parameters
    ----------
    op
        Index in the graph.
    macs
        Multiply-accumulates of the op, see `npucore.ops.macs`; 0 if it is not made of them.
    utilisation
        Those that the hardware does for it as a part of what it could do meanwhile, 0 to 1.
    bound
        What takes the most of it.
    driver_seconds
        What the driver adds for its tasks, beside *seconds*; 0 where that is not known.
    """

    op: int
    seconds: float
    bytes: float
    macs: int
    utilisation: float
    bound: Bound
    driver_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Speed:
    """The chip that expected costs are of.

    Parameters
    ----------
    chip
        Its name, as in ``rocket:rk3588``.
    clock_hz
        Of its NPU.
    cores
        Inferences that it can work on at once, as the user has set it or else as many as it can.
    macs_per_second, bytes_per_second
        The most that one core does, and moves to and from memory; None where nothing is known.
    unmodelled
        What costs leave out that a board takes time for, so that they are lower bounds; empty if
        there is no such thing.
    """

    chip: str
    clock_hz: float
    cores: int
    macs_per_second: float
    bytes_per_second: float | None
    unmodelled: str = ""


@dataclass(frozen=True, slots=True)
class Copies:
    """How long it takes to bring a map into a device's layout, in copies of as many bytes.

    Parameters
    ----------
    whole
        Where all groups of channels are full.
    ragged
        Where the last one is not.
    few
        Of up to four channels, as a picture has.
    """

    whole: float
    ragged: float
    few: float


FEW_CHANNELS = 4


@dataclass(frozen=True, slots=True)
class Overhead:
    """Time that a driver and the host add to a device's tasks.

    Parameters
    ----------
    run_seconds, op_seconds, task_seconds
        Once for a run of ops, for each op that has tasks, and for each task: to queue, to start and
        to hear of the end of what goes to the driver together.
    sync_seconds
        For each byte of a run's buffers that goes to the device's view or back.
    channels
        Channels come in groups of so many bytes.
    entering, leaving
        Conversion of a tensor to the device's layout, and back.
    """

    run_seconds: float
    op_seconds: float
    task_seconds: float
    sync_seconds: float
    channels: int
    entering: Copies
    leaving: Copies

    def driver_seconds(self, tasks: int) -> float:
        """For the tasks of one op.

        >>> Overhead(0.0, 5.0, 1.0, 0, 16, Copies(1, 1, 1), Copies(1, 1, 1)).driver_seconds(3)
        8.0
        """
        return self.op_seconds + tasks * self.task_seconds if tasks else 0.0

    def packed_bytes(self, tensor: Tensor) -> int:
        """As the device holds a tensor, its last axis in whole groups."""
        last = tensor.shape[-1] if tensor.shape else 1
        width = last * tensor.dtype.itemsize
        return tensor.elements // max(last, 1) * -(-width // self.channels) * self.channels

    def crossing_seconds(self, tensor: Tensor, entering: bool, copy_bytes: float) -> float:
        """To convert and synchronise a tensor on a host that copies so many bytes a second."""
        copies, size = self.entering if entering else self.leaving, self.packed_bytes(tensor)
        last = tensor.shape[-1] if tensor.shape else 1
        if last * tensor.dtype.itemsize % self.channels == 0:
            times = copies.whole
        else:
            times = copies.few if last <= FEW_CHANNELS else copies.ragged
        return times * size / copy_bytes
