# SPDX-License-Identifier: MIT
"""Conversions of types, which may be the ends of a quantization."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from npucore_openvino.call import Built, Call
from npucore_openvino.constants import BYTES, dtype_of
from npucore_openvino.value import Quantized, Value

ONNX_TYPES: Mapping[str, int] = {  # onnx.TensorProto.DataType
    "float32": 1,
    "uint8": 2,
    "int8": 3,
    "uint16": 4,
    "int16": 5,
    "int32": 6,
    "int64": 7,
    "bool": 9,
    "float16": 10,
    "float64": 11,
    "uint32": 12,
    "uint64": 13,
}


def cast(call: Call, name: str, dtype: np.dtype[Any]) -> str:
    """*name* as another type."""
    return str(call.emit("Cast", name, to=ONNX_TYPES[dtype.name]))


def convert(call: Call) -> Built:
    """The type that the attribute names."""
    return _converted(call, dtype_of(call.text("destination_type"), "the result"))


def convert_like(call: Call) -> Built:
    """The type of the second operand."""
    return _converted(call, call.value(1).dtype)


def _converted(call: Call, dtype: np.dtype[Any]) -> Built:
    value = call.value(0)
    if value.known is not None:
        known = value.known.cast(dtype)
        return Value(dtype, value.shape, known=known)
    if dtype == value.dtype:
        return str(call.emit("Identity", call.name(0)))
    q = value.quantized
    if q is not None and q.is_plain and q.dtype == dtype:
        return Value(dtype, value.shape, q.stored)
    if dtype == np.float32 and value.dtype in BYTES:
        stored = Quantized(call.name(0), value.dtype, np.float32(1), 0)
        return Value(dtype, value.shape, quantized=stored)
    return cast(call, call.name(0), dtype)


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Convert": convert,
    "ConvertLike": convert_like,
}
