# SPDX-License-Identifier: MIT
"""TFLite's operators -> npucore's ops: one file for each op, one function for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from npucore.ops import Op, PairwiseFunction, PointwiseFunction, Reduction, ScatterMode
from npucore.ops.complex_part import Part
from npucore.tensor import Tensor
from npucore_tflite.node import Node
from npucore_tflite.ops.absolute import absolute
from npucore_tflite.ops.add import add
from npucore_tflite.ops.argmax import argmax, argmin
from npucore_tflite.ops.batch_matmul import batch_matmul
from npucore_tflite.ops.batch_to_space import batch_to_space
from npucore_tflite.ops.bitcast import bitcast
from npucore_tflite.ops.broadcast import broadcast_to, fill, fold_zeros_like, tile
from npucore_tflite.ops.bucketize import bucketize
from npucore_tflite.ops.cast import cast
from npucore_tflite.ops.concatenation import concatenation
from npucore_tflite.ops.convolution import convolution, depthwise_convolution
from npucore_tflite.ops.convolution_3d import convolution_3d, transpose_convolution_3d
from npucore_tflite.ops.cumulative import cumulative_sum
from npucore_tflite.ops.densify import fold_densify
from npucore_tflite.ops.depth_to_space import depth_to_space
from npucore_tflite.ops.dequantize import dequantize, fold_dequantize
from npucore_tflite.ops.detection_postprocess import detection_postprocess
from npucore_tflite.ops.dilate import dilate
from npucore_tflite.ops.div import div
from npucore_tflite.ops.equal import equal
from npucore_tflite.ops.exp import exp
from npucore_tflite.ops.fake_quant import fake_quant
from npucore_tflite.ops.floor import floor
from npucore_tflite.ops.floor_div import floor_div
from npucore_tflite.ops.fourier import fourier, part_of
from npucore_tflite.ops.fully_connected import fully_connected
from npucore_tflite.ops.gather import embedding_lookup, gather, mirror_pad
from npucore_tflite.ops.gather_nd import gather_nd
from npucore_tflite.ops.hswish import hswish
from npucore_tflite.ops.leaky_relu import leaky_relu
from npucore_tflite.ops.less import greater, less
from npucore_tflite.ops.log import log
from npucore_tflite.ops.logistic import logistic
from npucore_tflite.ops.lstm import both_ways_lstm, lstm, sequence_lstm
from npucore_tflite.ops.matrix_diagonal import matrix_diagonal, matrix_set_diagonal
from npucore_tflite.ops.maximum import maximum
from npucore_tflite.ops.mean import mean
from npucore_tflite.ops.minimum import minimum
from npucore_tflite.ops.mul import mul
from npucore_tflite.ops.non_max_suppression import non_max_suppression, soft_non_max_suppression
from npucore_tflite.ops.normalize import l2_normalization, l2_pooling, local_response, log_softmax
from npucore_tflite.ops.one_hot import one_hot
from npucore_tflite.ops.pack import pack
from npucore_tflite.ops.pad import pad
from npucore_tflite.ops.pairwise import pairwise
from npucore_tflite.ops.pointwise import gelu, pointwise, relu_0_to_1
from npucore_tflite.ops.pooling import average_pooling, max_pooling
from npucore_tflite.ops.power import power
from npucore_tflite.ops.prelu import prelu
from npucore_tflite.ops.quantize import quantize
from npucore_tflite.ops.reduce import reduce, reduce_max, reduce_sum
from npucore_tflite.ops.relu import relu, relu6, relu_n1_to_1
from npucore_tflite.ops.reshape import expand_dims, reshape, squeeze
from npucore_tflite.ops.resize import resize
from npucore_tflite.ops.resize_bilinear import resize_bilinear
from npucore_tflite.ops.reverse import reverse, reverse_sequence
from npucore_tflite.ops.rnn import both_ways_rnn, rnn, sequence_rnn
from npucore_tflite.ops.round import round
from npucore_tflite.ops.rsqrt import rsqrt
from npucore_tflite.ops.scatter import (
    dynamic_update_slice,
    scatter_nd,
    segment_sum,
    sparse_to_dense,
    unsorted_segments,
)
from npucore_tflite.ops.select import logical_not, select, select_v2
from npucore_tflite.ops.shape import (
    fold_broadcast_args,
    fold_range,
    fold_rank,
    fold_shape,
    fold_where,
)
from npucore_tflite.ops.softmax import softmax
from npucore_tflite.ops.space_to_batch import space_to_batch
from npucore_tflite.ops.space_to_depth import space_to_depth
from npucore_tflite.ops.split import split, split_v
from npucore_tflite.ops.sqrt import sqrt
from npucore_tflite.ops.square import add_n, square
from npucore_tflite.ops.stablehlo import add_plainly, multiply_plainly
from npucore_tflite.ops.strided_slice import slice_, strided_slice
from npucore_tflite.ops.subtract import subtract
from npucore_tflite.ops.svdf import svdf
from npucore_tflite.ops.tanh import tanh
from npucore_tflite.ops.top_k import top_k
from npucore_tflite.ops.transpose import transpose
from npucore_tflite.ops.transpose_convolution import (
    transpose_convolution,
    transpose_convolution_bias,
)
from npucore_tflite.ops.unpack import unpack

BUILDERS: Mapping[str, Callable[[Node], Op]] = {
    "ABS": absolute,
    "ADD": add,
    "ADD_N": add_n,
    "ARG_MAX": argmax,
    "ARG_MIN": argmin,
    "ATAN2": pairwise(PairwiseFunction.ATAN2),
    "AVERAGE_POOL_2D": average_pooling,
    "BATCH_MATMUL": batch_matmul,
    "BATCH_TO_SPACE_ND": batch_to_space,
    "BIDIRECTIONAL_SEQUENCE_LSTM": both_ways_lstm,
    "BIDIRECTIONAL_SEQUENCE_RNN": both_ways_rnn,
    "BITCAST": bitcast,
    "BITWISE_XOR": pairwise(PairwiseFunction.BITWISE_XOR),
    "BROADCAST_TO": broadcast_to,
    "BUCKETIZE": bucketize,
    "CAST": cast,
    "CEIL": pointwise(PointwiseFunction.CEIL),
    "COMPLEX_ABS": part_of(Part.ABSOLUTE),
    "CONCATENATION": concatenation,
    "CONV_2D": convolution,
    "CONV_3D": convolution_3d,
    "CONV_3D_TRANSPOSE": transpose_convolution_3d,
    "COS": pointwise(PointwiseFunction.COS),
    "CUMSUM": cumulative_sum,
    "Convolution2DTransposeBias": transpose_convolution_bias,
    "DEPTHWISE_CONV_2D": depthwise_convolution,
    "DEPTH_TO_SPACE": depth_to_space,
    "DEQUANTIZE": dequantize,
    "DILATE": dilate,
    "DIV": div,
    "DYNAMIC_UPDATE_SLICE": dynamic_update_slice,
    "ELU": pointwise(PointwiseFunction.ELU),
    "EMBEDDING_LOOKUP": embedding_lookup,
    "EQUAL": equal,
    "EXP": exp,
    "EXPAND_DIMS": expand_dims,
    "FAKE_QUANT": fake_quant,
    "FILL": fill,
    "FLOOR": floor,
    "FLOOR_DIV": floor_div,
    "FLOOR_MOD": pairwise(PairwiseFunction.FLOOR_MOD),
    "FULLY_CONNECTED": fully_connected,
    "GATHER": gather,
    "GATHER_ND": gather_nd,
    "GELU": gelu,
    "GREATER": greater,
    "GREATER_EQUAL": pairwise(PairwiseFunction.LESS_EQUAL, exchanged=True),
    "HARD_SWISH": hswish,
    "IMAG": part_of(Part.IMAGINARY),
    "L2_NORMALIZATION": l2_normalization,
    "L2_POOL_2D": l2_pooling,
    "LEAKY_RELU": leaky_relu,
    "LESS": less,
    "LESS_EQUAL": pairwise(PairwiseFunction.LESS_EQUAL),
    "LOCAL_RESPONSE_NORMALIZATION": local_response,
    "LOG": log,
    "LOGICAL_AND": pairwise(PairwiseFunction.BITWISE_AND),
    "LOGICAL_NOT": logical_not,
    "LOGICAL_OR": pairwise(PairwiseFunction.BITWISE_OR),
    "LOGISTIC": logistic,
    "LOG_SOFTMAX": log_softmax,
    "LSTM": lstm,
    "MATRIX_DIAG": matrix_diagonal,
    "MATRIX_SET_DIAG": matrix_set_diagonal,
    "MAXIMUM": maximum,
    "MAX_POOL_2D": max_pooling,
    "MEAN": mean,
    "MINIMUM": minimum,
    "MIRROR_PAD": mirror_pad,
    "MUL": mul,
    "NEG": pointwise(PointwiseFunction.NEGATIVE),
    "NON_MAX_SUPPRESSION_V4": non_max_suppression,
    "NON_MAX_SUPPRESSION_V5": soft_non_max_suppression,
    "NOT_EQUAL": pairwise(PairwiseFunction.NOT_EQUAL),
    "ONE_HOT": one_hot,
    "PACK": pack,
    "PAD": pad,
    "PADV2": pad,
    "POW": power,
    "PRELU": prelu,
    "QUANTIZE": quantize,
    "REAL": part_of(Part.REAL),
    "REDUCE_ALL": reduce(Reduction.ALL),
    "REDUCE_ANY": reduce(Reduction.ANY),
    "REDUCE_MAX": reduce_max,
    "REDUCE_MIN": reduce(Reduction.MIN),
    "REDUCE_PROD": reduce(Reduction.PRODUCT),
    "RELU": relu,
    "RELU6": relu6,
    "RELU_0_TO_1": relu_0_to_1,
    "RELU_N1_TO_1": relu_n1_to_1,
    "RESHAPE": reshape,
    "RESIZE_BILINEAR": resize_bilinear,
    "RESIZE_NEAREST_NEIGHBOR": resize,
    "REVERSE_SEQUENCE": reverse_sequence,
    "REVERSE_V2": reverse,
    "RFFT2D": fourier,
    "RIGHT_SHIFT": pairwise(PairwiseFunction.SHIFT_RIGHT),
    "RNN": rnn,
    "ROUND": round,
    "RSQRT": rsqrt,
    "SCATTER_ND": scatter_nd,
    "SEGMENT_SUM": segment_sum,
    "SELECT": select,
    "SELECT_V2": select_v2,
    "SIGN": pointwise(PointwiseFunction.SIGN),
    "SIN": pointwise(PointwiseFunction.SIN),
    "SLICE": slice_,
    "SOFTMAX": softmax,
    "SPACE_TO_BATCH_ND": space_to_batch,
    "SPACE_TO_DEPTH": space_to_depth,
    "SPARSE_TO_DENSE": sparse_to_dense,
    "SPLIT": split,
    "SPLIT_V": split_v,
    "SQRT": sqrt,
    "SQUARE": square,
    "SQUARED_DIFFERENCE": pairwise(PairwiseFunction.SQUARED_DIFFERENCE),
    "SQUEEZE": squeeze,
    "STABLEHLO_ADD": add_plainly,
    "STABLEHLO_MAXIMUM": maximum,
    "STABLEHLO_MINIMUM": minimum,
    "STABLEHLO_MULTIPLY": multiply_plainly,
    "STABLEHLO_SHIFT_LEFT": pairwise(PairwiseFunction.SHIFT_LEFT),
    "STRIDED_SLICE": strided_slice,
    "SUB": subtract,
    "SUM": reduce_sum,
    "SVDF": svdf,
    "TANH": tanh,
    "TFLite_Detection_PostProcess": detection_postprocess,
    "TILE": tile,
    "TOPK_V2": top_k,
    "TRANSPOSE": transpose,
    "TRANSPOSE_CONV": transpose_convolution,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": sequence_lstm,
    "UNIDIRECTIONAL_SEQUENCE_RNN": sequence_rnn,
    "UNPACK": unpack,
    "UNSORTED_SEGMENT_MAX": unsorted_segments(ScatterMode.MAX),
    "UNSORTED_SEGMENT_MIN": unsorted_segments(ScatterMode.MIN),
    "UNSORTED_SEGMENT_PROD": unsorted_segments(ScatterMode.MULTIPLY),
    "UNSORTED_SEGMENT_SUM": unsorted_segments(ScatterMode.ADD),
}
"""Name of the operator -> function that reads it into an op."""

FOLDERS: Mapping[str, Callable[[Node], Tensor | None]] = {
    "BROADCAST_ARGS": fold_broadcast_args,
    "DENSIFY": fold_densify,
    "DEQUANTIZE": fold_dequantize,
    "RANGE": fold_range,
    "RANK": fold_rank,
    "SHAPE": fold_shape,
    "WHERE": fold_where,
    "ZEROS_LIKE": fold_zeros_like,
}
"""Name of the operator -> function that computes its result when the file is read, if it can."""

DYNAMIC = "the shape of its result depends on computed numbers"
RANDOM = "it draws random numbers"
STRINGS = "it speaks of strings or of tables of them"
REFUSED: Mapping[str, str] = {
    "CALL": "TFLite has no kernel for it either",
    "CONCAT_EMBEDDINGS": "TFLite has no kernel for it either",
    "DELEGATE": "its content belongs to another runtime",
    "EMBEDDING_LOOKUP_SPARSE": "embeddings of ragged lists are not supported",
    "HASHTABLE": STRINGS,
    "HASHTABLE_FIND": STRINGS,
    "HASHTABLE_IMPORT": STRINGS,
    "HASHTABLE_LOOKUP": STRINGS,
    "HASHTABLE_SIZE": STRINGS,
    "LSH_PROJECTION": "hashes of strings are not supported",
    "MULTINOMIAL": RANDOM,
    "RANDOM_STANDARD_NORMAL": RANDOM,
    "RANDOM_UNIFORM": RANDOM,
    "REDUCE_WINDOW": "windows of any rank are not supported",
    "SKIP_GRAM": STRINGS,
    "STABLEHLO_RNG_BIT_GENERATOR": RANDOM,
    "UNIQUE": DYNAMIC,
}
"""Name of the operator -> why it is not read."""

EDGE_TPU = "edgetpu-custom-op"
FLEX = "Flex"


def refusal(name: str) -> str:
    """Why the operator called *name* is not read, and the way on where there is one."""
    if name == EDGE_TPU:
        return "compiled for the Edge TPU: give the model as it was before edgetpu_compiler"
    if name.startswith(FLEX):
        return (
            "an operator of TensorFlow itself: convert the network without SELECT_TF_OPS, "
            "or leave this part out of it"
        )
    if name.startswith("STABLEHLO_") and name not in REFUSED:
        return "of StableHLO only the operators without settings of their own are read"
    return REFUSED.get(name, "not supported")
