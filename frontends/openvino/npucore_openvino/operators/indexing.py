# SPDX-License-Identifier: MIT
"""Elements by their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import dtype_of
from npucore_openvino.operators.convert import cast


def _without_batches(call: Call) -> None:
    if call.whole("batch_dims", "0"):
        raise UnsupportedError(f"{call.layer.kind} with batch_dims {call.whole('batch_dims')}")


def gather(call: Call) -> Built:
    """Slices along one axis."""
    _without_batches(call)
    return call.moved("Gather", call.name(1), axis=int(call.scalar(2, "the axis")))


def gather_elements(call: Call) -> Built:
    """One element for each index."""
    return str(call.emit("GatherElements", *call.names(), axis=call.whole("axis")))


def gather_nd(call: Call) -> Built:
    """Slices by rows of indices."""
    _without_batches(call)
    return str(call.emit("GatherND", *call.names()))


def _replaces(call: Call) -> None:
    call.choice("reduction", "none", "none")


def scatter_nd(call: Call) -> Built:
    """Slices by rows of indices are replaced."""
    _replaces(call)
    return str(call.emit("ScatterND", *call.names()))


def scatter_elements(call: Call) -> Built:
    """One element for each index is replaced."""
    _replaces(call)
    names = call.names()[:3]
    return str(call.emit("ScatterElements", *names, axis=int(call.scalar(3, "the axis"))))


def one_hot(call: Call) -> Built:
    """One number at an index, another elsewhere."""
    on, off = (call.numbers(n, "a number").reshape(1) for n in (2, 3))
    depth = call.writer.integers(int(call.scalar(1, "the depth")))
    values = call.writer.constant(np.concatenate([off, on]))
    return str(call.emit("OneHot", call.name(0), depth, values, axis=call.whole("axis")))


def range_(call: Call) -> Built:
    """Numbers from one to another, where all three operands are constant."""
    dtype = dtype_of(call.text("output_type", call.value(0).dtype.name), "the result")
    ends = [call.writer.constant(call.numbers(n, "a bound").astype(dtype)) for n in range(3)]
    return str(call.emit("Range", *ends))


def grid_sample(call: Call) -> Built:
    """Pixels at places that are computed."""
    modes = {"bilinear": "linear", "bicubic": "cubic", "nearest": "nearest"}
    mode = call.choice("mode", "bilinear", *modes)
    border = call.choice("padding_mode", "zeros", "zeros", "border", "reflection")
    attributes = {"mode": modes[mode], "padding_mode": border}
    corners = call.flag("align_corners")
    return str(call.emit("GridSample", *call.names(), align_corners=corners, **attributes))


def non_zero(call: Call) -> Built:
    """The places of what is not 0, of constants."""
    dtype = dtype_of(call.text("output_type", "i64"), "the result")
    return cast(call, call.emit("NonZero", call.name(0)), dtype)


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Gather": gather,
    "GatherElements": gather_elements,
    "GatherND": gather_nd,
    "GridSample": grid_sample,
    "NonZero": non_zero,
    "OneHot": one_hot,
    "Range": range_,
    "ScatterElementsUpdate": scatter_elements,
    "ScatterNDUpdate": scatter_nd,
}
