# SPDX-License-Identifier: MIT
"""How every operator is read: one file for each npucore op it becomes."""

from collections.abc import Callable, Mapping

from npucore_onnx.node import Node
from npucore_onnx.ops.absolute import absolute
from npucore_onnx.ops.add import add, sum_
from npucore_onnx.ops.argmax import argmax, argmin
from npucore_onnx.ops.batch_normalization import batch_normalization, instance_normalization
from npucore_onnx.ops.broadcast import expand, tile
from npucore_onnx.ops.cast import cast, cast_like
from npucore_onnx.ops.concatenation import concatenation
from npucore_onnx.ops.convolution import convolution, convolution_integer
from npucore_onnx.ops.depth_to_space import depth_to_space, space_to_depth
from npucore_onnx.ops.dequantize import dequantize
from npucore_onnx.ops.div import div, reciprocal
from npucore_onnx.ops.equal import equal, is_nan
from npucore_onnx.ops.erf import erf
from npucore_onnx.ops.exp import exp
from npucore_onnx.ops.floor import ceil, floor
from npucore_onnx.ops.fully_connected import gemm, matmul, matmul_integer
from npucore_onnx.ops.gather import gather, gather_nd
from npucore_onnx.ops.hard_sigmoid import hard_sigmoid
from npucore_onnx.ops.hswish import hswish
from npucore_onnx.ops.identity import dropout, identity
from npucore_onnx.ops.leaky_relu import leaky_relu
from npucore_onnx.ops.less import greater, less
from npucore_onnx.ops.log import log
from npucore_onnx.ops.logistic import logistic
from npucore_onnx.ops.maximum import maximum
from npucore_onnx.ops.mean import mean
from npucore_onnx.ops.minimum import minimum
from npucore_onnx.ops.mul import mul
from npucore_onnx.ops.pad import pad
from npucore_onnx.ops.picture import picture
from npucore_onnx.ops.pooling import (
    average_pooling,
    global_average_pooling,
    global_max_pooling,
    max_pooling,
)
from npucore_onnx.ops.power import power
from npucore_onnx.ops.prelu import prelu
from npucore_onnx.ops.quantize import quantize
from npucore_onnx.ops.reduce_max import reduce_max, reduce_min
from npucore_onnx.ops.reduce_sum import reduce_l1, reduce_l2, reduce_sum, reduce_sum_square
from npucore_onnx.ops.relu import clip, relu
from npucore_onnx.ops.reshape import flatten, reshape, squeeze, unsqueeze
from npucore_onnx.ops.resize import resize, upsample
from npucore_onnx.ops.round import round
from npucore_onnx.ops.select import (
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    select,
    triangle,
)
from npucore_onnx.ops.softmax import softmax
from npucore_onnx.ops.split import split
from npucore_onnx.ops.sqrt import sqrt
from npucore_onnx.ops.strided_slice import strided_slice
from npucore_onnx.ops.subtract import negative, subtract
from npucore_onnx.ops.tanh import tanh
from npucore_onnx.ops.transpose import transpose
from npucore_onnx.ops.transpose_convolution import transpose_convolution
from npucore_onnx.value import Value

Builder = Callable[[Node], Value | tuple[Value, ...]]

OWN: Mapping[str, Builder] = {
    "Abs": absolute,
    "Add": add,
    "And": logical_and,
    "ArgMax": argmax,
    "ArgMin": argmin,
    "AveragePool": average_pooling,
    "BatchNormalization": batch_normalization,
    "Cast": cast,
    "CastLike": cast_like,
    "Ceil": ceil,
    "Clip": clip,
    "Concat": concatenation,
    "Conv": convolution,
    "ConvInteger": convolution_integer,
    "ConvTranspose": transpose_convolution,
    "DepthToSpace": depth_to_space,
    "DequantizeLinear": dequantize,
    "Div": div,
    "Dropout": dropout,
    "Equal": equal,
    "Erf": erf,
    "Exp": exp,
    "Expand": expand,
    "Flatten": flatten,
    "Floor": floor,
    "Gather": gather,
    "GatherND": gather_nd,
    "Gemm": gemm,
    "GlobalAveragePool": global_average_pooling,
    "GlobalMaxPool": global_max_pooling,
    "Greater": greater,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": hswish,
    "Identity": identity,
    "InstanceNormalization": instance_normalization,
    "IsNaN": is_nan,
    "LeakyRelu": leaky_relu,
    "Less": less,
    "Log": log,
    "MatMul": matmul,
    "MatMulInteger": matmul_integer,
    "Max": maximum,
    "MaxPool": max_pooling,
    "Min": minimum,
    "Mul": mul,
    "Neg": negative,
    "Not": logical_not,
    "Or": logical_or,
    "PRelu": prelu,
    "Pad": pad,
    "Pow": power,
    "QuantizeLinear": quantize,
    "Reciprocal": reciprocal,
    "ReduceL1": reduce_l1,
    "ReduceL2": reduce_l2,
    "ReduceMax": reduce_max,
    "ReduceMean": mean,
    "ReduceMin": reduce_min,
    "ReduceSum": reduce_sum,
    "ReduceSumSquare": reduce_sum_square,
    "Relu": relu,
    "Reshape": reshape,
    "Resize": resize,
    "Round": round,
    "Sigmoid": logistic,
    "Slice": strided_slice,
    "Softmax": softmax,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Sqrt": sqrt,
    "Squeeze": squeeze,
    "Sub": subtract,
    "Sum": sum_,
    "Tanh": tanh,
    "Tile": tile,
    "Transpose": transpose,
    "Trilu": triangle,
    "Unsqueeze": unsqueeze,
    "Upsample": upsample,
    "Where": select,
    "Xor": logical_xor,
}
"""Operators of ONNX's own domain -> the function that reads them into ops."""

BUILDERS: Mapping[tuple[str, str], Builder] = {
    **{("", name): builder for name, builder in OWN.items()},
    ("com.microsoft.extensions", "DecodeImage"): picture,
    ("com.microsoft.extensions", "EncodeImage"): picture,
}
"""Domain and operator -> the function that reads it."""
