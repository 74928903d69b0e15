# SPDX-License-Identifier: MIT
"""Sqrt, and Reciprocal behind it."""

from __future__ import annotations

from npucore.ops import Rsqrt
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def rsqrt(op: Rsqrt, values: Values) -> None:
    """Two operators."""
    root = values.nodes.add("Sqrt", [values.real(op.input)], f"{op.label}_root")
    values.put(op.output, "Reciprocal", [root])


FORMS: Forms = {"rsqrt": rsqrt}
