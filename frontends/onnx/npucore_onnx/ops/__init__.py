# SPDX-License-Identifier: MIT
"""How every operator is read: one file for each npucore op it becomes."""

from collections.abc import Callable, Mapping

from npucore.ops import PairwiseFunction, PointwiseFunction
from npucore_onnx.node import Node
from npucore_onnx.ops.absolute import absolute
from npucore_onnx.ops.add import add, mean_of, sum_
from npucore_onnx.ops.affine import dequantize_generally, quantize_generally
from npucore_onnx.ops.argmax import argmax, argmin
from npucore_onnx.ops.batch_normalization import batch_normalization
from npucore_onnx.ops.blocks import matmul_of_blocks
from npucore_onnx.ops.broadcast import expand, tile
from npucore_onnx.ops.cast import cast, cast_like
from npucore_onnx.ops.concatenation import concatenation
from npucore_onnx.ops.convolution import convolution, convolution_integer
from npucore_onnx.ops.cumulative import cumulative_product, cumulative_sum
from npucore_onnx.ops.depth_to_space import depth_to_space, space_to_depth
from npucore_onnx.ops.dequantize import dequantize
from npucore_onnx.ops.div import div, reciprocal
from npucore_onnx.ops.einsum import einsum
from npucore_onnx.ops.equal import equal, is_nan
from npucore_onnx.ops.erf import erf
from npucore_onnx.ops.exp import exp
from npucore_onnx.ops.floor import ceil, floor
from npucore_onnx.ops.fully_connected import gemm, matmul, matmul_integer
from npucore_onnx.ops.gather import compress, gather, gather_nd
from npucore_onnx.ops.gather_elements import gather_elements
from npucore_onnx.ops.grid_sample import grid_sample
from npucore_onnx.ops.gru import gru
from npucore_onnx.ops.hard_sigmoid import hard_sigmoid
from npucore_onnx.ops.hswish import hswish
from npucore_onnx.ops.identity import dropout, identity
from npucore_onnx.ops.l2_normalize import lp_normalization
from npucore_onnx.ops.leaky_relu import leaky_relu
from npucore_onnx.ops.less import greater, less
from npucore_onnx.ops.local_response import local_response
from npucore_onnx.ops.log import log
from npucore_onnx.ops.log_softmax import log_softmax
from npucore_onnx.ops.logistic import logistic
from npucore_onnx.ops.lstm import lstm
from npucore_onnx.ops.maximum import maximum
from npucore_onnx.ops.mean import mean
from npucore_onnx.ops.minimum import minimum
from npucore_onnx.ops.mul import mul
from npucore_onnx.ops.normalize import (
    group_normalization,
    instance_normalization,
    layer_normalization,
    mean_variance_normalization,
    rms_normalization,
)
from npucore_onnx.ops.one_hot import hardmax, one_hot
from npucore_onnx.ops.pad import pad
from npucore_onnx.ops.pairwise import BOOL, bit_shift, greater_or_equal, mod, pairwise
from npucore_onnx.ops.picture import picture
from npucore_onnx.ops.pointwise import gelu, is_inf, pointwise, selu, shrink
from npucore_onnx.ops.pooling import (
    average_pooling,
    global_average_pooling,
    global_max_pooling,
    max_pooling,
)
from npucore_onnx.ops.power import power
from npucore_onnx.ops.prelu import prelu
from npucore_onnx.ops.quantize import quantize
from npucore_onnx.ops.reduce import reduce_log_sum_exp, reduce_min, reduce_prod
from npucore_onnx.ops.reduce_max import reduce_max
from npucore_onnx.ops.reduce_sum import reduce_l1, reduce_l2, reduce_sum, reduce_sum_square
from npucore_onnx.ops.relu import clip, relu
from npucore_onnx.ops.reshape import flatten, reshape, squeeze, unsqueeze
from npucore_onnx.ops.resize import resize, upsample
from npucore_onnx.ops.reverse import reverse_sequence
from npucore_onnx.ops.rnn import rnn
from npucore_onnx.ops.round import round
from npucore_onnx.ops.scatter import scatter_elements, scatter_nd
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
from npucore_onnx.ops.top_k import top_k
from npucore_onnx.ops.transpose import transpose
from npucore_onnx.ops.transpose_convolution import transpose_convolution
from npucore_onnx.value import Value

Builder = Callable[[Node], Value | tuple[Value, ...]]

OWN: Mapping[str, Builder] = {
    "Abs": absolute,
    "Acos": pointwise(PointwiseFunction.ACOS),
    "Acosh": pointwise(PointwiseFunction.ACOSH),
    "Add": add,
    "And": logical_and,
    "ArgMax": argmax,
    "ArgMin": argmin,
    "Asin": pointwise(PointwiseFunction.ASIN),
    "Asinh": pointwise(PointwiseFunction.ASINH),
    "Atan": pointwise(PointwiseFunction.ATAN),
    "Atanh": pointwise(PointwiseFunction.ATANH),
    "AveragePool": average_pooling,
    "BatchNormalization": batch_normalization,
    "BitShift": bit_shift,
    "BitwiseAnd": pairwise(PairwiseFunction.BITWISE_AND),
    "BitwiseNot": pointwise(PointwiseFunction.BITWISE_NOT),
    "BitwiseOr": pairwise(PairwiseFunction.BITWISE_OR),
    "BitwiseXor": pairwise(PairwiseFunction.BITWISE_XOR),
    "Cast": cast,
    "CastLike": cast_like,
    "Ceil": ceil,
    "Celu": pointwise(PointwiseFunction.CELU, "alpha"),
    "Clip": clip,
    "Compress": compress,
    "Concat": concatenation,
    "Conv": convolution,
    "ConvInteger": convolution_integer,
    "ConvTranspose": transpose_convolution,
    "Cos": pointwise(PointwiseFunction.COS),
    "Cosh": pointwise(PointwiseFunction.COSH),
    "CumProd": cumulative_product,
    "CumSum": cumulative_sum,
    "DepthToSpace": depth_to_space,
    "DequantizeLinear": dequantize,
    "Div": div,
    "Dropout": dropout,
    "Einsum": einsum,
    "Elu": pointwise(PointwiseFunction.ELU, "alpha"),
    "Equal": equal,
    "Erf": erf,
    "Exp": exp,
    "Expand": expand,
    "Flatten": flatten,
    "Floor": floor,
    "GRU": gru,
    "Gather": gather,
    "GatherElements": gather_elements,
    "GatherND": gather_nd,
    "Gelu": gelu,
    "Gemm": gemm,
    "GlobalAveragePool": global_average_pooling,
    "GlobalMaxPool": global_max_pooling,
    "Greater": greater,
    "GreaterOrEqual": greater_or_equal,
    "GridSample": grid_sample,
    "GroupNormalization": group_normalization,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": hswish,
    "Hardmax": hardmax,
    "Identity": identity,
    "InstanceNormalization": instance_normalization,
    "IsInf": is_inf,
    "IsNaN": is_nan,
    "LRN": local_response,
    "LSTM": lstm,
    "LayerNormalization": layer_normalization,
    "LeakyRelu": leaky_relu,
    "Less": less,
    "LessOrEqual": pairwise(PairwiseFunction.LESS_EQUAL, BOOL),
    "Log": log,
    "LogSoftmax": log_softmax,
    "LpNormalization": lp_normalization,
    "MatMul": matmul,
    "MatMulInteger": matmul_integer,
    "Max": maximum,
    "MaxPool": max_pooling,
    "Mean": mean_of,
    "MeanVarianceNormalization": mean_variance_normalization,
    "Min": minimum,
    "Mish": pointwise(PointwiseFunction.MISH),
    "Mod": mod,
    "Mul": mul,
    "Neg": negative,
    "Not": logical_not,
    "OneHot": one_hot,
    "Or": logical_or,
    "PRelu": prelu,
    "Pad": pad,
    "Pow": power,
    "QuantizeLinear": quantize,
    "RMSNormalization": rms_normalization,
    "RNN": rnn,
    "Reciprocal": reciprocal,
    "ReduceL1": reduce_l1,
    "ReduceL2": reduce_l2,
    "ReduceLogSumExp": reduce_log_sum_exp,
    "ReduceMax": reduce_max,
    "ReduceMean": mean,
    "ReduceMin": reduce_min,
    "ReduceProd": reduce_prod,
    "ReduceSum": reduce_sum,
    "ReduceSumSquare": reduce_sum_square,
    "Relu": relu,
    "Reshape": reshape,
    "Resize": resize,
    "ReverseSequence": reverse_sequence,
    "Round": round,
    "Scatter": scatter_elements,
    "ScatterElements": scatter_elements,
    "ScatterND": scatter_nd,
    "Selu": selu,
    "Shrink": shrink,
    "Sigmoid": logistic,
    "Sign": pointwise(PointwiseFunction.SIGN),
    "Sin": pointwise(PointwiseFunction.SIN),
    "Sinh": pointwise(PointwiseFunction.SINH),
    "Slice": strided_slice,
    "Softmax": softmax,
    "Softplus": pointwise(PointwiseFunction.SOFTPLUS),
    "Softsign": pointwise(PointwiseFunction.SOFTSIGN),
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Sqrt": sqrt,
    "Squeeze": squeeze,
    "Sub": subtract,
    "Sum": sum_,
    "Swish": pointwise(PointwiseFunction.SWISH, "alpha"),
    "Tan": pointwise(PointwiseFunction.TAN),
    "Tanh": tanh,
    "ThresholdedRelu": pointwise(PointwiseFunction.THRESHOLDED_RELU, "alpha"),
    "Tile": tile,
    "TopK": top_k,
    "Transpose": transpose,
    "Trilu": triangle,
    "Unsqueeze": unsqueeze,
    "Upsample": upsample,
    "Where": select,
    "Xor": logical_xor,
}
"""Operators of ONNX's own domain -> the function that reads them into ops."""

GENERALLY = "npucore"
"""The domain of operators that this frontend has put in the place of others."""

BUILDERS: Mapping[tuple[str, str], Builder] = {
    **{("", name): builder for name, builder in OWN.items()},
    (GENERALLY, "DequantizeLinear"): dequantize_generally,
    (GENERALLY, "QuantizeLinear"): quantize_generally,
    ("com.microsoft", "MatMulNBits"): matmul_of_blocks,
    ("com.microsoft.extensions", "DecodeImage"): picture,
    ("com.microsoft.extensions", "EncodeImage"): picture,
}
"""Domain and operator -> the function that reads it."""
