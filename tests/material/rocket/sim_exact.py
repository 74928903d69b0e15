# SPDX-License-Identifier: MIT
"""What a capture's ops come to in exact arithmetic, in plain numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore_rocket.registers import cna
from tools.replay.capture import Capture, OpRecord

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def written(capture: Capture, offset: int) -> int:
    """What the first task writes to a register at last."""
    words = capture.arrays["s0_j0_t0"].tolist()
    return int([word >> 16 & 0xFFFFFFFF for word in words if word & 0xFFFF == offset][-1])


def stride(capture: Capture) -> int:
    """Of the first task; captured layers have the same in both directions."""
    value = written(capture, cna.CNA_CONV_CON3.offset)
    return cna.CNA_CONV_CON3.decode(value).conv_y_stride


def padding_lanes_differ(capture: Capture) -> bool:
    """Whether the two low bytes of the padding value are different."""
    value = written(capture, cna.CNA_PAD_CON1.offset)
    return value & 0xFF != value >> 8 & 0xFF


class Window:
    """How one dimension of a map is covered: TFLite's SAME and VALID alike."""

    def __init__(self, size: int, out: int, kernel: int, step: int) -> None:
        self.step, self.kernel, self.size, self.out = step, kernel, size, out
        self.total = max((out - 1) * step + kernel - size, 0)
        self.before = self.total // 2

    def inside(self) -> Mask:
        """(out,): whether an output's window has no padding in it."""
        first = np.arange(self.out) * self.step - self.before
        return (first >= 0) & (first + self.kernel <= self.size)


def windows(capture: Capture, op: OpRecord) -> tuple[Window, Window]:
    """Of rows and of columns."""
    _, height, width, _ = _shape(capture, op["inputs"][0])
    _, out_height, out_width, _ = _shape(capture, op["outputs"][0])
    kernel = capture.arrays[f"const{op['inputs'][1]}"].shape
    step = stride(capture)
    return (
        Window(height, out_height, kernel[1], step),
        Window(width, out_width, kernel[2], step),
    )


def inside(capture: Capture, op: OpRecord) -> Mask:
    """(1, OH, OW, 1): outputs that no padding reaches."""
    rows, columns = windows(capture, op)
    return (rows.inside()[:, None] & columns.inside())[None, :, :, None]


def accumulators(capture: Capture, op: OpRecord, x: npt.NDArray[np.generic]) -> Ints:
    """(OH, OW, O): integer sums with bias, zero points subtracted; *x* is (1, H, W, C) stored."""
    source, weights, bias = (capture.record["tensors"][index] for index in op["inputs"])
    rows, columns = windows(capture, op)
    real = x[0].astype(np.float64) - source["zero_points"][0]
    padded = np.pad(
        real,
        (
            (rows.before, rows.total - rows.before + rows.step),
            (columns.before, columns.total - columns.before + columns.step),
            (0, 0),
        ),
    )
    kernel = capture.arrays[f"const{weights['index']}"].astype(np.float64)
    kernel -= weights["zero_points"][0]
    depthwise = op["op"] == "DEPTHWISE_CONV_2D"
    channels = kernel.shape[3 if depthwise else 0]
    total = np.zeros((rows.out, columns.out, channels))
    for y, x_ in np.ndindex(rows.kernel, columns.kernel):
        part = padded[y :: rows.step, x_ :: columns.step][: rows.out, : columns.out]
        tap = kernel[:, y, x_]
        total += part * tap[0] if depthwise else part @ tap.T
    total += capture.arrays[f"const{bias['index']}"].astype(np.float64)
    return total.astype(np.int64)


def stored(capture: Capture, real: Floats, index: int) -> Ints:
    """Real numbers as stored uint8 of tensor *index*, rounded once."""
    tensor = capture.record["tensors"][index]
    scaled = np.floor(real / tensor["scales"][0] + 0.5) + tensor["zero_points"][0]
    return scaled.clip(0, 255).astype(np.int64)


def real_sums(capture: Capture, op: OpRecord, x: npt.NDArray[np.generic]) -> Floats:
    """(1, OH, OW, O): the convolution's result before it is quantized."""
    source, weights = (capture.record["tensors"][index] for index in op["inputs"][:2])
    lsb = source["scales"][0] * weights["scales"][0]
    return accumulators(capture, op, x)[None].astype(np.float64) * lsb


def real_tensor(capture: Capture, values: npt.NDArray[np.generic], index: int) -> Floats:
    """The real numbers that stored *values* of tensor *index* stand for."""
    tensor = capture.record["tensors"][index]
    real: Floats = (values.astype(np.float64) - tensor["zero_points"][0]) * tensor["scales"][0]
    return real


def _shape(capture: Capture, index: int) -> list[int]:
    return capture.record["tensors"][index]["shape"]
