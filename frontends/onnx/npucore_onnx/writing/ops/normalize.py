# SPDX-License-Identifier: MIT
"""LayerNormalization."""

from __future__ import annotations

import numpy as np

from npucore.ops import Normalize
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def normalize(op: Normalize, values: Values) -> str | None:
    """Over the last axes; a factor of 1 is an operand."""
    rank = len(op.input.shape)
    first = min(op.axes, default=rank)
    if not op.centred or sorted(op.axes) != list(range(first, rank)) or first == rank:
        return "only centred normalization over the last axes is written"
    ones = values.nodes.constant(np.ones(op.input.shape[first:], np.float32), "ones")
    operands = [values.real(op.input), ones]
    values.put(op.output, "LayerNormalization", operands, axis=first, epsilon=op.epsilon)
    return None


FORMS: Forms = {"normalize": normalize}
