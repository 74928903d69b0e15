# SPDX-License-Identifier: MIT
"""What a job's coefficients say, before they are a stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ALIGNMENT = 64
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Kernels:
    """The kernels of one job.

    Parameters
    ----------
    weights
        (O, C, KH, KW) uint8; (O, 1, KH, KW) if *depthwise*.
    bias
        (O,) int32 as the chip adds it.
    zero_point
        The stored weight that counts nothing.
    """

    weights: Bytes
    bias: npt.NDArray[np.int32]
    zero_point: int
    depthwise: bool = False

    @property
    def count(self) -> int:
        """Output channels."""
        return len(self.weights)


def aligned(stream: Bytes) -> Bytes:
    """*stream* with zeros up to a multiple of 64 bytes."""
    return np.concatenate([stream, np.zeros(-stream.size % ALIGNMENT, np.uint8)])
