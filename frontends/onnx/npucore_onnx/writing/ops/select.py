# SPDX-License-Identifier: MIT
"""Where."""

from __future__ import annotations

from npucore.ops import Select
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def select(op: Select, values: Values) -> None:
    """Stored numbers stay as they are."""
    names = [values.stored(tensor) for tensor in (op.condition, op.a, op.b)]
    values.move(op.output, "Where", names)


FORMS: Forms = {"select": select}
