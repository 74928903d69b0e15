# SPDX-License-Identifier: MIT
"""Error bounds of each kind of op in LSB against the exact rule, which conformance enforces.

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
