# SPDX-License-Identifier: MIT
"""The smallest graphs that need a rule, by the rule's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    Convolution,
    Logistic,
    Mul,
    Padding,
    Quantize,
    Resize,
    Split,
    StridedSlice,
    Tanh,
)
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket.form import Form

INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05, 3)
SIZE, CHANNELS = 12, 32


def tensor(name: str, *shape: int, q: Quantization = Q) -> Tensor:
    """An int8 map."""
    return Tensor(name, shape, INT8, q)


def convolution(
    source: Tensor,
    kernels: int,
    kernel: int = 1,
    *,
    scales: Array | None = None,
    activation: Activation = Activation.NONE,
    depthwise: bool = False,
    output: Quantization = Q,
) -> Convolution:
    """Random weights, rows and columns as they were."""
    _, height, width, channels = source.shape
    each = 1 if depthwise else channels
    rng = np.random.default_rng(kernels + kernel)
    data = rng.integers(-100, 101, (kernels, kernel, kernel, each), np.int8)
    scale = 1 / (80 * np.sqrt(each) * kernel)
    weights = Quantization.per_tensor(scale, 0)
    if scales is not None:
        weights = Quantization.per_channel((scale * scales).astype(np.float32), 0)
    before, after = (kernel - 1) // 2, kernel // 2
    return Convolution(
        input=source,
        weights=Tensor("w", data.shape, INT8, weights, data),
        output=tensor(f"{source.name}y", 1, height, width, kernels, q=output),
        padding=Padding(before, after, before, after),
        groups=channels if depthwise else 1,
        activation=activation,
    )


def _graph(*ops: object, outputs: tuple[Tensor, ...]) -> Graph:
    source = ops[0].inputs[0]  # type: ignore[attr-defined]  # an op
    return Graph(ops, (source,), outputs, Rounding.EXACT)  # type: ignore[arg-type]


def _input() -> Tensor:
    return tensor("x", 1, SIZE, SIZE, CHANNELS)


def single(op: Convolution | Quantize) -> Graph:
    """A graph of one op."""
    return _graph(op, outputs=(op.output,))


def _clamped(activation: Activation, scale: float) -> Graph:
    """The zero point is inside the range, so that the clamp is, too."""
    quantization = Quantization.per_tensor(scale, -20)
    return single(convolution(_input(), CHANNELS, activation=activation, output=quantization))


def _per_channel() -> Graph:
    scales = np.linspace(0.3, 1.0, CHANNELS)
    return single(convolution(_input(), CHANNELS, 3, scales=scales))


def _in_turns() -> Graph:
    """32 kernels of 11,520 bytes each are more than the CBUF holds: half a group at a time."""
    return single(convolution(tensor("x", 1, 4, 4, 1280), 32, 3))


def _large(channels: int) -> Callable[[], Graph]:
    return lambda: single(convolution(tensor("x", 1, SIZE, SIZE, channels), CHANNELS, 7))


def _many_channels() -> Graph:
    return single(convolution(tensor("x", 1, 2, 2, 4160), CHANNELS))


def _largest() -> Graph:
    source = tensor("x", 1, 20, 20, 16)
    data = np.random.default_rng(0).integers(-100, 101, (16, 19, 19, 16), np.int8)
    scale = Quantization.per_tensor(1 / (80 * 4 * 19), 0)
    return single(
        Convolution(
            input=source,
            weights=Tensor("w", data.shape, INT8, scale, data),
            output=tensor("y", 1, 2, 2, 16),
        )
    )


def _requantized() -> Graph:
    output = tensor("y", 1, SIZE, SIZE, CHANNELS, q=Quantization.per_tensor(0.07, -9))
    return single(Quantize(input=_input(), output=output))


def _cut() -> Graph:
    first = convolution(_input(), 64)
    halves = tuple(tensor(name, 1, SIZE, SIZE, 32) for name in "ab")
    split = Split(input=first.output, results=halves, sizes=(32, 32), axis=3)
    ends = [convolution(half, 32) for half in halves]
    return _graph(first, split, *ends, outputs=tuple(end.output for end in ends))


def _joined() -> Graph:
    first = convolution(_input(), 32)
    left, right = convolution(first.output, 32), convolution(first.output, 20, 3)
    right_output = tensor("z", 1, SIZE, SIZE, 20)
    right = Convolution(
        input=right.input, weights=right.weights, output=right_output, padding=right.padding
    )
    joined = tensor("j", 1, SIZE, SIZE, 52)
    operands = (left.output, right_output)
    concatenation = Concatenation(operands=operands, output=joined, axis=3)
    last = convolution(joined, 32)
    return _graph(first, left, right, concatenation, last, outputs=(last.output,))


def _laid_out() -> Graph:
    """A pixel of -128 to 127 becomes four."""
    target = tensor("y", 1, 2 * SIZE, 2 * SIZE, CHANNELS)
    return _graph(Resize(input=_input(), output=target, size=(24, 24)), outputs=(target,))


def _scaled(kind: type[Add] | type[Mul]) -> Callable[[], Graph]:
    """A map and half of its channels' mirror image, of scales and zero points of their own."""

    def graph() -> Graph:
        low, high = Quantization.per_tensor(0.013, -77), Quantization.per_tensor(0.041, 60)
        source = tensor("x", 1, 1, 11, 2 * CHANNELS, q=low)
        a, b = (tensor(name, 1, 1, 11, CHANNELS, q=low) for name in "ab")
        other = tensor("c", 1, 1, 11, CHANNELS, q=high)
        split = Split(input=source, results=(a, b), sizes=(CHANNELS, CHANNELS), axis=3)
        y = tensor("y", 1, 1, 11, CHANNELS, q=Quantization.per_tensor(0.05, 9))
        return _graph(
            split, Quantize(input=b, output=other), kind(a=a, b=other, output=y), outputs=(y,)
        )

    return graph


def _looked_up() -> Graph:
    """Every byte is in the input that `samples` gives."""
    y = tensor("y", 1, SIZE, SIZE, CHANNELS, q=Quantization.per_tensor(1 / 256, -128))
    return _graph(Logistic(input=_input(), output=y), outputs=(y,))


def _taken_along() -> Graph:
    """A hyperbolic tangent behind a convolution whose results span what it bends."""
    first = convolution(_input(), CHANNELS, output=Quantization.per_tensor(0.02, 7))
    y = tensor("y", 1, SIZE, SIZE, CHANNELS, q=Quantization.per_tensor(1 / 64, 3))
    return _graph(first, Tanh(input=first.output, output=y), outputs=(y,))


def _copied() -> Graph:
    """Two maps of 16 channels that come from outside, side by side with what is made of them."""
    source = tensor("x", 1, SIZE, SIZE, 16)
    y = tensor("y", 1, SIZE, SIZE, 32)
    both = Concatenation(operands=(source, source), output=y, axis=3)
    return _graph(both, outputs=(y,))


def _window() -> Graph:
    """Rows 1, 3, ... and columns 2, 4, ..."""
    y = tensor("y", 1, 5, 5, CHANNELS)
    size, steps = (1, 5, 5, CHANNELS), (1, 2, 2, 1)
    cut = StridedSlice(input=_input(), output=y, begin=(0, 1, 2, 0), sizes=size, strides=steps)
    return _graph(cut, outputs=(y,))


def _far_window() -> Graph:
    """A slice whose values lie 7 columns into the kernel."""
    y = tensor("y", 1, SIZE, 5, CHANNELS)
    size, steps = (1, SIZE, 5, CHANNELS), (1, 1, 1, 1)
    cut = StridedSlice(input=_input(), output=y, begin=(0, 0, 7, 0), sizes=size, strides=steps)
    return _graph(cut, outputs=(y,))


def _dilated() -> Graph:
    plain = convolution(_input(), CHANNELS, 3)
    apart = replace(plain, dilation=(2, 2), padding=Padding(2, 2, 2, 2))
    return single(apart)


RULES: dict[str, Callable[[], Graph]] = {
    "clamp below": lambda: _clamped(Activation.RELU, 0.05),
    "clamp above": lambda: _clamped(Activation.RELU6, 0.05),
    "scale per channel": _per_channel,
    "kernels in turns": _in_turns,
    "largest window": _largest,
    "large window": _large(CHANNELS),
    "large window of many channels": _large(96),
    "many channels": _many_channels,
    "one tap": _requantized,
    "cut at atoms": _cut,
    "side by side": _joined,
    "part": _cut,
    "pixels laid out": _laid_out,
    "operands with scales": _scaled(Mul),
    "look up": _looked_up,
    "table taken along": _taken_along,
    "copy": _copied,
    "one tap of a window": _window,
    "large window that moves": _far_window,
    "dilated kernel": _dilated,
}

FORMS = {"table taken along": Form(fused_tables=True)}
"""Of rules that speak of another form than the cautious one."""


def ties() -> Graph:
    """Every odd input ends on a half: the output is the input, halved."""
    half, one = Quantization.per_tensor(0.5, 0), Quantization.per_tensor(1.0, 0)
    source = tensor("x", 1, SIZE, SIZE, 16, q=half)
    data = np.eye(16, dtype=np.int8).reshape(16, 1, 1, 16)
    weights = Tensor("w", data.shape, INT8, one, data)
    return single(
        Convolution(input=source, weights=weights, output=tensor("y", *source.shape, q=one))
    )


def padded(depthwise: bool, kernel: int = 3) -> Graph:
    """A border all around; as many channels as a group of depthwise ones."""
    source = tensor("x", 1, SIZE, SIZE, 64) if depthwise else _input()
    return single(convolution(source, source.shape[3], kernel, depthwise=depthwise))


def part_of_a_group(kernels: int, depthwise: bool) -> Graph:
    """Kernels, or depthwise channels, that are no multiple of a group."""
    source = tensor("x", 1, SIZE, SIZE, kernels) if depthwise else _input()
    return single(convolution(source, kernels, 3, depthwise=depthwise))


def narrow() -> Graph:
    """One pixel wide; its rows fill the last bank to 99 %. Source: facts of 2026-11, A4."""
    return single(convolution(tensor("x", 1, 199, 1, 1152), CHANNELS))


def three_atoms() -> Graph:
    """48 channels."""
    return single(convolution(tensor("x", 1, SIZE, SIZE, 48), CHANNELS))


def wide() -> Graph:
    """More channels than 64."""
    return single(convolution(tensor("x", 1, SIZE, SIZE, 96), CHANNELS))


def several_tasks() -> Graph:
    """A layer of two tasks."""
    return single(convolution(tensor("x", 1, 112, 112, 32), 64))


def samples(graph: Graph) -> list[Array]:
    """Random integers of the whole range for each input, or real numbers around 0."""
    rng = np.random.default_rng(5)
    return [
        rng.normal(0, 1, t.shape).astype(np.float32)
        if t.dtype.kind == "f"
        else rng.integers(-128, 128, t.shape, np.int8)
        for t in graph.inputs
    ]
