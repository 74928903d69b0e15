# SPDX-License-Identifier: MIT
"""Every op -> how it is written; `DetectionPostprocess` is a custom operator and is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from npucore import ops
from npucore.conformance.litert import operators as o
from npucore.ops import Op

ONE = {
    ops.Absolute: "ABS",
    ops.Dequantize: "DEQUANTIZE",
    ops.Exp: "EXP",
    ops.Floor: "FLOOR",
    ops.HSwish: "HARD_SWISH",
    ops.Log: "LOG",
    ops.Logistic: "LOGISTIC",
    ops.Quantize: "QUANTIZE",
    ops.Round: "ROUND",
    ops.Rsqrt: "RSQRT",
    ops.Sqrt: "SQRT",
    ops.Tanh: "TANH",
}
TWO = {
    ops.Equal: "EQUAL",
    ops.FloorDiv: "FLOOR_DIV",
    ops.Less: "LESS",
    ops.Maximum: "MAXIMUM",
    ops.Minimum: "MINIMUM",
    ops.Power: "POW",
}
SUMMED = {ops.Add: "ADD", ops.Div: "DIV", ops.Mul: "MUL", ops.Subtract: "SUB"}
WRITERS: Mapping[type[Op], Callable[[Any, Any], Any]] = {
    **{kind: o.plain(name, "input") for kind, name in ONE.items()},
    **{kind: o.plain(name, "a", "b") for kind, name in TWO.items()},
    **{kind: o.clamped(name) for kind, name in SUMMED.items()},
    ops.Argmax: o.argmax,
    ops.BatchMatmul: o.batch_matmul,
    ops.BatchToSpace: o.batch_to_space,
    ops.Broadcast: o.shaped("BROADCAST_TO"),
    ops.Cast: o.cast,
    ops.Concatenation: o.concatenation,
    ops.Convolution: o.convolution,
    ops.DepthToSpace: o.depth_to_space,
    ops.FullyConnected: o.fully_connected,
    ops.Gather: o.gather,
    ops.GatherNd: o.plain("GATHER_ND", "input", "indices"),
    ops.LeakyRelu: o.leaky_relu,
    ops.Mean: o.reducing("MEAN"),
    ops.Pack: o.pack,
    ops.Pad: o.pad,
    ops.Pooling: o.pooling,
    ops.Prelu: o.plain("PRELU", "input", "alpha"),
    ops.ReduceMax: o.reducing("REDUCE_MAX"),
    ops.ReduceSum: o.reducing("SUM"),
    ops.Relu: o.relu,
    ops.Reshape: o.shaped("RESHAPE"),
    ops.Resize: o.resizing("RESIZE_NEAREST_NEIGHBOR"),
    ops.ResizeBilinear: o.resizing("RESIZE_BILINEAR"),
    ops.Select: o.plain("SELECT", "condition", "a", "b"),
    ops.Softmax: o.softmax,
    ops.SpaceToBatch: o.space_to_batch,
    ops.Split: o.split,
    ops.StridedSlice: o.strided_slice,
    ops.Transpose: o.transpose,
    ops.TransposeConvolution: o.transpose_convolution,
    ops.Unpack: o.unpack,
}
