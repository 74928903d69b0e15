# SPDX-License-Identifier: MIT
"""Every rule by which an op refuses its operands: one line each."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore import ops
from npucore.ops import Op, Padding, PoolingType
from npucore.tensor import Tensor

AVERAGE = PoolingType.AVERAGE
Case = tuple[type[Op], dict[str, Any], str]


def t(*shape: int) -> Tensor:
    """A float tensor."""
    return Tensor("t", shape, np.dtype(np.float32))


MAP: dict[str, Any] = {"input": t(1, 4, 4, 6), "output": t(1, 4, 4, 6)}
CONV: dict[str, Any] = {"input": t(1, 4, 4, 6), "weights": t(6, 3, 3, 6), "output": t(1, 2, 2, 6)}
DECONV: dict[str, Any] = {"input": t(1, 4, 4, 6), "weights": t(5, 3, 3, 6), "output": t(1, 6, 6, 5)}
DETECT: dict[str, Any] = {
    "boxes": t(1, 9, 4),
    "scores": t(1, 9, 3),
    "anchors": t(9, 4),
    "results": (t(1, 2, 4), t(1, 2), t(1, 2), t(1)),
    "scale": (1.0, 1.0, 1.0, 1.0),
    "classes": 3,
    "max_detections": 2,
}
PAIR = {"a": t(2, 3), "b": t(2, 3), "output": t(2, 3)}
SLICE = {"input": t(4, 5), "output": t(2, 3), "begin": (1, 1), "sizes": (2, 3), "strides": (1, 1)}

REFUSED: list[Case] = [
    (
        ops.Absolute,
        {"input": t(2), "output": t(3)},
        r"absolute -> t: operands give \(2,\), but the model says \(3,\)",
    ),
    (ops.Add, PAIR | {"b": t(3)}, r"operands of shapes .* wanted one shape"),
    (ops.Subtract, PAIR | {"b": t(1, 3)}, r"wanted one shape"),
    (ops.Mul, PAIR | {"a": t(2, 1)}, r"wanted one shape"),
    (ops.Div, PAIR | {"b": t()}, r"wanted one shape"),
    (ops.FloorDiv, PAIR | {"b": t(3, 2)}, r"wanted one shape"),
    (ops.Maximum, PAIR | {"b": t(3)}, r"wanted one shape"),
    (ops.Minimum, PAIR | {"output": t(3)}, r"but the model says"),
    (ops.Prelu, {"input": t(2, 3), "alpha": t(3), "output": t(2, 3)}, r"wanted one shape"),
    (ops.Argmax, {"input": t(2, 3), "output": t(2), "axis": 2}, r"axis 2 of a tensor of rank 2"),
    (ops.Argmax, {"input": t(2, 0), "output": t(2), "axis": 1}, r"no values to choose from"),
    (ops.BatchMatmul, {"a": t(3), "b": t(3), "output": t()}, r"operands of \(3,\) and \(3,\)"),
    (ops.BatchMatmul, {"a": t(2, 3), "b": t(1, 3, 4), "output": t(2, 4)}, r"operands of"),
    (ops.BatchMatmul, {"a": t(2, 3, 4), "b": t(1, 4, 5), "output": t(2, 3, 5)}, r"operands of"),
    (ops.BatchMatmul, {"a": t(2, 3), "b": t(4, 5), "output": t(2, 5)}, r"3 columns times 4 rows"),
    (ops.BatchMatmul, {"a": t(3, 2), "b": t(3, 5), "output": t(2, 5)}, r"2 columns times 3 rows"),
    (ops.BatchToSpace, MAP | {"input": t(4, 4, 6), "block": (2, 2)}, r"wanted rank 4"),
    (ops.BatchToSpace, MAP | {"block": (0, 1)}, r"block or crop below limits"),
    (ops.BatchToSpace, MAP | {"block": (1, 1), "crop": Padding(-1)}, r"block or crop below limits"),
    (ops.BatchToSpace, MAP | {"block": (2, 1)}, r"a batch of 1 in blocks of \(2, 1\)"),
    (ops.BatchToSpace, MAP | {"block": (1, 1), "crop": Padding(3, 2)}, r"leaves nothing"),
    (ops.SpaceToBatch, MAP | {"input": t(4, 4, 6), "block": (2, 2)}, r"wanted rank 4"),
    (ops.SpaceToBatch, MAP | {"block": (0, 1)}, r"block below 1"),
    (ops.SpaceToBatch, MAP | {"block": (1, 1), "padding": Padding(left=-1)}, r"block below 1"),
    (ops.SpaceToBatch, MAP | {"block": (3, 1)}, r"4 x 4 does not divide into blocks of \(3, 1\)"),
    (ops.Broadcast, {"input": t(3), "output": t(2, 4)}, r"\(3,\) does not broadcast to \(2, 4\)"),
    (ops.Broadcast, {"input": t(1, 2, 3), "output": t(2, 3)}, r"does not broadcast"),
    (ops.Cast, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.Concatenation, {"operands": (), "output": t(3), "axis": 0}, r"nothing to concatenate"),
    (
        ops.Concatenation,
        {"operands": (t(3),), "output": t(3), "axis": 1},
        r"axis 1 of a tensor of rank 1",
    ),
    (
        ops.Concatenation,
        {"operands": (t(2, 3), t(2, 4)), "output": t(4, 3), "axis": 0},
        r"t of \(2, 4\) beside \(2, 3\)",
    ),
    (
        ops.Concatenation,
        {"operands": (t(2, 3), t(2)), "output": t(4, 3), "axis": 0},
        r"t of \(2,\) beside \(2, 3\)",
    ),
    (ops.Convolution, CONV | {"input": t(4, 4, 6)}, r"wanted rank 4"),
    (ops.Convolution, CONV | {"weights": t(6, 9, 6)}, r"wanted rank 4"),
    (
        ops.Convolution,
        CONV | {"weights": t(6, 3, 3, 5)},
        r"1 groups of 5 channels and 6 outputs over 6",
    ),
    (
        ops.Convolution,
        CONV | {"weights": t(5, 3, 3, 3), "groups": 2},
        r"2 groups of 3 channels and 5 outputs",
    ),
    (ops.Convolution, CONV | {"groups": 0}, r"0 groups"),
    (ops.Convolution, CONV | {"bias": t(5)}, r"a bias of \(5,\) for 6 outputs"),
    (ops.Convolution, CONV | {"stride": (0, 1)}, r"kernel, stride or dilation below 1"),
    (ops.Convolution, CONV | {"dilation": (1, -1)}, r"kernel, stride or dilation below 1"),
    (ops.Convolution, CONV | {"padding": Padding(bottom=-1)}, r"negative padding"),
    (
        ops.Convolution,
        CONV | {"dilation": (2, 1)},
        r"a window of \(5, 3\) in a padded map of \(4, 4\)",
    ),
    (
        ops.Convolution,
        CONV | {"output": t(1, 3, 3, 6)},
        r"operands give \(1, 2, 2, 6\), but the model says \(1, 3, 3, 6\)",
    ),
    (
        ops.DepthToSpace,
        {"input": t(1, 2, 2, 6), "output": t(1, 4, 4, 1), "block": 2},
        r"6 channels",
    ),
    (
        ops.DepthToSpace,
        {"input": t(1, 2, 2, 6), "output": t(1, 4, 4, 1), "block": 0},
        r"6 channels",
    ),
    (
        ops.DepthToSpace,
        {"input": t(2, 2, 4), "output": t(1, 4, 4, 1), "block": 2},
        r"wanted rank 4",
    ),
    (ops.Dequantize, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.DetectionPostprocess, DETECT | {"boxes": t(9, 4)}, r"wanted rank 3"),
    (ops.DetectionPostprocess, DETECT | {"boxes": t(2, 9, 4)}, r"wanted \(1, A, 4\)"),
    (ops.DetectionPostprocess, DETECT | {"anchors": t(8, 4)}, r"anchors of \(8, 4\)"),
    (
        ops.DetectionPostprocess,
        DETECT | {"scores": t(1, 9, 5)},
        r"scores of .* for 9 anchors and 3 classes",
    ),
    (
        ops.DetectionPostprocess,
        DETECT | {"max_detections": 0},
        r"classes, detections or scales below 1",
    ),
    (
        ops.DetectionPostprocess,
        DETECT | {"scale": (1.0, 0.0, 1.0, 1.0)},
        r"classes, detections or scales below 1",
    ),
    (
        ops.DetectionPostprocess,
        DETECT | {"detections_per_class": 0},
        r"classes, detections or scales below 1",
    ),
    (ops.DetectionPostprocess, DETECT | {"results": (t(1, 2, 4), t(1, 2))}, r"2 results, wanted 4"),
    (ops.FullyConnected, {"input": t(2, 3), "weights": t(4), "output": t(2, 4)}, r"wanted rank 2"),
    (
        ops.FullyConnected,
        {"input": t(2, 3), "weights": t(4, 5), "output": t(2, 4)},
        r"weights for 5 inputs",
    ),
    (
        ops.FullyConnected,
        {"input": t(2, 0), "weights": t(4, 0), "output": t(2, 4)},
        r"weights for 0 inputs",
    ),
    (
        ops.FullyConnected,
        {"input": t(2, 3), "weights": t(4, 3), "bias": t(3), "output": t(2, 4)},
        r"a bias of",
    ),
    (
        ops.FullyConnected,
        {"input": t(2, 3), "weights": t(4, 3), "output": t(4, 2)},
        r"operands give \(2, 4\)",
    ),
    (ops.GatherNd, {"input": t(2, 3), "indices": t(), "output": t(3)}, r"indices without an axis"),
    (
        ops.GatherNd,
        {"input": t(2, 3), "indices": t(5, 3), "output": t(5)},
        r"3 indices into \(2, 3\)",
    ),
    (ops.GatherNd, {"input": t(2, 3), "indices": t(5, 0), "output": t(5)}, r"0 indices"),
    (ops.HSwish, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.LeakyRelu, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.Logistic, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.Mean, {"input": t(2, 3), "output": t(2), "axes": (1, -1)}, r"axes \(1, -1\) repeat"),
    (ops.Mean, {"input": t(2, 0), "output": t(2), "axes": (1,)}, r"a mean over nothing"),
    (
        ops.Mean,
        {"input": t(2, 3), "output": t(2), "axes": (1,), "keep_axes": True},
        r"operands give \(2, 1\)",
    ),
    (ops.Pack, {"operands": (), "output": t(3), "axis": 0}, r"nothing to pack"),
    (ops.Pack, {"operands": (t(3), t(4)), "output": t(2, 3), "axis": 0}, r"wanted one shape"),
    (
        ops.Pack,
        {"operands": (t(3), t(3)), "output": t(2, 3), "axis": 2},
        r"axis 2 over shape \(3,\)",
    ),
    (ops.Pack, {"operands": (t(3), t(3)), "output": t(2, 3), "axis": -1}, r"axis -1"),
    (
        ops.Pad,
        {"input": t(2, 3), "output": t(2, 3), "before": (1,), "after": (1,)},
        r"paddings for 1 axes of a tensor of rank 2",
    ),
    (
        ops.Pad,
        {"input": t(2, 3), "output": t(2, 3), "before": (0, 0), "after": (0,)},
        r"paddings for 2 axes",
    ),
    (ops.Pad, {"input": t(2), "output": t(1), "before": (-2,), "after": (-1,)}, r"crop away"),
    (ops.Pad, {"input": t(2), "output": t(1), "before": (-3,), "after": (2,)}, r"crop away"),
    (ops.Pooling, MAP | {"type": AVERAGE, "kernel": (5, 1)}, r"a window of"),
    (ops.Pooling, MAP | {"type": AVERAGE, "kernel": (1, 0)}, r"kernel, stride or dilation below 1"),
    (
        ops.Pooling,
        MAP | {"type": AVERAGE, "kernel": (2, 2), "padding": Padding(top=2)},
        r"nothing to read",
    ),
    (
        ops.Pooling,
        {"type": AVERAGE, "input": t(4, 4), "output": t(4, 4), "kernel": (1, 1)},
        r"wanted rank 4",
    ),
    (ops.Quantize, {"input": t(2), "output": t(3)}, r"but the model says"),
    (
        ops.Relu,
        {"input": t(2), "output": t(2), "activation": ops.Activation.NONE},
        r"clamps nothing",
    ),
    (ops.Reshape, {"input": t(2, 3), "output": t(7)}, r"\(2, 3\) has 6 elements, \(7,\) has 7"),
    (ops.Resize, MAP | {"size": (0, 4)}, r"a map of 4 x 4 to \(0, 4\)"),
    (ops.Resize, {"input": t(4, 4), "output": t(4, 4), "size": (4, 4)}, r"wanted rank 4"),
    (ops.ResizeBilinear, MAP | {"size": (4, 0)}, r"a map of 4 x 4 to \(4, 0\)"),
    (ops.ResizeBilinear, MAP | {"size": (8, 8)}, r"but the model says"),
    (ops.Rsqrt, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.Softmax, {"input": t(2), "output": t(3)}, r"but the model says"),
    (
        ops.Split,
        {"input": t(4), "results": (t(2), t(2)), "axis": 0, "sizes": (2, 1)},
        r"pieces of sizes",
    ),
    (
        ops.Split,
        {"input": t(4), "results": (t(2), t(2)), "axis": 0, "sizes": (4,)},
        r"2 pieces of sizes",
    ),
    (
        ops.Split,
        {"input": t(4), "results": (t(5), t(1)), "axis": 0, "sizes": (5, -1)},
        r"pieces of sizes",
    ),
    (
        ops.Split,
        {"input": t(4), "results": (t(4),), "axis": 1, "sizes": (4,)},
        r"axis 1 of a tensor of rank 1",
    ),
    (
        ops.Split,
        {"input": t(4), "results": (), "axis": 0, "sizes": ()},
        r"split -> nothing: an op without a result",
    ),
    (ops.Sqrt, {"input": t(2), "output": t(3)}, r"but the model says"),
    (ops.StridedSlice, SLICE | {"begin": (1,)}, r"a slice of 2 axes out of shape"),
    (ops.StridedSlice, SLICE | {"begin": (3, 1)}, r"elements 3 to 4 by 1 of an axis of 4"),
    (ops.StridedSlice, SLICE | {"begin": (-1, 1)}, r"elements -1 to 0 by 1"),
    (ops.StridedSlice, SLICE | {"strides": (0, 1)}, r"by 0 of an axis"),
    (ops.StridedSlice, SLICE | {"sizes": (-1, 3)}, r"of an axis of 4"),
    (ops.StridedSlice, SLICE | {"dropped": (0,)}, r"cannot drop axes \(0,\)"),
    (ops.StridedSlice, SLICE | {"dropped": (2,)}, r"cannot drop axes \(2,\)"),
    (ops.Tanh, {"input": t(2), "output": t(3)}, r"but the model says"),
    (
        ops.Transpose,
        {"input": t(2, 3), "output": t(3, 2), "permutation": (1, 1)},
        r"does not permute",
    ),
    (
        ops.Transpose,
        {"input": t(2, 3), "output": t(3, 2), "permutation": (0,)},
        r"does not permute",
    ),
    (
        ops.TransposeConvolution,
        DECONV | {"weights": t(5, 3, 3, 4)},
        r"weights for 4 channels over 6",
    ),
    (ops.TransposeConvolution, DECONV | {"input": t(4, 4, 6)}, r"wanted rank 4"),
    (ops.TransposeConvolution, DECONV | {"stride": (0, 1)}, r"map, kernel or stride below 1"),
    (ops.TransposeConvolution, DECONV | {"bias": t(6)}, r"a bias of \(6,\) for 5 outputs"),
    (ops.TransposeConvolution, DECONV | {"padding": Padding(3, 3)}, r"a result of 0 x 6"),
    (
        ops.Unpack,
        {"input": t(3, 4), "results": (t(4), t(4)), "axis": 0},
        r"2 results out of 3 along axis 0",
    ),
    (
        ops.Unpack,
        {"input": t(3, 4), "results": (t(4), t(4)), "axis": 2},
        r"axis 2 of a tensor of rank 2",
    ),
]
