# SPDX-License-Identifier: MIT
"""TFLite's operators -> npucore's ops: one file for each op, one function for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from npucore.ops import Op
from npucore.tensor import Tensor
from npucore_tflite.node import Node
from npucore_tflite.ops.absolute import absolute
from npucore_tflite.ops.add import add
from npucore_tflite.ops.argmax import argmax
from npucore_tflite.ops.batch_matmul import batch_matmul
from npucore_tflite.ops.batch_to_space import batch_to_space
from npucore_tflite.ops.cast import cast
from npucore_tflite.ops.concatenation import concatenation
from npucore_tflite.ops.convolution import convolution, depthwise_convolution
from npucore_tflite.ops.densify import fold_densify
from npucore_tflite.ops.depth_to_space import depth_to_space
from npucore_tflite.ops.dequantize import dequantize, fold_dequantize
from npucore_tflite.ops.detection_postprocess import detection_postprocess
from npucore_tflite.ops.div import div
from npucore_tflite.ops.floor_div import floor_div
from npucore_tflite.ops.fully_connected import fully_connected
from npucore_tflite.ops.gather_nd import gather_nd
from npucore_tflite.ops.hswish import hswish
from npucore_tflite.ops.leaky_relu import leaky_relu
from npucore_tflite.ops.logistic import logistic
from npucore_tflite.ops.maximum import maximum
from npucore_tflite.ops.mean import mean
from npucore_tflite.ops.minimum import minimum
from npucore_tflite.ops.mul import mul
from npucore_tflite.ops.pack import pack
from npucore_tflite.ops.pad import pad
from npucore_tflite.ops.pooling import average_pooling, max_pooling
from npucore_tflite.ops.prelu import prelu
from npucore_tflite.ops.quantize import quantize
from npucore_tflite.ops.relu import relu, relu6, relu_n1_to_1
from npucore_tflite.ops.reshape import expand_dims, reshape, squeeze
from npucore_tflite.ops.resize import resize
from npucore_tflite.ops.resize_bilinear import resize_bilinear
from npucore_tflite.ops.rsqrt import rsqrt
from npucore_tflite.ops.shape import fold_shape
from npucore_tflite.ops.softmax import softmax
from npucore_tflite.ops.space_to_batch import space_to_batch
from npucore_tflite.ops.split import split, split_v
from npucore_tflite.ops.sqrt import sqrt
from npucore_tflite.ops.strided_slice import slice_, strided_slice
from npucore_tflite.ops.subtract import subtract
from npucore_tflite.ops.tanh import tanh
from npucore_tflite.ops.transpose import transpose
from npucore_tflite.ops.transpose_convolution import (
    transpose_convolution,
    transpose_convolution_bias,
)
from npucore_tflite.ops.unpack import unpack

BUILDERS: Mapping[str, Callable[[Node], Op]] = {
    "ABS": absolute,
    "ADD": add,
    "ARG_MAX": argmax,
    "AVERAGE_POOL_2D": average_pooling,
    "BATCH_MATMUL": batch_matmul,
    "BATCH_TO_SPACE_ND": batch_to_space,
    "CAST": cast,
    "CONCATENATION": concatenation,
    "CONV_2D": convolution,
    "Convolution2DTransposeBias": transpose_convolution_bias,
    "DEPTHWISE_CONV_2D": depthwise_convolution,
    "DEPTH_TO_SPACE": depth_to_space,
    "DEQUANTIZE": dequantize,
    "DIV": div,
    "EXPAND_DIMS": expand_dims,
    "FLOOR_DIV": floor_div,
    "FULLY_CONNECTED": fully_connected,
    "GATHER_ND": gather_nd,
    "HARD_SWISH": hswish,
    "LEAKY_RELU": leaky_relu,
    "LOGISTIC": logistic,
    "MAXIMUM": maximum,
    "MAX_POOL_2D": max_pooling,
    "MEAN": mean,
    "MINIMUM": minimum,
    "MUL": mul,
    "PACK": pack,
    "PAD": pad,
    "PADV2": pad,
    "PRELU": prelu,
    "QUANTIZE": quantize,
    "RELU": relu,
    "RELU6": relu6,
    "RELU_N1_TO_1": relu_n1_to_1,
    "RESHAPE": reshape,
    "RESIZE_BILINEAR": resize_bilinear,
    "RESIZE_NEAREST_NEIGHBOR": resize,
    "RSQRT": rsqrt,
    "SLICE": slice_,
    "SOFTMAX": softmax,
    "SPACE_TO_BATCH_ND": space_to_batch,
    "SPLIT": split,
    "SPLIT_V": split_v,
    "SQRT": sqrt,
    "SQUEEZE": squeeze,
    "STRIDED_SLICE": strided_slice,
    "SUB": subtract,
    "TANH": tanh,
    "TFLite_Detection_PostProcess": detection_postprocess,
    "TRANSPOSE": transpose,
    "TRANSPOSE_CONV": transpose_convolution,
    "UNPACK": unpack,
}
"""Name of the operator -> function that reads it into an op."""

FOLDERS: Mapping[str, Callable[[Node], Tensor | None]] = {
    "DENSIFY": fold_densify,
    "DEQUANTIZE": fold_dequantize,
    "SHAPE": fold_shape,
}
"""Name of the operator -> function that computes its result when the file is read, if it can."""

REFUSED: Mapping[str, str] = {}
"""Name of the operator -> why it is not read."""
