# SPDX-License-Identifier: MIT
"""Softmax."""

from __future__ import annotations

import numpy as np

from npucore.ops import Softmax
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def softmax(op: Softmax, values: Values) -> None:
    """Over the last axis; a factor is a product before it."""
    source = values.real(op.input)
    if op.beta != 1:
        factor = values.nodes.numbers(op.beta, np.float32)
        source = values.nodes.add("Mul", [source, factor], f"{op.label}_scaled")
    values.put(op.output, "Softmax", [source], axis=-1)


FORMS: Forms = {"softmax": softmax}
