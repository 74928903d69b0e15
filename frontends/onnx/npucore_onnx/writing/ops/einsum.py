# SPDX-License-Identifier: MIT
"""Einsum."""

from __future__ import annotations

import string

from npucore.ops import Einsum
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def einsum(op: Einsum, values: Values) -> str | None:
    """Axes are letters."""
    numbers = sorted({number for names in op.names for number in names})
    if len(numbers) > len(string.ascii_lowercase):
        return f"{len(numbers)} axes are more than there are letters"
    letters = dict(zip(numbers, string.ascii_lowercase, strict=False))
    sides = ["".join(letters[number] for number in names) for names in (*op.names, op.axes)]
    equation = f"{','.join(sides[:-1])}->{sides[-1]}"
    values.put(op.output, "Einsum", [values.real(t) for t in op.operands], equation=equation)
    return None


FORMS: Forms = {"einsum": einsum}
