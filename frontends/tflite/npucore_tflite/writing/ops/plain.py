# SPDX-License-Identifier: MIT
"""Ops that are one operator with the same operands."""

from __future__ import annotations

from npucore_tflite.writing.forms import Forms, clamped, plain, reducing, resizing, shaped

FORMS: Forms = {
    "absolute": plain("ABS", "input"),
    "add": clamped("ADD"),
    "batch_matmul": plain("BATCH_MATMUL", "a", "b", adjX="transpose_a", adjY="transpose_b"),
    "broadcast": shaped("BROADCAST_TO"),
    "depth_to_space": plain("DEPTH_TO_SPACE", "input", blockSize="block"),
    "dequantize": plain("DEQUANTIZE", "input"),
    "div": clamped("DIV"),
    "equal": plain("EQUAL", "a", "b"),
    "exp": plain("EXP", "input"),
    "floor": plain("FLOOR", "input"),
    "floor_div": plain("FLOOR_DIV", "a", "b"),
    "gather": plain("GATHER", "input", "indices", axis="axis"),
    "gather_nd": plain("GATHER_ND", "input", "indices"),
    "gelu": plain("GELU", "input", approximate="approximate"),
    "hswish": plain("HARD_SWISH", "input"),
    "leaky_relu": plain("LEAKY_RELU", "input", alpha="alpha"),
    "less": plain("LESS", "a", "b"),
    "log": plain("LOG", "input"),
    "log_softmax": plain("LOG_SOFTMAX", "input"),
    "logistic": plain("LOGISTIC", "input"),
    "maximum": plain("MAXIMUM", "a", "b"),
    "mean": reducing("MEAN"),
    "minimum": plain("MINIMUM", "a", "b"),
    "mul": clamped("MUL"),
    "power": plain("POW", "a", "b"),
    "prelu": plain("PRELU", "input", "alpha"),
    "quantize": plain("QUANTIZE", "input"),
    "reduce_max": reducing("REDUCE_MAX"),
    "reduce_sum": reducing("SUM"),
    "reshape": shaped("RESHAPE"),
    "resize": resizing("RESIZE_NEAREST_NEIGHBOR"),
    "resize_bilinear": resizing("RESIZE_BILINEAR"),
    "round": plain("ROUND", "input"),
    "rsqrt": plain("RSQRT", "input"),
    "select": plain("SELECT_V2", "condition", "a", "b"),
    "softmax": plain("SOFTMAX", "input", beta="beta"),
    "sqrt": plain("SQRT", "input"),
    "subtract": clamped("SUB"),
    "tanh": plain("TANH", "input"),
}
