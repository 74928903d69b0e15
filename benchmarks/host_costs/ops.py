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


def every(make: Maker) -> Iterator[tuple[str, Callable[[], Op]]]:
    """(name, a maker of such an op) in every size; the name is for a progress report only."""
    for family in (_unary, _binary, _moves, _windows, _sums, _products):
        for op in family(make):
            yield op().name, op


def _unary(m: Maker) -> Iterator[Callable[[], Op]]:
    names = SMOOTH | REAL | {"softmax", "log_softmax"} if m.dtype == FLOAT else SMOOTH | {"softmax"}
    more: dict[str, dict[str, Any]] = {"leaky_relu": {"alpha": 0.1}}
    fixed = {"tanh": SIGNED, "logistic": UNSIGNED, "softmax": UNSIGNED}
    for name in sorted(names):
        for shape in SIZES:
            yield lambda n=name, s=shape: ops.every_op()[n](
                input=m.activation(s),
                output=m.activation(s, fixed.get(n, RESULT), "y"),
                **more.get(n, {}),
            )
    for shape in SIZES:
        result = m.activation(shape, RESULT, "y")
        if m.dtype == FLOAT:
            result = Tensor("y", shape, INT8, RESULT)
        yield lambda s=shape, y=result: ops.Quantize(input=m.activation(s), output=y)
        if m.dtype == INT8:
            yield lambda s=shape: ops.Dequantize(
                input=m.activation(s), output=Tensor("y", s, FLOAT)
            )


def _binary(m: Maker) -> Iterator[Callable[[], Op]]:
    for name in PAIRS if m.dtype == FLOAT else PAIRS[:3] + PAIRS[4:]:
        out = RESULT if name in OWN_SCALE else SOURCE
        for shape in SIZES:
            yield lambda n=name, s=shape, q=out: ops.every_op()[n](
                a=m.activation(s), b=m.activation(s), output=m.activation(s, q, "y")
            )


def _moves(m: Maker) -> Iterator[Callable[[], Op]]:
    for n, h, w, c in SIZES:
        x, double = m.activation((n, h, w, c)), (n, 2 * h, 2 * w, c)
        yield lambda x=x, s=(n, h * w, c): ops.Reshape(input=x, output=m.activation(s, name="y"))
        yield lambda x=x, s=(n, c, h, w): ops.Transpose(
            input=x, output=m.activation(s, name="y"), permutation=(0, 3, 1, 2)
        )
        yield lambda x=x, s=(n, h + 2, w + 2, c): ops.Pad(
            input=x, output=m.activation(s, name="y"), before=(0, 1, 1, 0), after=(0, 1, 1, 0)
        )
        yield lambda x=x, s=(n, h, w, 2 * c): ops.Concatenation(
            operands=(x, m.activation(x.shape)), output=m.activation(s, name="y"), axis=3
        )
        halves = (n, h, w, c // 2)
        yield lambda x=x, s=halves: ops.Split(
            input=x,
            results=(m.activation(s, name="y"), m.activation(s, name="z")),
            axis=3,
            sizes=(s[3], s[3]),
        )
        yield lambda x=x, s=halves: ops.StridedSlice(
            input=x, output=m.activation(s, name="y"), begin=(0,) * 4, sizes=s, strides=(1,) * 4
        )
        yield lambda x=x, s=double: ops.Resize(
            input=x, output=m.activation(s, name="y"), size=s[1:3]
        )
        yield lambda x=x, s=double: ops.ResizeBilinear(
            input=x, output=m.activation(s, name="y"), size=s[1:3]
        )


def _windows(m: Maker) -> Iterator[Callable[[], Op]]:
    for kind in ops.PoolingType:
        for n, h, w, c in SIZES:
            for side in (2, 3, min(5, h)):
                pad, out = side // 2, 2 * (side // 2) + 1 - side
                yield lambda k=kind, s=(n, h, w, c), e=side, p=pad, o=out: ops.Pooling(
                    type=k,
                    input=m.activation(s),
                    output=m.activation((s[0], s[1] + o, s[2] + o, s[3]), name="y"),
                    kernel=(e, e),
                    padding=Padding(p, p, p, p),
                )


def _sums(m: Maker) -> Iterator[Callable[[], Op]]:
    for n, h, w, c in SIZES:
        x = m.activation((n, h, w, c))
        for name in ("mean", "reduce_sum", "reduce_max"):
            out = RESULT if name != "reduce_max" else SOURCE
            yield lambda k=name, x=x, s=(n, c), q=out: ops.every_op()[k](
                input=x, output=m.activation(s, q, "y"), axes=(1, 2)
            )
        index = Tensor("y", (n, h, w), np.dtype(np.int32))
        yield lambda x=x, y=index: ops.Argmax(input=x, output=y, axis=3)
    if m.dtype == FLOAT:
        for anchors, classes in ((100, 20), (2034, 90), (19206, 90)):
            yield lambda a=anchors, k=classes: _postprocess(m, a, k)


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


def _products(m: Maker) -> Iterator[Callable[[], Op]]:
    for side, channels, kernels, kernel in CONVOLUTIONS:
        yield lambda a=(side, channels, kernels, kernel): _convolution(m, *a)
    for side, channels, kernel in DEPTHWISE:
        yield lambda a=(side, channels, channels, kernel): _convolution(m, *a, depthwise=True)
    for rows, inputs, outputs in ((1, 64, 64), (1, 1024, 1000), (64, 256, 256)):
        yield lambda r=rows, i=inputs, o=outputs: ops.FullyConnected(
            input=m.activation((r, i)),
            weights=m.constant((o, i)),
            output=m.activation((r, o), RESULT, "y"),
        )
        yield lambda r=rows, i=inputs, o=outputs: ops.BatchMatmul(
            a=m.activation((1, r, i)),
            b=m.activation((1, i, o)),
            output=m.activation((1, r, o), RESULT, "y"),
        )
    for side, channels in ((8, 16), (28, 64), (56, 32)):
        yield lambda s=side, c=channels: ops.TransposeConvolution(
            input=m.activation((1, s, s, c)),
            weights=m.constant((c, 2, 2, c)),
            output=m.activation((1, 2 * s, 2 * s, c), RESULT, "y"),
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
