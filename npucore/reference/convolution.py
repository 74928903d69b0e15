# SPDX-License-Identifier: MIT
"""Convolution, as `npucore.ops.Convolution` defines it: dense, grouped and depthwise."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from npucore.ops import Convolution
from npucore.quantize import Rounding
from npucore.reference.hybrid import is_hybrid, prepare_hybrid_convolution, real_twin
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.weights import (
    FloatFinish,
    Prepared,
    prepare_weights,
    refuse_weights,
)
from npucore.reference.window import padded, windows
from npucore.tensor import Array, Tensor

JUDGE = Judge.LITERT
BLOCK_ELEMENTS = 64 * 1024  # of float32 at a time: columns and sums stay in the L2 cache
DEPTHWISE_ELEMENTS = 48 * 1024  # of sums at a time
LARGEST_BYTES = 1 << 28  # of a padded map, or of one row of columns


def refuse(op: Convolution) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if reason := refuse_weights(op):
        return reason
    n, h, w, c = op.input.shape
    top, bottom, left, right = op.padding
    multiplier = max(op.output.shape[3] // c, 1) if op.depthwise else 1
    map_bytes = n * (h + top + bottom) * (w + left + right) * c * multiplier * 4
    columns_bytes = op.output.shape[2] * math.prod(op.weights.shape[1:]) * 4
    if max(map_bytes, columns_bytes) > LARGEST_BYTES:
        return f"working memory of {max(map_bytes, columns_bytes)} bytes, at most {LARGEST_BYTES}"
    return None


def prepare(op: Convolution, rounding: Rounding) -> Kernel:
    """Weights in place, chunk sizes chosen."""
    if is_hybrid(op):  # TFLite has one kernel for a scale per channel, another for a single one
        asymmetric = op.weights.q.axis is not None
        convolve: Any = prepare(real_twin(op), rounding)
        return prepare_hybrid_convolution(op, convolve, asymmetric=asymmetric)
    if op.depthwise:
        return _depthwise(op, prepare_weights(op, rounding))
    if op.groups > 1:
        return _grouped(op, rounding)
    return _dense(op, prepare_weights(op, rounding))


def _dense(op: Convolution, prepared: Prepared) -> Kernel:
    """Gather windows as rows of a matrix and multiply, a block of output rows at a time."""
    _, rows, columns, outputs = op.output.shape
    matrix = np.ascontiguousarray(prepared.weights.reshape(outputs, -1).T)
    depth, finish = len(matrix), prepared.finish
    pointwise = op.kernel == op.stride == (1, 1) and not any(op.padding)
    if pointwise and isinstance(finish, FloatFinish):
        return _pointwise(op, matrix, finish)
    step = max(1, min(rows, BLOCK_ELEMENTS // max(1, columns * max(depth, outputs))))
    block_rows = finish.block_rows(step * columns)

    def run(x: Array, *_: Array) -> Array:
        x = padded(x, op.padding, prepared.fill)
        out = np.empty(op.output.shape, op.output.dtype)
        gathered = np.empty((step, columns, *op.kernel, x.shape[3]), matrix.dtype)
        sums = np.zeros((block_rows, outputs), matrix.dtype)
        for image, result in zip(x, out, strict=True):
            seen = windows(image, (rows, columns), op.kernel, op.stride, op.dilation)
            for row in range(0, rows, step):
                count = min(step, rows - row)
                _gather(seen[row : row + count], gathered[:count], pointwise)
                used = count * columns
                np.matmul(gathered[:count].reshape(used, depth), matrix, out=sums[:used])
                finish(
                    sums[: finish.block_rows(used)],
                    result[row : row + count].reshape(used, outputs),
                )
        return out

    return run


def _pointwise(op: Convolution, matrix: Array, finish: FloatFinish) -> Kernel:
    """Pixels of floats are rows of a matrix as they are."""

    def run(x: Array, *_: Array) -> Array:
        out: Array = np.matmul(x.reshape(-1, len(matrix)), matrix)
        finish(out, out)
        return out.reshape(op.output.shape)

    return run


def _gather(windows_of_rows: Array, out: Array, pointwise: bool) -> None:
    """Copy (rows, OW, KH, KW, C) windows, converting them; contiguous runs as long as can be."""
    if pointwise:
        np.copyto(out, windows_of_rows)
        return
    for i in range(out.shape[2]):
        np.copyto(out[:, :, i], windows_of_rows[:, :, i])


def _grouped(op: Convolution, rounding: Rounding) -> Kernel:
    """One dense convolution for each group."""
    kernels = [_dense(part, prepare_weights(part, rounding)) for part in _groups(op)]
    inputs = op.input.shape[3] // op.groups

    def run(x: Array, *_: Array) -> Array:
        slices = [x[..., g * inputs : (g + 1) * inputs] for g in range(op.groups)]
        return np.concatenate([k(s) for k, s in zip(kernels, slices, strict=True)], axis=3)

    return run


def _groups(op: Convolution) -> list[Convolution]:
    """The groups of *op* as convolutions of their own."""
    outputs = op.output.shape[3] // op.groups
    channels = op.input.shape[3] // op.groups

    def part(tensor: Tensor, group: int) -> Tensor:
        chosen = slice(group * outputs, (group + 1) * outputs)
        data = None if tensor.data is None else tensor.data[chosen]
        q = tensor.quantization
        if q is not None and q.axis == 0:
            q = dataclasses.replace(q, scale=q.scale[chosen], zero_point=q.zero_point[chosen])
        shape = (outputs, *tensor.shape[1:])
        return dataclasses.replace(tensor, shape=shape, data=data, quantization=q)

    def narrow(tensor: Tensor, size: int) -> Tensor:
        return dataclasses.replace(tensor, shape=(*tensor.shape[:3], size))

    return [
        dataclasses.replace(
            op,
            input=narrow(op.input, channels),
            weights=part(op.weights, group),
            bias=None if op.bias is None else part(op.bias, group),
            output=narrow(op.output, outputs),
            groups=1,
        )
        for group in range(op.groups)
    ]


def _depthwise(op: Convolution, prepared: Prepared) -> Kernel:
    """Multiply and add over rows of ``OW * C``, a block of output rows at a time."""
    _, rows, columns, outputs = op.output.shape
    finish, width = prepared.finish, columns * outputs
    taps = _taps(op, prepared)
    step = max(1, min(rows, DEPTHWISE_ELEMENTS // width))
    block_rows = finish.block_rows(step * columns)
    needed = (step - 1) * op.stride[0] + op.dilation[0] * (op.kernel[0] - 1) + 1

    def run(x: Array, *_: Array) -> Array:
        x = padded(x, op.padding, prepared.fill)
        if outputs > x.shape[3]:
            x = np.repeat(x, outputs // x.shape[3], axis=3)
        out = np.empty(op.output.shape, op.output.dtype)
        phases = [x[:, :, each.phase :: op.stride[1]] for each in taps]
        planes = [np.empty((needed, p.shape[2] * outputs), prepared.weights.dtype) for p in phases]
        sums = np.zeros((block_rows, outputs), prepared.weights.dtype)
        wide = sums[: step * columns].reshape(step, width)
        product = np.empty_like(wide)
        for n, result in enumerate(out):
            for row in range(0, rows, step):
                count = min(step, rows - row)
                first = row * op.stride[0]
                for plane, phase in zip(planes, phases, strict=True):
                    source = phase[n, first : first + needed]
                    np.copyto(plane.reshape(needed, -1, outputs)[: len(source)], source)
                _add_taps(taps, planes, op, wide[:count], product[:count])
                used = count * columns
                finish(
                    sums[: finish.block_rows(used)],
                    result[row : row + count].reshape(used, outputs),
                )
        return out

    return run


@dataclass(frozen=True, slots=True, eq=False)
class _Taps:
    """The kernel's columns that read one phase: as far apart as each other in its plane."""

    phase: int  # the first column of the map that it reads, of every stride's
    start: int  # elements of a row, before the first column's
    step: int  # elements between columns
    weights: Array  # (KH, columns of the kernel, OW * C)


def _taps(op: Convolution, prepared: Prepared) -> list[_Taps]:
    """What each phase contributes; columns of one phase lie side by side in their plane."""
    _, _, columns, outputs = op.output.shape
    of_phase: dict[int, list[int]] = {}
    for column in range(op.kernel[1]):
        of_phase.setdefault(column * op.dilation[1] % op.stride[1], []).append(column)
    found = []
    for phase, mine in of_phase.items():
        places = [j * op.dilation[1] // op.stride[1] * outputs for j in mine]
        step = places[1] - places[0] if len(places) > 1 else 0
        weights = np.tile(prepared.weights[:, :, mine, 0].transpose(1, 2, 0), columns)
        found.append(_Taps(phase, places[0], step, weights))
    return found


def _add_taps(
    taps: list[_Taps], planes: list[Array], op: Convolution, out: Array, product: Array
) -> None:
    """``out = sum of taps * weights``, a plane each; out and product are (rows, OW * C)."""
    for number, (each, whole) in enumerate(zip(taps, planes, strict=True)):
        plane = whole[:, each.start :]
        row, element = plane.strides
        seen = as_strided(
            plane,
            (len(out), *each.weights.shape),
            (row * op.stride[0], row * op.dilation[0], each.step * element, element),
            writeable=False,
        )
        np.einsum("yijw,ijw->yw", seen, each.weights, out=product if number else out)
        if number:
            np.add(out, product, out=out)
