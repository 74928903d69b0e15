# SPDX-License-Identifier: MIT
"""Where every element of a resized axis comes from.

Source: ONNX operator schema Resize and its reference implementation, onnx/reference/ops/op_resize.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Axis:
    """From *size* elements to *wanted*, at *scale*."""

    size: int
    wanted: int
    scale: float

    @property
    def unchanged(self) -> bool:
        """Whether nothing is to be done."""
        return self.size == self.wanted and self.scale == 1


@dataclass(frozen=True, slots=True)
class Method:
    """The attributes of Resize."""

    mode: str = "nearest"
    coordinates: str = "half_pixel"
    rounding: str = "floor"
    cubic: float = -0.75
    exclude_outside: bool = False
    antialias: bool = False


def places(axis: Axis, method: Method) -> Reals:
    """(wanted,) coordinates in the input of all elements of the output."""
    x = np.arange(axis.wanted, dtype=np.float64)
    real_length = axis.scale * axis.size
    if method.coordinates == "align_corners":
        if axis.wanted == 1 or real_length == 1:
            return np.zeros(axis.wanted)
        return x * (axis.size - 1) / (real_length - 1)
    if method.coordinates == "asymmetric":
        return x / axis.scale
    centred: Reals = (x + 0.5) / axis.scale - 0.5
    if method.coordinates == "pytorch_half_pixel" and axis.wanted == 1:
        return np.full(1, -0.5)
    if method.coordinates == "half_pixel_symmetric":
        return centred + axis.size / 2 * (1 - axis.wanted / real_length)
    return centred


def nearest(axis: Axis, method: Method) -> Places:
    """(wanted,) which element of the input each element of the output is."""
    at = places(axis, method).astype(np.float32)  # as ONNX Runtime has it
    half = np.float32(0.5)
    if method.rounding == "round_prefer_floor":
        rounded = np.ceil(at - half)
    elif method.rounding == "round_prefer_ceil":
        rounded = np.floor(at + half)
    else:
        rounded = np.ceil(at) if method.rounding == "ceil" else np.floor(at)
    found: Places = np.clip(rounded.astype(np.int64), 0, axis.size - 1)
    return found


def weights(axis: Axis, method: Method) -> Reals:
    """(wanted, size) the matrix that interpolates; elements outside are those at the edge."""
    at = places(axis, method)
    base = np.floor(at).astype(np.int64)
    squeeze, first = _first_tap(axis, method)
    taps = np.arange(first, 2 - first)
    distance = np.abs(base[:, None] + taps - at[:, None]) * squeeze
    share = _linear(distance) if method.mode == "linear" else _cubic(distance, method.cubic)
    if method.antialias:
        share = share / share.sum(axis=1, keepdims=True)
    source = base[:, None] + taps
    if method.exclude_outside:
        share = np.where((source >= 0) & (source < axis.size), share, 0)
        share = share / share.sum(axis=1, keepdims=True)
    matrix = np.zeros((axis.wanted, axis.size))
    rows = np.broadcast_to(np.arange(axis.wanted)[:, None], source.shape)
    np.add.at(matrix, (rows, np.clip(source, 0, axis.size - 1)), share)
    return matrix


def elements(axis: Axis, method: Method) -> int:
    """How many elements `shown_by`, and then `nearest` or `weights`, make for *axis*."""
    coordinates = 16 * axis.wanted
    if method.mode == "nearest":
        return coordinates
    _, first = _first_tap(axis, method)
    return coordinates + axis.wanted * (2 * axis.size + 8 * (2 - 2 * first))


def _first_tap(axis: Axis, method: Method) -> tuple[float, int]:
    """(how much further apart elements are than the kernel has them, the first one's place)."""
    squeeze = min(axis.scale, 1.0) if method.antialias else 1.0
    reach = 1 if method.mode == "linear" else 2
    return squeeze, math.floor(-reach / squeeze) + 1


def _linear(distance: Reals) -> Reals:
    return np.clip(1 - distance, 0, 1)


def _cubic(distance: Reals, a: float) -> Reals:
    """Keys' kernel."""
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * a * distance - 4 * a
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))


def shown_by(rows: Axis, columns: Axis, method: Method) -> tuple[str, bool, bool] | None:
    """(mode, align_corners, half_pixel_centers) of the op that gives the same, or None."""
    for corners, half_pixel in ((False, False), (False, True), (True, False)):
        if method.mode == "nearest":
            same = all(
                np.array_equal(nearest(axis, method), _nearest_of_op(axis, corners, half_pixel))
                for axis in (rows, columns)
            )
        else:
            same = method.mode == "linear" and all(
                _linear_as_op(axis, method, corners, half_pixel) for axis in (rows, columns)
            )
        if same:
            return method.mode, corners, half_pixel
    return None


def _nearest_of_op(axis: Axis, corners: bool, half_pixel: bool) -> Places:
    """What `npucore.ops.Resize` shows, in float32 as TFLite has it."""
    if corners and axis.wanted > 1:
        scale = np.float32(axis.size - 1) / np.float32(axis.wanted - 1)
    else:
        scale = np.float32(axis.size) / np.float32(axis.wanted)
    at = (np.arange(axis.wanted, dtype=np.float32) + np.float32(0.5 * half_pixel)) * scale
    rounded = np.floor(at + np.float32(0.5)) if corners else np.floor(at)
    found: Places = np.clip(rounded.astype(np.int64), 0, axis.size - 1)
    return found


def _linear_as_op(axis: Axis, method: Method, corners: bool, half_pixel: bool) -> bool:
    """Whether `npucore.ops.ResizeBilinear` has the same coordinates."""
    if method.exclude_outside or (method.antialias and axis.scale < 1):
        return False
    if abs(axis.scale * axis.size - axis.wanted) > 1e-6 * axis.wanted:
        return False
    coordinates = method.coordinates
    if coordinates in ("half_pixel_symmetric", "pytorch_half_pixel") and axis.wanted > 1:
        coordinates = "half_pixel"
    names = {(False, False): "asymmetric", (False, True): "half_pixel"}
    return names.get((corners, half_pixel), "align_corners") == coordinates
