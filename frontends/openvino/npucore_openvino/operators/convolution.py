# SPDX-License-Identifier: MIT
"""Convolutions, plain, grouped and transposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Array
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import Known
from npucore_openvino.value import Padded, Quantized, Value, Weighted

AUTO = ("explicit", "same_upper", "same_lower", "valid")
CHANNELS = 1  # the axis of a map


def pads(call: Call) -> dict[str, Any]:
    """The border as ONNX's attributes say it."""
    auto = call.choice("auto_pad", "explicit", "notset", *AUTO)
    if auto in ("explicit", "notset"):
        return {"pads": [*call.list("pads_begin"), *call.list("pads_end")]}
    return {"auto_pad": auto.upper()}


def convolution(call: Call) -> Built:
    """One node; a border of zeros in front of it is its own, and so is a bias behind it."""
    return _convolution(call, call.value(1), 1)


def group_convolution(call: Call) -> Built:
    """Weights of (groups, outputs, inputs, ...) become (groups * outputs, inputs, ...)."""
    weights = call.value(1)
    groups, outputs, *rest = call.static(1, "weights")
    return _convolution(call, _reshaped(call, weights, (groups * outputs, *rest)), groups)


def _convolution(call: Call, weights: Value, groups: int) -> Built:
    border = pads(call)
    value, border = _bordered(call.value(0), border)
    attributes: dict[str, Any] = {key: call.list(key) for key in ("strides", "dilations")}
    names = [call.named(value), call.named(weights)]
    node = call.writer.add("Conv", names, group=groups, **attributes, **border)
    scales = _scales(value.quantized, weights.known)
    weighted = Weighted(node, scales, weights.shape[0], CHANNELS)
    port = call.layer.outputs[0]
    return Value(value.dtype, port.shape, node.outputs[0], weighted=weighted)


def _bordered(value: Value, border: dict[str, Any]) -> tuple[Value, dict[str, Any]]:
    """What a pad of rows and columns pads, and the border with the pad's sizes."""
    padded: Padded | None = value.padded
    auto = border.get("auto_pad", "VALID")
    if padded is None or auto != "VALID" or any(padded.begin[:2]) or any(padded.end[:2]):
        return value, border
    sizes = [*padded.begin[2:], *padded.end[2:]]
    own = border.get("pads", [0] * len(sizes))
    if min(sizes) < 0 or len(own) != len(sizes):
        return value, border
    return padded.inner, {"pads": [a + b for a, b in zip(own, sizes, strict=True)]}


def _scales(q: Quantized | None, weights: Known | None) -> Array | None:
    """What the accumulators are multiples of, float32; None for a layer of real numbers."""
    affine = None if weights is None else weights.quantization()
    if q is None or affine is None:
        return None
    scale, _, axis = affine
    return None if scale.ndim and axis != 0 else np.asarray(scale * q.scale, np.float32)


def weighted_scales(q: Quantized | None, weights: Known) -> Array | None:
    """As a convolution's, of weights whose first axis are the channels."""
    return _scales(q, weights)


def _reshaped(call: Call, value: Value, shape: tuple[int, ...]) -> Value:
    if value.known is not None:
        known = value.known.moved(lambda part: part.reshape(shape))
        return Value(value.dtype, shape, known=known)
    name = call.emit("Reshape", call.named(value), call.writer.integers(*shape))
    return Value(value.dtype, shape, name)


def transposed(call: Call) -> Built:
    """ConvTranspose, whose weights are (inputs, outputs, ...) as OpenVINO's."""
    return _transposed(call, call.value(1), 1)


def group_transposed(call: Call) -> Built:
    """Weights of (groups, inputs, outputs, ...) become (groups * inputs, outputs, ...)."""
    groups, inputs, *rest = call.static(1, "weights")
    return _transposed(call, _reshaped(call, call.value(1), (groups * inputs, *rest)), groups)


def _transposed(call: Call, weights: Value, groups: int) -> Built:
    if len(call.inputs) > 2:
        raise UnsupportedError("the shape of the result is an operand")
    strides = call.list("strides")
    more = call.list("output_padding", "") or [0] * len(strides)
    attributes = {
        "strides": strides,
        "dilations": call.list("dilations"),
        "output_padding": more,
        "group": groups,
    }
    return str(
        call.emit("ConvTranspose", call.name(0), call.named(weights), **attributes, **pads(call))
    )


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Convolution": convolution,
    "ConvolutionBackpropData": transposed,
    "GroupConvolution": group_convolution,
    "GroupConvolutionBackpropData": group_transposed,
}
