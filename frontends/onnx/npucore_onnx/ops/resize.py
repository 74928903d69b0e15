# SPDX-License-Identifier: MIT
"""Resize, and Upsample."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import Add, Cast, Floor, FullyConnected, Resize, ResizeBilinear
from npucore.tensor import Array, Tensor
from npucore_onnx.interpolation import Axis, Method, elements, nearest, shown_by, weights
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.gather import picked
from npucore_onnx.ops.softmax import last
from npucore_onnx.value import NHWC, Value

FLOAT = np.dtype(np.float32)
MODES = ("nearest", "linear", "bilinear", "cubic")


def resize(node: Node) -> Value:
    """The ops for rows and columns where they give the same, else indices or matrices by axis."""
    old = node.opset < 11
    mode = node.text("mode", "nearest")
    method = Method(
        mode={"bilinear": "linear"}.get(mode, mode),
        coordinates="asymmetric"
        if old
        else node.text("coordinate_transformation_mode", "half_pixel"),
        rounding="floor" if old else node.text("nearest_mode", "round_prefer_floor"),
        cubic=node.real("cubic_coeff_a", -0.75),
        exclude_outside=bool(node.integer("exclude_outside", 0)),
        antialias=bool(node.integer("antialias", 0)),
    )
    axes = _axes(node, 1, None) if old else _axes(node, 2, 3)
    return _resized(node, axes, method)


def upsample(node: Node) -> Value:
    """Resize as it was before opset 10."""
    mode = node.text("mode", "nearest")
    method = Method(mode={"bilinear": "linear"}.get(mode, mode), coordinates="asymmetric")
    scales = node.reals("scales") if node.opset < 9 else node.constant(1).reshape(-1).tolist()
    return _resized(node, _scaled(node, scales, range(node.value(0).rank)), method)


def _axes(node: Node, scales: int, sizes: int | None) -> list[Axis]:
    """What becomes of every axis."""
    rank = node.value(0).rank
    chosen = list(range(rank))
    if node.has("axes"):
        chosen = [node.axis(axis, rank) for axis in node.integers("axes")]
    if sizes is not None and node.optional(sizes) is not None:
        return _sized(node, node.constants(sizes), chosen)
    return _scaled(node, node.constant(scales).reshape(-1).tolist(), chosen)


def _scaled(node: Node, scales: list[float], chosen: list[int] | range) -> list[Axis]:
    shape = node.value(0).shape
    if len(scales) != len(chosen) or not all(0 < s < 1 << 20 for s in scales):
        node.invalid(f"scales {scales} for {len(chosen)} axes")
    axes = [Axis(size, size, 1.0) for size in shape]
    for axis, scale in zip(chosen, scales, strict=True):
        axes[axis] = Axis(shape[axis], math.floor(shape[axis] * scale), float(scale))
    return axes


def _sized(node: Node, sizes: list[int], chosen: list[int]) -> list[Axis]:
    shape = node.value(0).shape
    if len(sizes) != len(chosen) or not all(0 < s < 1 << 20 for s in sizes):
        node.invalid(f"sizes {sizes} for {len(chosen)} axes")
    node.require(all(shape[axis] > 0 for axis in chosen), f"an empty operand {shape}")
    ratios = [size / shape[axis] for size, axis in zip(sizes, chosen, strict=True)]
    policy = node.text("keep_aspect_ratio_policy", "stretch")
    if policy != "stretch":
        ratio = min(ratios) if policy == "not_larger" else max(ratios)
        ratios = [ratio] * len(sizes)
        sizes = [math.floor(ratio * shape[axis] + 0.5) for axis in chosen]
    axes = [Axis(size, size, 1.0) for size in shape]
    for axis, size, ratio in zip(chosen, sizes, ratios, strict=True):
        axes[axis] = Axis(shape[axis], size, ratio)
    return axes


def _resized(node: Node, axes: list[Axis], method: Method) -> Value:
    value = node.value(0)
    if method.mode not in MODES or method.coordinates == "tf_crop_and_resize":
        node.unsupported(f"mode {method.mode}, coordinates {method.coordinates}")
    node.require(min(axis.size for axis in axes) > 0, f"an empty operand {value.shape}")
    for axis in axes:
        node.require(axis.wanted > 0, f"{axis.size} elements at scale {axis.scale:g} are none")
    node.reserve(sum(elements(axis, method) for axis in axes if not axis.unchanged))
    changed = [number for number, axis in enumerate(axes) if not axis.unchanged]
    spatial = value.rank == 4 and bool(changed) and set(changed) <= {2, 3}
    if spatial and (found := shown_by(axes[2], axes[3], method)) is not None:
        return _by_op(node, axes, found)
    for number in reversed(changed):  # columns before rows, as ONNX Runtime has it
        if method.mode == "nearest":
            value = picked(node, value, number, nearest(axes[number], method))
        else:
            matrix = weights(axes[number], method)
            value = _by_matrix(node, value, number, matrix, method.antialias)
    return value


def _by_op(node: Node, axes: list[Axis], found: tuple[str, bool, bool]) -> Value:
    mode, corners, half_pixel = found
    return node.moved(
        Resize if mode == "nearest" else ResizeBilinear,
        NHWC,
        input=node.map(0),
        size=(axes[2].wanted, axes[3].wanted),
        align_corners=corners,
        half_pixel_centers=half_pixel,
    )


def _by_matrix(node: Node, value: Value, axis: int, matrix: Array, rounded: bool) -> Value:
    """Every result is a weighted sum along one axis; of plain bytes it is *rounded*.

    Halves go up, as in ONNX Runtime (and Pillow).
    """
    dtype = value.dtype
    if dtype != np.float32 and not (dtype == np.uint8 and rounded):
        node.unsupported(f"an interpolation of {dtype}")
    order = last(value, axis)
    source = node.assembly.arranged(value, order)
    if dtype != np.float32:
        source = node.emit(Cast, dtype=FLOAT, input=source).tensor
    data = matrix.astype(np.float32)
    tensor = Tensor(f"{node.label}/weights", data.shape, data.dtype, None, data)
    shape = (*source.shape[:-1], len(data))
    result = node.emit(FullyConnected, order, shape=shape, input=source, weights=tensor)
    if dtype == np.float32:
        return result
    above = node.emit(Add, a=result.tensor, b=node.number(0.5, result.tensor)).tensor
    return node.emit(Cast, order, dtype=dtype, input=node.emit(Floor, input=above).tensor)


OPERATORS: Operators = {
    "Resize": resize,
    "Upsample": upsample,
}
