# SPDX-License-Identifier: MIT
"""Ops about places along an axis: CumSum, Slice backwards, TopK."""

from __future__ import annotations

import numpy as np

from npucore.ops import Cumulative, Reverse, TopK
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values

LEAST = np.iinfo(np.int64).min


def cumulative(op: Cumulative, values: Values) -> str | None:
    """Sums only."""
    if op.product:
        return "ONNX has no cumulative product"
    operands = [values.real(op.input), values.nodes.numbers(op.axis)]
    exclusive, reverse = int(op.exclusive), int(op.reverse)
    values.put(op.output, "CumSum", operands, exclusive=exclusive, reverse=reverse)
    return None


def reverse(op: Reverse, values: Values) -> str | None:
    """A slice from the end to the beginning."""
    if op.lengths is not None:
        return "reversed sequences of different lengths are not written"
    n = len(op.axes)
    numbers = [(-1,) * n, (LEAST,) * n, op.axes, (-1,) * n]
    operands = [values.stored(op.input), *map(values.nodes.numbers, numbers)]
    values.move(op.output, "Slice", operands)
    return None


def top_k(op: TopK, values: Values) -> None:
    """The places are int64."""
    found, places = op.results
    names = [values.nodes.name(found.name), values.nodes.name(f"{places.name}_wide")]
    operands = [values.stored(op.input), values.nodes.numbers((op.count,))]
    values.nodes.add("TopK", operands, names, largest=int(op.largest))
    values.stand(found, names[0])
    values.cast(places, names[1])


FORMS: Forms = {"cumulative": cumulative, "reverse": reverse, "top_k": top_k}
