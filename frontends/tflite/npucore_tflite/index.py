# SPDX-License-Identifier: MIT
"""The file of each operator, so that a network imports the few that it needs.

What is missing here is found by importing all; a test says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

OPERATORS: Mapping[str, str] = {
    "add": "ADD",
    "argmax": "ARG_MAX ARG_MIN",
    "batch_matmul": "BATCH_MATMUL",
    "batch_to_space": "BATCH_TO_SPACE_ND",
    "bitcast": "BITCAST",
    "broadcast": "BROADCAST_TO FILL TILE ZEROS_LIKE",
    "bucketize": "BUCKETIZE",
    "cast": "CAST",
    "concatenation": "CONCATENATION",
    "convolution": "CONV_2D DEPTHWISE_CONV_2D",
    "convolution_3d": "CONV_3D CONV_3D_TRANSPOSE",
    "cumulative": "CUMSUM",
    "densify": "DENSIFY",
    "depth_to_space": "DEPTH_TO_SPACE",
    "dequantize": "DEQUANTIZE",
    "detection_postprocess": "TFLite_Detection_PostProcess",
    "dilate": "DILATE",
    "div": "DIV",
    "equal": "EQUAL",
    "fake_quant": "FAKE_QUANT",
    "floor_div": "FLOOR_DIV",
    "fourier": "COMPLEX_ABS IMAG REAL RFFT2D",
    "fully_connected": "FULLY_CONNECTED",
    "gather": "EMBEDDING_LOOKUP GATHER MIRROR_PAD",
    "gather_nd": "GATHER_ND",
    "gelu": "GELU",
    "leaky_relu": "LEAKY_RELU",
    "less": "GREATER LESS",
    "lstm": "BIDIRECTIONAL_SEQUENCE_LSTM LSTM UNIDIRECTIONAL_SEQUENCE_LSTM",
    "matrix_diagonal": "MATRIX_DIAG MATRIX_SET_DIAG",
    "maximum": "MAXIMUM STABLEHLO_MAXIMUM",
    "mean": "MEAN",
    "minimum": "MINIMUM STABLEHLO_MINIMUM",
    "mul": "MUL",
    "non_max_suppression": "NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5",
    "normalize": "L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOG_SOFTMAX",
    "one_hot": "ONE_HOT",
    "pack": "PACK",
    "pad": "PAD PADV2",
    "pairwise": "ATAN2 BITWISE_XOR FLOOR_MOD GREATER_EQUAL LESS_EQUAL LOGICAL_AND LOGICAL_OR "
    "NOT_EQUAL RIGHT_SHIFT SQUARED_DIFFERENCE STABLEHLO_SHIFT_LEFT",
    "pointwise": "CEIL COS ELU NEG RELU_0_TO_1 SIGN SIN",
    "pooling": "AVERAGE_POOL_2D MAX_POOL_2D",
    "power": "POW",
    "prelu": "PRELU",
    "quantize": "QUANTIZE",
    "reduce": "REDUCE_ALL REDUCE_ANY REDUCE_MAX REDUCE_MIN REDUCE_PROD SUM",
    "relu": "RELU RELU6 RELU_N1_TO_1",
    "reshape": "EXPAND_DIMS RESHAPE SQUEEZE",
    "resize": "RESIZE_NEAREST_NEIGHBOR",
    "resize_bilinear": "RESIZE_BILINEAR",
    "reverse": "REVERSE_SEQUENCE REVERSE_V2",
    "rnn": "BIDIRECTIONAL_SEQUENCE_RNN RNN UNIDIRECTIONAL_SEQUENCE_RNN",
    "scatter": "DYNAMIC_UPDATE_SLICE SCATTER_ND SEGMENT_SUM SPARSE_TO_DENSE UNSORTED_SEGMENT_MAX "
    "UNSORTED_SEGMENT_MIN UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_SUM",
    "select": "LOGICAL_NOT SELECT SELECT_V2",
    "shape": "BROADCAST_ARGS RANGE RANK SHAPE WHERE",
    "softmax": "SOFTMAX",
    "space_to_batch": "SPACE_TO_BATCH_ND",
    "space_to_depth": "SPACE_TO_DEPTH",
    "split": "SPLIT SPLIT_V",
    "square": "ADD_N SQUARE",
    "stablehlo": "STABLEHLO_ADD STABLEHLO_MULTIPLY",
    "strided_slice": "SLICE STRIDED_SLICE",
    "subtract": "SUB",
    "svdf": "SVDF",
    "top_k": "TOPK_V2",
    "transpose": "TRANSPOSE",
    "transpose_convolution": "Convolution2DTransposeBias TRANSPOSE_CONV",
    "unary": "ABS EXP FLOOR HARD_SWISH LOG LOGISTIC ROUND RSQRT SQRT TANH",
    "unpack": "UNPACK",
}
"""Name of a file of `npucore_tflite.ops` -> operators that it reads or computes."""

FILES: Mapping[str, str] = {
    name: file for file, names in OPERATORS.items() for name in names.split()
}
"""Operator -> its file."""
