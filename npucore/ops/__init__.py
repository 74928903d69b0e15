# SPDX-License-Identifier: MIT
"""The operation set: one file, one class, one operation.

A file is imported when its op is first asked for: a network has few of them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # an op is public by its line here
    from npucore.ops.absolute import Absolute as Absolute
    from npucore.ops.add import Add as Add
    from npucore.ops.argmax import Argmax as Argmax
    from npucore.ops.base import Activation as Activation
    from npucore.ops.base import Op as Op
    from npucore.ops.base import Padding as Padding
    from npucore.ops.batch_matmul import BatchMatmul as BatchMatmul
    from npucore.ops.batch_to_space import BatchToSpace as BatchToSpace
    from npucore.ops.bitcast import Bitcast as Bitcast
    from npucore.ops.branch import Branch as Branch
    from npucore.ops.broadcast import Broadcast as Broadcast
    from npucore.ops.cast import Cast as Cast
    from npucore.ops.complex_part import ComplexPart as ComplexPart
    from npucore.ops.concatenation import Concatenation as Concatenation
    from npucore.ops.convolution import Convolution as Convolution
    from npucore.ops.convolution_3d import Convolution3d as Convolution3d
    from npucore.ops.cumulative import Cumulative as Cumulative
    from npucore.ops.depth_to_space import DepthToSpace as DepthToSpace
    from npucore.ops.dequantize import Dequantize as Dequantize
    from npucore.ops.detection_postprocess import DetectionPostprocess as DetectionPostprocess
    from npucore.ops.div import Div as Div
    from npucore.ops.einsum import Einsum as Einsum
    from npucore.ops.equal import Equal as Equal
    from npucore.ops.erf import Erf as Erf
    from npucore.ops.exp import Exp as Exp
    from npucore.ops.floor import Floor as Floor
    from npucore.ops.floor_div import FloorDiv as FloorDiv
    from npucore.ops.foreign import Foreign as Foreign
    from npucore.ops.fourier import Fourier as Fourier
    from npucore.ops.fully_connected import FullyConnected as FullyConnected
    from npucore.ops.gather import Gather as Gather
    from npucore.ops.gather_elements import GatherElements as GatherElements
    from npucore.ops.gather_nd import GatherNd as GatherNd
    from npucore.ops.gelu import Gelu as Gelu
    from npucore.ops.grid_sample import GridSample as GridSample
    from npucore.ops.gru import Gru as Gru
    from npucore.ops.hswish import HSwish as HSwish
    from npucore.ops.l2_normalize import L2Normalize as L2Normalize
    from npucore.ops.leaky_relu import LeakyRelu as LeakyRelu
    from npucore.ops.less import Less as Less
    from npucore.ops.local_response import LocalResponse as LocalResponse
    from npucore.ops.log import Log as Log
    from npucore.ops.log_softmax import LogSoftmax as LogSoftmax
    from npucore.ops.logistic import Logistic as Logistic
    from npucore.ops.loop import Loop as Loop
    from npucore.ops.lstm import Lstm as Lstm
    from npucore.ops.maximum import Maximum as Maximum
    from npucore.ops.mean import Mean as Mean
    from npucore.ops.minimum import Minimum as Minimum
    from npucore.ops.mul import Mul as Mul
    from npucore.ops.non_max_suppression import NonMaxSuppression as NonMaxSuppression
    from npucore.ops.normalize import Normalize as Normalize
    from npucore.ops.one_hot import OneHot as OneHot
    from npucore.ops.pack import Pack as Pack
    from npucore.ops.pad import Pad as Pad
    from npucore.ops.pairwise import Pairwise as Pairwise
    from npucore.ops.pairwise import PairwiseFunction as PairwiseFunction
    from npucore.ops.pointwise import Pointwise as Pointwise
    from npucore.ops.pointwise import PointwiseFunction as PointwiseFunction
    from npucore.ops.pooling import Pooling as Pooling
    from npucore.ops.pooling import PoolingType as PoolingType
    from npucore.ops.power import Power as Power
    from npucore.ops.prelu import Prelu as Prelu
    from npucore.ops.quantize import Quantize as Quantize
    from npucore.ops.recurrence import RecurrentFunction as RecurrentFunction
    from npucore.ops.reduce import Reduce as Reduce
    from npucore.ops.reduce import Reduction as Reduction
    from npucore.ops.reduce_max import ReduceMax as ReduceMax
    from npucore.ops.reduce_sum import ReduceSum as ReduceSum
    from npucore.ops.relu import Relu as Relu
    from npucore.ops.reshape import Reshape as Reshape
    from npucore.ops.resize import Resize as Resize
    from npucore.ops.resize_bilinear import ResizeBilinear as ResizeBilinear
    from npucore.ops.reverse import Reverse as Reverse
    from npucore.ops.rnn import Rnn as Rnn
    from npucore.ops.round import Round as Round
    from npucore.ops.rsqrt import Rsqrt as Rsqrt
    from npucore.ops.scatter import Scatter as Scatter
    from npucore.ops.scatter import ScatterMode as ScatterMode
    from npucore.ops.select import Select as Select
    from npucore.ops.softmax import Softmax as Softmax
    from npucore.ops.space_to_batch import SpaceToBatch as SpaceToBatch
    from npucore.ops.split import Split as Split
    from npucore.ops.sqrt import Sqrt as Sqrt
    from npucore.ops.strided_slice import StridedSlice as StridedSlice
    from npucore.ops.subtract import Subtract as Subtract
    from npucore.ops.tanh import Tanh as Tanh
    from npucore.ops.top_k import TopK as TopK
    from npucore.ops.transpose import Transpose as Transpose
    from npucore.ops.transpose_convolution import TransposeConvolution as TransposeConvolution
    from npucore.ops.unpack import Unpack as Unpack


def class_name(name: str) -> str:
    """The class of the op called *name*.

    >>> class_name("batch_matmul")
    'BatchMatmul'
    """
    return _SPELLED.get(name) or "".join(part.capitalize() for part in name.split("_"))


_SPELLED = {"hswish": "HSwish"}
_NO_OPS = {"base", "macs", "recurrence", "reduction", "window"}
_BESIDE = {
    "base": ("Activation", "Op", "Padding"),
    "pairwise": ("PairwiseFunction",),
    "pointwise": ("PointwiseFunction",),
    "pooling": ("PoolingType",),
    "recurrence": ("RecurrentFunction",),
    "reduce": ("Reduction",),
    "scatter": ("ScatterMode",),
}

NAMES = tuple(sorted({module.name for module in pkgutil.iter_modules(__path__)} - _NO_OPS))
"""Names of all ops."""

_HOMES = {class_name(name): name for name in NAMES}
_HOMES |= {name: module for module, names in _BESIDE.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


def op_named(name: str) -> type[Op] | None:
    """The class of an op by the op's name, None for a name that is none."""
    if name not in NAMES:
        return None
    kind: type[Op] = __getattr__(class_name(name))
    return kind


@functools.cache
def every_op() -> Mapping[str, type[Op]]:
    """Name of an op -> its class, in the order of the names."""
    return {name: kind for name in NAMES if (kind := op_named(name)) is not None}
