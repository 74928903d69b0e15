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
        f"exponentials in bytes are off by half of 1/{LARGEST} each, a sum of {channels} by "
        f"{channels / 2:g} of them: its results would err by as many steps, at most 1 is allowed"
    )
