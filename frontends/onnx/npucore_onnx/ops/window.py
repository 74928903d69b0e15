# SPDX-License-Identifier: MIT
"""Windows over maps: what Conv, ConvTranspose and the pools share."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.ops import Padding
from npucore.tensor import Shape, Tensor
from npucore_onnx.node import Node
from npucore_onnx.value import NHWC, Value

NLC = (0, 2, 1)  # the order of axes of a map that has columns only


@dataclass(frozen=True, slots=True)
class Window:
    """Kernel, stride, dilation as ``(y, x)``, and the borders of the map."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: Padding


def spatial_rank(node: Node) -> int:
    """1 or 2 spatial axes. Raises `UnsupportedError` for more."""
    value = node.value(0)
    if value.rank not in (3, 4):
        node.unsupported(f"a map of shape {value.shape}, wanted one or two spatial axes")
    if min(value.shape) < 1:
        node.unsupported(f"an empty map of shape {value.shape}")
    return value.rank - 2


def as_map(node: Node, value: Value) -> Tensor:
    """(N, C, H, W) or (N, C, W) as (N, H, W, C), H being 1."""
    if value.rank == 4:
        return node.assembly.arranged(value, NHWC)
    tensor = node.assembly.arranged(value, NLC)
    n, w, c = tensor.shape
    return node.assembly.reshaped(tensor, (n, 1, w, c))


def as_value(node: Node, tensor: Tensor, rank: int) -> Value:
    """Undo `as_map`."""
    if rank == 2:
        return Value(tensor, NHWC)
    n, _, w, c = tensor.shape
    return Value(node.assembly.reshaped(tensor, (n, w, c)), NLC)


def pair(node: Node, name: str, rank: int, default: int = 1) -> tuple[int, int]:
    """An attribute of one number for each spatial axis; rows that are not there have *default*."""
    numbers = node.integers(name, [default] * rank)
    node.require(len(numbers) == rank, f"the attribute {name} is {numbers}")
    node.require(min(numbers) >= 1 and max(numbers) < 1 << 20, f"the attribute {name} is {numbers}")
    return (numbers[0], numbers[1]) if rank == 2 else (1, numbers[0])


def window(node: Node, kernel: Shape, size: tuple[int, int]) -> Window:
    """The window of a convolution or pool with a *kernel* over a map of *size* (H, W)."""
    rank = spatial_rank(node)
    if node.has("kernel_shape") and node.integers("kernel_shape") != list(kernel):
        node.invalid(f"a kernel_shape of {node.integers('kernel_shape')} for {kernel}")
    sides = (kernel[0], kernel[1]) if rank == 2 else (1, kernel[0])
    stride, dilation = pair(node, "strides", rank), pair(node, "dilations", rank)
    return Window(sides, stride, dilation, _padding(node, rank, size, sides, stride, dilation))


def _padding(
    node: Node,
    rank: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> Padding:
    scheme = node.text("auto_pad", "NOTSET")
    if scheme in ("SAME_UPPER", "SAME_LOWER"):
        sides = zip(size, kernel, stride, dilation, strict=True)
        (top, bottom), (left, right) = (_same(scheme, *side) for side in sides)
        return Padding(top, bottom, left, right)
    if scheme == "VALID":
        return Padding()
    if scheme != "NOTSET":
        node.invalid(f"an auto_pad of {scheme!r}")
    return pads(node, rank)


def pads(node: Node, rank: int) -> Padding:
    """The attribute pads: all befores, then all afters."""
    numbers = node.integers("pads", [0] * (2 * rank))
    node.require(len(numbers) == 2 * rank, f"the attribute pads is {numbers}")
    node.require(max(map(abs, numbers)) < 1 << 20, f"the attribute pads is {numbers}")
    if rank == 1:
        return Padding(0, 0, *numbers)
    top, left, bottom, right = numbers
    return Padding(top, bottom, left, right)


def _same(scheme: str, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """(before, after) so that there are ``ceil(size / stride)`` windows."""
    extent = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + extent - size, 0)
    less, more = total // 2, total - total // 2
    return (less, more) if scheme == "SAME_UPPER" else (more, less)
