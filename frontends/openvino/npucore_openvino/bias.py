# SPDX-License-Identifier: MIT
"""Biases: the IR adds real numbers behind a layer, where ONNX has an operand of the layer."""

from __future__ import annotations

import numpy as np

from npucore.tensor import Array
from npucore_openvino.call import Call
from npucore_openvino.value import Value, Weighted
from npucore_openvino.writer import Written

LARGEST = (1 << 31) - 1


def with_bias(call: Call, place: int, numbers: Array) -> Value | None:
    """The layer that operand *place* is the result of, with *numbers* as its bias.

    None if it is no such layer, is read elsewhere as well, or if the numbers are not one for each
    channel. Of a quantized layer the bias becomes int32, in multiples of the input's scale by the
    weights', which is how the accumulators count.
    """
    value = call.value(place)
    weighted = value.weighted
    if weighted is None or not call.only[place]:
        return None
    bias = _per_channel(numbers, len(value.shape), weighted)
    if bias is None:
        return None
    writer, node = call.writer, weighted.node
    writer.nodes.remove(node)
    operand = _operand(call, weighted, bias)
    writer.nodes.append(
        Written(node.operator, [*node.inputs, operand], node.outputs, node.attributes)
    )
    return Value(value.dtype, value.shape, node.outputs[0])


def _per_channel(numbers: Array, rank: int, weighted: Weighted) -> Array | None:
    """(channels,), float64."""
    shape = (1,) * (rank - numbers.ndim) + numbers.shape
    if len(shape) != rank:
        return None
    others = [size for axis, size in enumerate(shape) if axis != weighted.axis]
    if any(size != 1 for size in others) or shape[weighted.axis] not in (1, weighted.channels):
        return None
    return np.broadcast_to(numbers.reshape(-1).astype(np.float64), (weighted.channels,))


def _operand(call: Call, weighted: Weighted, bias: Array) -> str:
    writer, scales = call.writer, weighted.scales
    if scales is not None:
        counted = np.rint(bias / scales)
        if np.abs(counted).max(initial=0) <= LARGEST:
            stored = writer.constant(counted.astype(np.int32))
            zeros = np.zeros(scales.shape, np.int32)
            unit = [writer.constant(scales), writer.constant(zeros)]
            return str(call.emit("DequantizeLinear", stored, *unit, axis=0))
    return writer.constant(bias.astype(np.float32))
