# SPDX-License-Identifier: MIT
"""Error bounds of each kind of op in LSB against the exact rule, which conformance enforces.

Bytes that only move are the same; what is computed is rounded once more, operands of another
scale than the concatenation's among them.
"""

from __future__ import annotations

from npucore_rocket.chip import Chip

MOVES = (
    *("broadcast", "depth_to_space", "pad", "reshape", "resize", "split", "strided_slice"),
    "transpose",
)
COMPUTED = (
    *("absolute", "add", "batch_matmul", "concatenation", "convolution", "erf", "exp", "floor"),
    *("fully_connected", "gelu", "hswish", "leaky_relu", "log", "logistic", "maximum", "mean"),
    *("minimum", "mul", "pointwise", "pooling", "prelu", "quantize", "relu", "resize_bilinear"),
    *("round", "sqrt", "subtract", "tanh", "transpose_convolution"),
)
LAYERS_ALONE = (
    *("batch_matmul", "convolution", "fully_connected", "mean", "pad", "pooling", "quantize"),
    *("reshape", "split", "strided_slice", "transpose"),
)
BOUNDS = dict.fromkeys(MOVES, 0) | dict.fromkeys(COMPUTED, 1)


def bounds(chip: Chip) -> dict[str, int]:
    """Op -> LSB, of the ops that the chip takes."""
    if chip.dpu_alone and chip.spread_pixels:
        return BOUNDS
    return {op: lsb for op, lsb in BOUNDS.items() if op in LAYERS_ALONE}
