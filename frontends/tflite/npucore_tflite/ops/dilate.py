# SPDX-License-Identifier: MIT
"""DILATE."""

from __future__ import annotations

from npucore.ops import Op, Pad, Reshape, StridedSlice
from npucore_tflite.node import Node, Operators


def dilate(node: Node) -> Op:
    """Numbers put apart along every axis, by constant steps, with one value between them."""
    x, steps = node.input(0), node.constant(1).tolist()
    if len(steps) != len(x.shape) or min(steps, default=1) < 1:
        node.invalid(f"steps of {steps} in shape {x.shape}")
    value = node.real(2)
    number = int(value) if x.dtype.kind in "iu" else value
    for axis, step in enumerate(steps):
        size = x.shape[axis]
        if step == 1 or size == 0:
            continue
        apart = (*x.shape[: axis + 1], 1, *x.shape[axis + 1 :])
        rank, label = len(apart), f"axis{axis}"
        thin = node.emit(Reshape, f"{label}/thin", like=x, shape=apart, input=x)
        after = tuple(step - 1 if place == axis + 1 else 0 for place in range(rank))
        none = (0,) * rank
        wide = node.emit(
            Pad, f"{label}/wide", like=x, input=thin, before=none, after=after, value=number
        )
        whole = (*x.shape[:axis], size * step, *x.shape[axis + 1 :])
        flat = node.emit(Reshape, f"{label}/flat", like=x, shape=whole, input=wide)
        sizes = (*x.shape[:axis], (size - 1) * step + 1, *x.shape[axis + 1 :])
        ends = (0,) * len(sizes), (1,) * len(sizes)
        x = node.emit(
            StridedSlice, label, like=x, input=flat, begin=ends[0], sizes=sizes, strides=ends[1]
        )
    return node.finish(x)


OPERATORS: Operators = {"DILATE": dilate}
