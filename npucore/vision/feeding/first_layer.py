# SPDX-License-Identifier: MIT
"""The size of a network's inputs that its first layer implies.

A trained filter answers to its inputs' range with values of a few units: normalisation layers,
folded into the weights, see to that. The sum of a filter's absolute weights is its answer to a
range of 1; over networks of known range it is 1 to 70 for those that take 0..1 or -1..1, and 0.08
for one that takes 0..255 (``tests/vision/test_feeding.py`` looks at those that are there).
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.ops import Convolution, Op
from npucore.tensor import Tensor
from npucore.vision.feeding.ranges import BYTE, UNIT, Range
from npucore.vision.real_values import real_values

PASSING = {"transpose", "reshape", "pad", "quantize", "dequantize", "cast", "strided_slice"}
PASSING |= {"concatenation", "broadcast", "gather", "pack", "space_to_batch"}  # YOLOv5's focus
ARITHMETIC = {"add", "subtract", "mul", "div"}
LEAST_OF_FRACTIONS = 1 / 16  # a factor of inputs from 0 to 1; 1 / 255 and 1 / 127.5 are below it
BYTES_BELOW = 0.3  # between 0.08 and 1, at equal factors


def implied(network: Network, tensor: Tensor) -> Range | None:
    """The range that an input's first layers imply: 0..255, 0..1, or None if they do not tell.

    A network that begins by rescaling its input takes 0..255 if it divides by tens or more, and
    0..1 otherwise: it makes of that what it was trained on.
    """
    reached, scale, rescaled = {tensor}, 1.0, False
    for op in network.ops:
        if not any(t in reached for t in op.inputs):
            continue
        if isinstance(op, Convolution):
            answer = _answer(op)
            if answer is not None and answer * scale < BYTES_BELOW:
                return BYTE
            return UNIT if rescaled else None
        if op.name in ARITHMETIC:
            if (factor := _factor(op, reached)) is None:
                return None
            scale, rescaled = scale * factor, True
        elif op.name not in PASSING:
            return None
        reached.update(op.outputs)
        if scale < LEAST_OF_FRACTIONS:
            return BYTE
    return None


def _answer(op: Convolution) -> float | None:
    """The median over all filters of their answer to a range of 1."""
    if op.weights.data is None:
        return None
    weights = real_values(op.weights.data, op.weights)
    return float(np.median(np.abs(weights).reshape(len(weights), -1).sum(axis=1)))


def _factor(op: Op, reached: set[Tensor]) -> float | None:
    """By what an op of arithmetic with a constant scales; None without one."""
    constants = [t for t in op.inputs if t.data is not None]
    if op.name in ("add", "subtract"):
        return 1.0 if constants else None
    if not constants or op.inputs[0] not in reached or constants[0].data is None:
        return None
    value = float(np.median(np.abs(real_values(constants[0].data, constants[0]))))
    if op.name == "div":
        return 1 / value if value else None
    return value
