# SPDX-License-Identifier: MIT
"""The forms that a tensor has in a model: stored or real, with its channels behind or in front.

npucore's maps are (N, H, W, C), those of ONNX's operators (N, C, H, W): a form is made when an
operator asks for it, so that maps stay turned from one convolution to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from npucore.ops import Activation, Convolution, FullyConnected, TransposeConvolution
from npucore.quantize import REAL_BOUNDS, inner_bounds
from npucore.rewrite.narrow import narrowed
from npucore.tensor import Array, Quantization, Shape, Tensor
from npucore_onnx.model import DTYPES
from npucore_onnx.writing.nodes import Nodes

TO_FRONT, TO_BACK = (0, 3, 1, 2), (0, 2, 3, 1)
BYTES = (np.dtype(np.int8), np.dtype(np.uint8))
NUMBERS = {np.dtype(kind).name: number for number, kind in DTYPES.items()}
Weighing = Convolution | FullyConnected | TransposeConvolution
Form = tuple[bool, bool]
"""(whether the channels are in front, whether stored integers are real numbers)."""


class Values:
    """The values of a model by tensor and form, and the nodes that make them."""

    def __init__(self) -> None:
        self.nodes = Nodes()
        self._names: dict[tuple[Tensor, Form], str] = {}
        self._repeated: dict[Tensor, Tensor] = {}

    def stand(self, tensor: Tensor, name: str, *, front: bool = False, real: bool = False) -> None:
        """*name* holds that form of *tensor*."""
        self._names[tensor, (front, real and is_stored(tensor))] = name

    def repeat(self, tensor: Tensor, source: Tensor) -> None:
        """Have every reader of *tensor* repeat *source* itself."""
        self._repeated[tensor] = source

    def has(self, tensor: Tensor, *, front: bool = False) -> bool:
        """Whether that form costs nothing."""
        tensor = self._repeated.get(tensor, tensor)
        known = any((tensor, (front, real)) in self._names for real in (False, True))
        return known or (tensor.is_constant and len(tensor.shape) == len(TO_FRONT))

    def stored(self, tensor: Tensor, *, front: bool = False) -> str:
        """The name of what a tensor stores."""
        return self._value(tensor, front, real=False)

    def real(self, tensor: Tensor, *, front: bool = False) -> str:
        """The name of the real numbers; a tensor without a quantization stores them."""
        return self._value(tensor, front, real=is_stored(tensor))

    def operand(self, tensor: Tensor, *, front: bool = False) -> str:
        """The real numbers for an operator that repeats operands: a constant as small as it can."""
        if tensor.data is None or (tensor.quantization and tensor.q.axis is not None):
            return self.real(tensor, front=front)
        order = TO_FRONT if front else range(len(tensor.shape))
        return self.weights(tensor, order, data=narrowed(tensor.data))

    def _value(self, tensor: Tensor, front: bool, *, real: bool) -> str:
        tensor = self._repeated.get(tensor, tensor)
        key = tensor, (front, real)
        if real and tensor.is_constant:
            return self._made(tensor, front, real=real)
        if key not in self._names:
            self._names[key] = self._made(tensor, front, real=real)
        return self._names[key]

    def _made(self, tensor: Tensor, front: bool, *, real: bool) -> str:
        if real and tensor.is_constant:
            return self.weights(tensor, TO_FRONT if front else range(len(tensor.shape)))
        if real:
            return self.dequantized(self.stored(tensor, front=front), tensor.q, tensor.dtype)
        if tensor.data is not None:
            data = tensor.data.transpose(TO_FRONT) if front else tensor.data
            return self.nodes.constant(data, tensor.name)
        turned, order = self.stored(tensor, front=not front), TO_FRONT if front else TO_BACK
        wish = f"{tensor.name}_{'front' if front else 'back'}"
        return self.nodes.add("Transpose", [turned], wish, perm=order)

    def dequantized(self, name: str, q: Quantization, dtype: np.dtype[Any]) -> str:
        """The real numbers of stored ones."""
        operands = [name, *self._affine(q, dtype)]
        return self.nodes.add("DequantizeLinear", operands, f"{name}_real")

    def weights(self, tensor: Tensor, order: Sequence[int], *, data: Array | None = None) -> str:
        """Constant weights with their axes in another order, as real numbers.

        Each time anew: ONNX Runtime 1.32 makes uint8 of int8 where sums would saturate, and fails
        where two nodes share the weights or their zero point.
        """
        given = tensor.data if data is None else data
        assert given is not None
        name = self.nodes.constant(given.transpose(order), tensor.name)
        if tensor.quantization is None:
            return name
        q, operands = tensor.q, [name, self.nodes.constant(tensor.q.scale, f"{name}_scale")]
        if tensor.dtype in BYTES:
            zeros = q.zero_point.astype(tensor.dtype)
            operands.append(self.nodes.constant(zeros, f"{name}_zero_point"))
        along = {} if q.axis is None else {"axis": list(order).index(q.axis)}
        return self.nodes.add("DequantizeLinear", operands, f"{name}_real", **along)

    def bias(self, op: Weighing) -> list[str]:
        """A constant bias, in units of the accumulator, as real numbers; nothing without one."""
        if op.bias is None:
            return []
        if op.input.quantization is None:
            return [self.weights(op.bias, (0,))]
        scale = op.input.q.scale * op.weights.q.scale
        unit = Quantization(scale, np.zeros(scale.shape, np.int64), op.weights.q.axis)
        return [self.weights(replace(op.bias, quantization=unit), (0,))]

    def put(
        self,
        tensor: Tensor,
        operator: str,
        operands: Sequence[str],
        activation: Activation = Activation.NONE,
        *,
        front: bool = False,
        **attributes: Any,
    ) -> None:
        """A node whose result is *tensor* in real numbers, clamped and quantized as it is."""
        last = activation is Activation.NONE and not is_stored(tensor)
        wish = tensor.name if last else f"{tensor.name}_before"
        name = self.nodes.add(operator, operands, wish, **attributes)
        self.clamp(tensor, name, activation, front=front)

    def clamp(
        self, tensor: Tensor, name: str, activation: Activation, *, front: bool = False
    ) -> None:
        """Real numbers, clamped and quantized as *tensor*."""
        name = self._clamped(name, tensor, activation)
        if is_stored(tensor):
            self.quantized(tensor, name, front=front)
        else:
            self.stand(tensor, name, front=front)

    def quantized(self, tensor: Tensor, name: str, *, front: bool = False) -> None:
        """Real numbers, stored as *tensor*."""
        operands = [name, *self._affine(tensor.q, tensor.dtype)]
        self.move(tensor, "QuantizeLinear", operands, front=front)

    def cast(self, tensor: Tensor, name: str) -> None:
        """Numbers in the dtype of *tensor*; the schema numbers dtypes."""
        self.move(tensor, "Cast", [name], to=NUMBERS[tensor.dtype.name])

    def wide(self, tensor: Tensor) -> str:
        """Indices as int64."""
        name = self.stored(tensor)
        if tensor.dtype == np.int64:
            return name
        return self.nodes.add("Cast", [name], f"{name}_wide", to=NUMBERS["int64"])

    def reshaped(self, tensor: Tensor, shape: Shape) -> str:
        """The real numbers of *tensor* in another shape."""
        name = self.stored(tensor)
        if tensor.shape != shape:
            name = self.nodes.add("Reshape", [name, self.nodes.numbers(shape)], f"{name}_reshaped")
        if not is_stored(tensor):
            return name
        return self.dequantized(name, tensor.q, tensor.dtype)

    def like(self, tensor: Tensor, shape: Shape) -> Tensor:
        """A tensor before *tensor*, with its quantization in another shape."""
        return Tensor(f"{tensor.name}_flat", shape, tensor.dtype, tensor.quantization)

    def _clamped(self, name: str, tensor: Tensor, activation: Activation) -> str:
        """Bounds that a stored number keeps by its range need no node."""
        low, high = REAL_BOUNDS[activation]
        if is_stored(tensor) and inner_bounds(activation, tensor) == (None, None):
            return name
        if low is None:
            return name
        if tensor.dtype.kind == "f" or is_stored(tensor):
            return self._clipped(name, low, high)
        name = self.nodes.add("Max", [name, self.nodes.numbers(low, tensor.dtype)], f"{name}_max")
        if high is None:
            return name
        return self.nodes.add("Min", [name, self.nodes.numbers(high, tensor.dtype)], f"{name}_min")

    def _clipped(self, name: str, low: float, high: float | None) -> str:
        if high is None:
            return self.nodes.add("Relu", [name], f"{name}_relu")
        bounds = [self.nodes.numbers(bound, np.float32) for bound in (low, high)]
        return self.nodes.add("Clip", [name, *bounds], f"{name}_clip")

    def move(
        self,
        tensor: Tensor,
        operator: str,
        operands: Sequence[str],
        *,
        front: bool = False,
        **attributes: Any,
    ) -> None:
        """A node whose result is *tensor* as it is stored."""
        name = self.nodes.add(operator, operands, tensor.name, **attributes)
        self.stand(tensor, name, front=front)

    def _affine(self, q: Quantization, dtype: np.dtype[Any]) -> list[str]:
        scale = self.nodes.numbers(q.scale, np.float32)
        return [scale] if dtype not in BYTES else [scale, self.nodes.numbers(q.zero_point, dtype)]


def is_stored(tensor: Tensor) -> bool:
    """Whether a tensor's numbers stand for real ones."""
    return tensor.quantization is not None
