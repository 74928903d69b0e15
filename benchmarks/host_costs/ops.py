# SPDX-License-Identifier: MIT
"""Ops of every kind, in several sizes, as the table of costs is measured with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore import ops
from npucore.ops import Op, Padding
from npucore.tensor import Quantization, Shape, Tensor

INT8, FLOAT = np.dtype(np.int8), np.dtype(np.float32)
OWN_SCALE = {"quantize", "add", "subtract", "mul"}
SIGNED = Quantization.per_tensor(1 / 128)
UNSIGNED = Quantization.per_tensor(1 / 256, -128)
SOURCE, RESULT = Quantization.per_tensor(0.05, 3), Quantization.per_tensor(0.07, -5)
SIZES = ((1, 4, 4, 16), (1, 16, 16, 32), (1, 56, 56, 64), (1, 80, 80, 128))
SMOOTH = {"relu", "leaky_relu", "hswish", "gelu", "tanh", "logistic", "absolute"}
REAL = {"sqrt", "rsqrt", "exp", "log", "erf", "floor", "round"}
PAIRS = ("add", "subtract", "mul", "div", "maximum", "minimum")
CONVOLUTIONS = (  # rows, channels, kernels, kernel
    (8, 16, 16, 1),
    (56, 64, 128, 1),
    (14, 512, 512, 1),
    (28, 128, 128, 3),
    (112, 16, 32, 3),
    (80, 64, 64, 3),
)
DEPTHWISE = ((8, 16, 3), (56, 128, 3), (112, 64, 3), (14, 512, 3), (28, 256, 5), (7, 960, 3))


@dataclass
class Maker:
    """Tensors of one dtype."""

    dtype: np.dtype[Any]

    def activation(self, shape: Shape, q: Quantization = SOURCE, name: str = "x") -> Tensor:
        """With no data."""
        return Tensor(name, shape, self.dtype, None if self.dtype == FLOAT else q)

    def constant(self, shape: Shape, q: Quantization | None = None) -> Tensor:
        """Random weights, a scale for each kernel."""
        if self.dtype == FLOAT:
            data = np.random.default_rng(1).normal(size=shape).astype(np.float32)
            return Tensor("w", shape, FLOAT, None, data)
        data = np.random.default_rng(1).integers(-127, 128, shape).astype(np.int8)
        return Tensor("w", shape, INT8, q or _per_channel(shape[0]), data)


def _per_channel(count: int) -> Quantization:
    return Quantization.per_channel(np.linspace(0.001, 0.01, count), 0)


def every(make: Maker) -> Iterator[Op]:
    """An op of every measured kind in every size."""
    for family in (_unary, _binary, _moves, _windows, _sums, _products):
        yield from family(make)


def _op(name: str, **fields: Any) -> Op:
    """An op by its name."""
    kind: Callable[..., Op] = ops.every_op()[name]
    return kind(**fields)


def _unary(m: Maker) -> Iterator[Op]:
    names = SMOOTH | REAL | {"softmax", "log_softmax"} if m.dtype == FLOAT else SMOOTH | {"softmax"}
    more: dict[str, dict[str, Any]] = {"leaky_relu": {"alpha": 0.1}}
    fixed = {"tanh": SIGNED, "logistic": UNSIGNED, "softmax": UNSIGNED}
    for name in sorted(names):
        for shape in SIZES:
            y = m.activation(shape, fixed.get(name, RESULT), "y")
            yield _op(name, input=m.activation(shape), output=y, **more.get(name, {}))
    for shape in SIZES:
        x, real = m.activation(shape), Tensor("y", shape, FLOAT)
        yield ops.Quantize(input=x, output=Tensor("y", shape, INT8, RESULT))
        if m.dtype == INT8:
            yield ops.Dequantize(input=x, output=real)


def _binary(m: Maker) -> Iterator[Op]:
    for name in PAIRS if m.dtype == FLOAT else PAIRS[:3] + PAIRS[4:]:
        out = RESULT if name in OWN_SCALE else SOURCE
        for shape in SIZES:
            y = m.activation(shape, out, "y")
            yield _op(name, a=m.activation(shape), b=m.activation(shape), output=y)


def _moves(m: Maker) -> Iterator[Op]:
    for n, h, w, c in SIZES:
        x, half = m.activation((n, h, w, c)), (n, h, w, c // 2)

        def y(*shape: int) -> Tensor:
            return m.activation(shape, name="y")

        yield ops.Reshape(input=x, output=y(n, h * w, c))
        yield ops.Transpose(input=x, output=y(n, c, h, w), permutation=(0, 3, 1, 2))
        border = (0, 1, 1, 0)
        yield ops.Pad(input=x, output=y(n, h + 2, w + 2, c), before=border, after=border)
        both = (x, m.activation(x.shape))
        yield ops.Concatenation(operands=both, output=y(n, h, w, 2 * c), axis=3)
        yield ops.Split(input=x, results=(y(*half), y(*half)), axis=3, sizes=(c // 2, c // 2))
        yield ops.StridedSlice(
            input=x, output=y(*half), begin=(0,) * 4, sizes=half, strides=(1,) * 4
        )
        double = y(n, 2 * h, 2 * w, c)
        yield ops.Resize(input=x, output=double, size=(2 * h, 2 * w))
        yield ops.ResizeBilinear(input=x, output=double, size=(2 * h, 2 * w))


def _windows(m: Maker) -> Iterator[Op]:
    for kind in ops.PoolingType:
        for n, h, w, c in SIZES:
            for side in (2, 3, min(5, h)):
                pad = side // 2
                more = 2 * pad + 1 - side
                yield ops.Pooling(
                    type=kind,
                    input=m.activation((n, h, w, c)),
                    output=m.activation((n, h + more, w + more, c), name="y"),
                    kernel=(side, side),
                    padding=Padding(pad, pad, pad, pad),
                )


def _sums(m: Maker) -> Iterator[Op]:
    for n, h, w, c in SIZES:
        x = m.activation((n, h, w, c))
        for name in ("mean", "reduce_sum", "reduce_max"):
            y = m.activation((n, c), RESULT if name != "reduce_max" else SOURCE, "y")
            yield _op(name, input=x, output=y, axes=(1, 2))
        yield ops.Argmax(input=x, output=Tensor("y", (n, h, w), np.dtype(np.int32)), axis=3)
    if m.dtype == FLOAT:
        for anchors, classes in ((100, 20), (2034, 90), (19206, 90)):
            yield _postprocess(m, anchors, classes)


def _postprocess(m: Maker, anchors: int, classes: int) -> Op:
    shapes = ((1, 10, 4), (1, 10), (1, 10), (1,))
    boxes = np.random.default_rng(2).random((anchors, 4)).astype(np.float32)
    return ops.DetectionPostprocess(
        boxes=m.activation((1, anchors, 4)),
        scores=m.activation((1, anchors, classes + 1)),
        anchors=Tensor("anchors", (anchors, 4), FLOAT, None, boxes),
        results=tuple(Tensor(f"y{i}", shape, FLOAT) for i, shape in enumerate(shapes)),
        scale=(10.0, 10.0, 5.0, 5.0),
        classes=classes,
        max_detections=10,
    )


def _products(m: Maker) -> Iterator[Op]:
    for side, channels, kernels, kernel in CONVOLUTIONS:
        yield _convolution(m, side, channels, kernels, kernel)
    for side, channels, kernel in DEPTHWISE:
        yield _convolution(m, side, channels, channels, kernel, depthwise=True)
    for rows, inputs, outputs in ((1, 64, 64), (1, 1024, 1000), (64, 256, 256)):
        x, y = m.activation((rows, inputs)), m.activation((rows, outputs), RESULT, "y")
        yield ops.FullyConnected(input=x, weights=m.constant((outputs, inputs)), output=y)
        yield ops.BatchMatmul(
            a=m.activation((1, rows, inputs)),
            b=m.activation((1, inputs, outputs)),
            output=m.activation((1, rows, outputs), RESULT, "y"),
        )
    for side, channels in ((8, 16), (28, 64), (56, 32)):
        yield ops.TransposeConvolution(
            input=m.activation((1, side, side, channels)),
            weights=m.constant((channels, 2, 2, channels)),
            output=m.activation((1, 2 * side, 2 * side, channels), RESULT, "y"),
            stride=(2, 2),
        )


def _convolution(
    m: Maker, side: int, channels: int, kernels: int, kernel: int, depthwise: bool = False
) -> Op:
    pad = kernel // 2
    return ops.Convolution(
        input=m.activation((1, side, side, channels)),
        weights=m.constant((kernels, kernel, kernel, 1 if depthwise else channels)),
        output=m.activation((1, side, side, kernels), RESULT, "y"),
        padding=Padding(pad, pad, pad, pad),
        groups=channels if depthwise else 1,
    )
