# SPDX-License-Identifier: MIT
"""A piece of an output map on its way through the DPU, small enough for the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore_rocket.sim.rounding import Floats

ATOM = np.dtype("V16")  # what memory holds of one pixel of one surface
LANES = 16  # int8 channels of an atom


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Accumulators of some rows, as integers in floats; whoever takes the block may overwrite it.

    Parameters
    ----------
    values
        (rows, width, channels) if not *planar*, else (surfaces, rows, width * 16).
    rows
        Which of the task's output rows these are.
    surfaces
        Which surfaces of 16 channels.
    """

    values: Floats
    rows: slice
    surfaces: slice
    planar: bool

    def spread(self, vector: Floats) -> Floats:
        """One value per channel, (at least as many as channels,), made to fit `values`."""
        if not self.planar:
            return vector[: self.values.shape[-1]]
        lanes = vector.reshape(-1, 1, 1, LANES)[self.surfaces]
        width = self.values.shape[-1] // LANES
        whole = np.broadcast_to(lanes, (len(lanes), 1, width, LANES))
        return whole.reshape(len(lanes), 1, -1)
