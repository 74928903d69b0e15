# SPDX-License-Identifier: MIT
"""Ops whose answers an independent implementation has given; what is not named here is `paper`."""

from __future__ import annotations

import numpy as np

from npucore.evidence import Evidence
from npucore.ops import Concatenation, Op

_LITERT = """
absolute add argmax batch_matmul batch_to_space bitcast branch broadcast cast complex_part
concatenation convolution convolution_3d depth_to_space dequantize detection_postprocess div
equal floor_div fourier fully_connected gather gather_nd hswish leaky_relu less logistic loop
maximum mean minimum mul non_max_suppression pack pad pooling prelu quantize reduce_max
reduce_sum relu reshape resize resize_bilinear rsqrt select softmax space_to_batch split sqrt
strided_slice subtract tanh transpose transpose_convolution unpack
"""
_ONNX = """
cumulative einsum erf exp floor gather_elements grid_sample gru l2_normalize local_response log
log_softmax lstm normalize one_hot pairwise pointwise power reduce reverse rnn round scatter
top_k
"""
BY_LITERT = frozenset(_LITERT.split())
"""Compared with LiteRT, in every dtype but those of `UNCONFIRMED`."""
BY_ONNX = frozenset(_ONNX.split())
"""Compared with ONNX Runtime or ONNX's node tests, which bytes are not."""
BYTES = (np.int8, np.uint8)
UNCONFIRMED = {
    "absolute": (np.uint8,),
    "argmax": (np.int64,),
    "batch_matmul": (np.uint8,),
    "equal": BYTES,
    "floor_div": (np.int64,),
    "less": BYTES,
    "reduce_max": BYTES,
    "sqrt": (np.uint8,),
    "unpack": (np.int64,),
}
"""Op -> dtypes of its first operand that nobody else computes."""


def evidence(op: Op) -> Evidence:
    """How well it is known that the reference's answer is the right one."""
    dtype = op.inputs[0].dtype if op.inputs else op.outputs[0].dtype
    judged = op.name in BY_LITERT or (op.name in BY_ONNX and dtype not in BYTES)
    if not judged or dtype in UNCONFIRMED.get(op.name, ()):
        return Evidence.PAPER
    if isinstance(op, Concatenation) and op.output.quantization and op.output.dtype == np.int8:
        alike = all(operand.q.same_as(op.output.q) for operand in op.operands)
        return Evidence.PROVEN if alike else Evidence.PAPER
    return Evidence.PROVEN
