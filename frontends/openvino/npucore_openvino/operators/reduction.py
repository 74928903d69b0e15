# SPDX-License-Identifier: MIT
"""Reductions along axes, the largest of them, and running sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import dtype_of
from npucore_openvino.operators.convert import cast

REDUCED = {
    "ReduceL1": "ReduceL1",
    "ReduceL2": "ReduceL2",
    "ReduceMax": "ReduceMax",
    "ReduceMean": "ReduceMean",
    "ReduceMin": "ReduceMin",
    "ReduceProd": "ReduceProd",
    "ReduceSum": "ReduceSum",
}


def reduced(operator: str, call: Call) -> Built:
    """Along constant axes; without any, the operand as it is."""
    axes = call.integers(1, "the axes")
    if not axes:
        return str(call.emit("Identity", call.name(0)))
    keep = call.flag("keep_dims")
    names = call.name(0), call.writer.integers(*axes)
    return str(call.emit(operator, *names, keepdims=keep))


def top_k(call: Call) -> Built:
    """The largest or smallest numbers, sorted, and their places."""
    if call.text("sort", "value") == "index":
        raise UnsupportedError("the largest numbers in the order of their places")
    count = int(call.scalar(1, "the count"))
    largest = call.choice("mode", "max", "max", "min") == "max"
    names = [call.name(0), call.writer.integers(count)]
    node = call.writer.add("TopK", names, 2, axis=call.whole("axis"), largest=int(largest))
    values, places = node.outputs
    dtype = dtype_of(call.text("index_element_type", "i32"), "the places")
    return values, places if dtype == np.int64 else cast(call, places, dtype)


def cumulative_sum(call: Call) -> Built:
    """The same."""
    flags = {key: call.flag(key) for key in ("exclusive", "reverse")}
    return str(call.emit("CumSum", *call.names(), **flags))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    **{kind: partial(reduced, operator) for kind, operator in REDUCED.items()},
    "CumSum": cumulative_sum,
    "TopK": top_k,
}
