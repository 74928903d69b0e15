# SPDX-License-Identifier: MIT
"""How far each kind of op may be from the exact result, in steps of its output; conformance judges.

Bytes that only move are the same; what is computed is rounded once more.
"""

from __future__ import annotations

MOVES = (
    "depth_to_space",
    "pad",
    "reshape",
    "resize",
    "split",
    "strided_slice",
    "transpose",
)
COMPUTED = (
    "absolute",
    "add",
    "batch_matmul",
    "concatenation",
    "convolution",
    "fully_connected",
    "hswish",
    "leaky_relu",
    "logistic",
    "mean",
    "mul",
    "pooling",
    "quantize",
    "relu",
    "subtract",
    "tanh",
)
BOUNDS = dict.fromkeys(MOVES, 0) | dict.fromkeys(COMPUTED, 1)
