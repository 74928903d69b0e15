# SPDX-License-Identifier: MIT
"""SOFTMAX."""

from __future__ import annotations

import math

import numpy as np
import tflite

from npucore.ops import Softmax
from npucore_tflite.node import Node, Operators


def softmax(node: Node) -> Softmax:
    """Read the operator."""
    beta = node.options(tflite.SoftmaxOptions, "Beta")["Beta"]
    if not (math.isfinite(beta) and beta > 0):
        node.invalid(f"beta {beta}, wanted positive")
    _check_output(node)
    return node.make(Softmax, input=node.input(0), beta=beta)


def _check_output(node: Node) -> None:
    """TFLite's rule is made for probabilities in 1/256 from the dtype's least value on."""
    stored, dtype = node.output.quantization, node.output.dtype
    if stored is None or dtype not in (np.int8, np.uint8):
        return
    scale, zero = float(stored.scale.flat[0]), int(stored.zero_point.flat[0])
    if not math.isclose(scale, 1 / 256, rel_tol=1e-3):
        node.unsupported(f"a softmax with an output scale of {scale}, wanted 1/256")
    if zero != np.iinfo(dtype).min:
        node.unsupported(f"a softmax with an output zero point of {zero}")


OPERATORS: Operators = {"SOFTMAX": softmax}
