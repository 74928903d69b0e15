# SPDX-License-Identifier: MIT
"""Error bounds of each kind of op in LSB against the exact rule, which conformance enforces.

Bytes that only move are the same; what is computed is rounded at most twice.
"""

from __future__ import annotations

from npucore_nvdla.chip import Chip

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
LOOKED_UP = (
    *("erf", "exp", "floor", "gelu", "hswish", "log", "logistic", "pointwise", "round", "sqrt"),
    "tanh",
)
BOUNDS = dict.fromkeys(MOVES, 0) | dict.fromkeys((*COMPUTED, *LOOKED_UP), 1)


def bounds(chip: Chip) -> dict[str, int]:
    """Of the ops that a configuration takes."""
    absent = () if chip.tables else LOOKED_UP
    return {op: bound for op, bound in BOUNDS.items() if op not in absent}
