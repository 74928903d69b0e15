# SPDX-License-Identifier: MIT
"""Why a softmax stays on the CPU."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Softmax

LARGEST = 255  # of a stored exponential, if the largest one is 1


def more_bits_than_bytes(op: Softmax, graph: Graph) -> str:
    """None: between its steps are bytes, and the sum of exponentials in bytes errs too far.

    Each is off by up to half a step of 1/255, their sum over n channels by n times that. Where one
    value outweighs the others, the sum is about 1 and the result errs by n/2 steps, more than 1.
    """
    channels = op.input.shape[-1]
    return (
        f"a softmax of {channels} would err by up to {channels / 2:g} LSB, its exponentials in "
        f"bytes by half of 1/{LARGEST} each; at most 1 is allowed"
    )
