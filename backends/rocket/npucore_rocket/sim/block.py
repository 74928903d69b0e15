# SPDX-License-Identifier: MIT
"""A piece of an output map on its way through the DPU, small enough for the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore_rocket.sim.rounding import Floats

OVERLAP_WORK = 10_000


def atom(size_bytes: int) -> np.dtype[np.void]:
    """The bytes of one pixel of one surface."""
    return np.dtype((np.void, size_bytes))


def overlap(one: npt.NDArray[np.void], other: npt.NDArray[np.void]) -> bool:
    """Whether they have a byte in common; yes where that is hard to tell."""
    if not np.may_share_memory(one, other):
        return False
    try:
        # numpy's stubs know two special values of max_work only
        return np.shares_memory(one, other, max_work=OVERLAP_WORK)  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Accumulators of some rows, as integers in floats; whoever takes the block may overwrite it.

    Parameters
    ----------
    values
        (rows, width, channels) if not *planar*, else (surfaces, rows, width * lanes).
    rows
        Which of the task's output rows these are.
    surfaces
        Which surfaces of *lanes* channels.
    """

    values: Floats
    rows: slice
    surfaces: slice
    planar: bool
    lanes: int

    def spread(self, vector: Floats) -> Floats:
        """One value per channel, (at least as many as channels,), made to fit `values`."""
        if not self.planar:
            return vector[: self.values.shape[-1]]
        lanes = vector.reshape(-1, 1, 1, self.lanes)[self.surfaces]
        width = self.values.shape[-1] // self.lanes
        whole = np.broadcast_to(lanes, (len(lanes), 1, width, self.lanes))
        return whole.reshape(len(lanes), 1, -1)
