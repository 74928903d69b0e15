# SPDX-License-Identifier: MIT
"""Pools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call
from npucore_openvino.operators.convolution import pads


def _window(call: Call) -> dict[str, Any]:
    rounding = call.choice("rounding_type", "floor", "floor", "ceil", "ceil_torch")
    dilations = call.list("dilations", "")
    if any(size != 1 for size in dilations):
        raise UnsupportedError(f"a pool with a dilation of {dilations}")
    return {
        "kernel_shape": call.list("kernel"),
        "strides": call.list("strides"),
        "ceil_mode": int(rounding != "floor"),
        **pads(call),
    }


def max_pool(call: Call) -> Built:
    """The largest numbers; their places are not computed."""
    return call.moved("MaxPool", **_window(call))


def average_pool(call: Call) -> Built:
    """The means, with or without the border."""
    include = 1 - call.flag("exclude-pad", "true")
    return str(call.emit("AveragePool", call.name(0), count_include_pad=include, **_window(call)))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "AvgPool": average_pool,
    "MaxPool": max_pool,
}
