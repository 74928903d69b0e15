# SPDX-License-Identifier: MIT
"""Why no softmax is taken."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Softmax

STEPS = 256  # of an output from 0 to 1
LARGEST = 255  # an exponential of the largest value, as a byte
LEAST_RECIPROCAL = 128  # a byte's value, normalised


def probabilities(op: Softmax, graph: Graph) -> str:
    """None: exponentials of one byte and a reciprocal of one byte do not stay within an LSB.

    Each of n values may lose half a step of 255, all but the largest at once; a reciprocal of 8
    bits may miss by half a step of 128.
    """
    count = op.input.shape[-1] if op.input.shape else 1
    lost = (count - 1) / 2 / LARGEST
    exponentials = STEPS * lost / (1 + lost)
    reciprocal = STEPS / 2 / LEAST_RECIPROCAL
    return (
        f"exponentials of a byte each miss a softmax of {count} values by up to "
        f"{exponentials:.1f} LSB, a reciprocal of 8 bits by up to {reciprocal:.1f} more"
    )
