# SPDX-License-Identifier: MIT
"""Gelu."""

from __future__ import annotations

from npucore.ops import Gelu
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def gelu(op: Gelu, values: Values) -> None:
    """Exact, or by the hyperbolic tangent."""
    how = "tanh" if op.approximate else "none"
    values.put(op.output, "Gelu", [values.real(op.input)], approximate=how)


FORMS: Forms = {"gelu": gelu}
