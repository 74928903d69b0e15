# SPDX-License-Identifier: MIT
"""The operation set: one file, one class, one operation."""

from npucore.ops.absolute import Absolute
from npucore.ops.add import Add
from npucore.ops.argmax import Argmax
from npucore.ops.base import Activation, Op, Padding
from npucore.ops.batch_matmul import BatchMatmul
from npucore.ops.batch_to_space import BatchToSpace
from npucore.ops.bitcast import Bitcast
from npucore.ops.branch import Branch
from npucore.ops.broadcast import Broadcast
from npucore.ops.cast import Cast
from npucore.ops.complex_part import ComplexPart
from npucore.ops.concatenation import Concatenation
from npucore.ops.convolution import Convolution
from npucore.ops.convolution_3d import Convolution3d
from npucore.ops.cumulative import Cumulative
from npucore.ops.depth_to_space import DepthToSpace
from npucore.ops.dequantize import Dequantize
from npucore.ops.detection_postprocess import DetectionPostprocess
from npucore.ops.div import Div
from npucore.ops.einsum import Einsum
from npucore.ops.equal import Equal
from npucore.ops.erf import Erf
from npucore.ops.exp import Exp
from npucore.ops.floor import Floor
from npucore.ops.floor_div import FloorDiv
from npucore.ops.foreign import Foreign
from npucore.ops.fourier import Fourier
from npucore.ops.fully_connected import FullyConnected
from npucore.ops.gather import Gather
from npucore.ops.gather_elements import GatherElements
from npucore.ops.gather_nd import GatherNd
from npucore.ops.grid_sample import GridSample
from npucore.ops.gru import Gru
from npucore.ops.hswish import HSwish
from npucore.ops.l2_normalize import L2Normalize
from npucore.ops.leaky_relu import LeakyRelu
from npucore.ops.less import Less
from npucore.ops.local_response import LocalResponse
from npucore.ops.log import Log
from npucore.ops.log_softmax import LogSoftmax
from npucore.ops.logistic import Logistic
from npucore.ops.loop import Loop
from npucore.ops.lstm import Lstm
from npucore.ops.maximum import Maximum
from npucore.ops.mean import Mean
from npucore.ops.minimum import Minimum
from npucore.ops.mul import Mul
from npucore.ops.non_max_suppression import NonMaxSuppression
from npucore.ops.normalize import Normalize
from npucore.ops.one_hot import OneHot
from npucore.ops.pack import Pack
from npucore.ops.pad import Pad
from npucore.ops.pairwise import Pairwise, PairwiseFunction
from npucore.ops.pointwise import Pointwise, PointwiseFunction
from npucore.ops.pooling import Pooling, PoolingType
from npucore.ops.power import Power
from npucore.ops.prelu import Prelu
from npucore.ops.quantize import Quantize
from npucore.ops.recurrence import RecurrentFunction
from npucore.ops.reduce import Reduce, Reduction
from npucore.ops.reduce_max import ReduceMax
from npucore.ops.reduce_sum import ReduceSum
from npucore.ops.relu import Relu
from npucore.ops.reshape import Reshape
from npucore.ops.resize import Resize
from npucore.ops.resize_bilinear import ResizeBilinear
from npucore.ops.reverse import Reverse
from npucore.ops.rnn import Rnn
from npucore.ops.round import Round
from npucore.ops.rsqrt import Rsqrt
from npucore.ops.scatter import Scatter, ScatterMode
from npucore.ops.select import Select
from npucore.ops.softmax import Softmax
from npucore.ops.space_to_batch import SpaceToBatch
from npucore.ops.split import Split
from npucore.ops.sqrt import Sqrt
from npucore.ops.strided_slice import StridedSlice
from npucore.ops.subtract import Subtract
from npucore.ops.tanh import Tanh
from npucore.ops.top_k import TopK
from npucore.ops.transpose import Transpose
from npucore.ops.transpose_convolution import TransposeConvolution
from npucore.ops.unpack import Unpack

__all__ = [
    "Absolute",
    "Activation",
    "Add",
    "Argmax",
    "BatchMatmul",
    "BatchToSpace",
    "Bitcast",
    "Branch",
    "Broadcast",
    "Cast",
    "ComplexPart",
    "Concatenation",
    "Convolution",
    "Convolution3d",
    "Cumulative",
    "DepthToSpace",
    "Dequantize",
    "DetectionPostprocess",
    "Div",
    "Einsum",
    "Equal",
    "Erf",
    "Exp",
    "Floor",
    "FloorDiv",
    "Foreign",
    "Fourier",
    "FullyConnected",
    "Gather",
    "GatherElements",
    "GatherNd",
    "GridSample",
    "Gru",
    "HSwish",
    "L2Normalize",
    "LeakyRelu",
    "Less",
    "LocalResponse",
    "Log",
    "LogSoftmax",
    "Logistic",
    "Loop",
    "Lstm",
    "Maximum",
    "Mean",
    "Minimum",
    "Mul",
    "NonMaxSuppression",
    "Normalize",
    "OneHot",
    "Op",
    "Pack",
    "Pad",
    "Padding",
    "Pairwise",
    "PairwiseFunction",
    "Pointwise",
    "PointwiseFunction",
    "Pooling",
    "PoolingType",
    "Power",
    "Prelu",
    "Quantize",
    "RecurrentFunction",
    "Reduce",
    "ReduceMax",
    "ReduceSum",
    "Reduction",
    "Relu",
    "Reshape",
    "Resize",
    "ResizeBilinear",
    "Reverse",
    "Rnn",
    "Round",
    "Rsqrt",
    "Scatter",
    "ScatterMode",
    "Select",
    "Softmax",
    "SpaceToBatch",
    "Split",
    "Sqrt",
    "StridedSlice",
    "Subtract",
    "Tanh",
    "TopK",
    "Transpose",
    "TransposeConvolution",
    "Unpack",
]
