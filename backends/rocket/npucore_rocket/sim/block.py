# SPDX-License-Identifier: MIT
"""A piece of an output map on its way through the DPU, small enough for the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore_rocket.sim.rounding import Floats


def atom(size_bytes: int) -> np.dtype[np.void]:
    """The bytes of one pixel of one surface."""
    return np.dtype((np.void, size_bytes))


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
