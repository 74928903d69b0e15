# SPDX-License-Identifier: MIT
"""Error bounds of each kind of op in LSB against the exact rule, which conformance enforces.

Bytes that only move are the same; what is computed is rounded at most twice.
"""

from __future__ import annotations

MOVES = ("maximum", "minimum", "pad", "reshape", "split", "strided_slice", "transpose")
COMPUTED = (
    "absolute",
    "add",
    "batch_matmul",
    "concatenation",
    "convolution",
    "fully_connected",
    "leaky_relu",
    "mean",
    "mul",
    "pooling",
    "quantize",
    "relu",
    "subtract",
)
BOUNDS = dict.fromkeys(MOVES, 0) | dict.fromkeys(COMPUTED, 1)
