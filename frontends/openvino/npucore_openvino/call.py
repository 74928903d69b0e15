# SPDX-License-Identifier: MIT
"""A layer that is being translated: what its builder may ask, and may write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array
from npucore_openvino.constants import dtype_of
from npucore_openvino.document import OPEN, Layer
from npucore_openvino.value import Quantized, Value
from npucore_openvino.writer import Writer, Written

Built = str | Value | tuple[str | Value, ...]
"""The results of a layer, by name if there is no more to be said of them."""

TRUE = ("true", "1")


@dataclass(eq=False)
class Call:
    """A layer and its operands; *only* says of each whether nothing else reads it.

    *byte* is the type that integers are stored in where the file leaves that open.
    """

    layer: Layer
    inputs: Sequence[Value]
    only: Sequence[bool]
    writer: Writer
    byte: np.dtype[Any]

    @property
    def emit(self) -> Any:
        """`Writer.emit`."""
        return self.writer.emit

    def value(self, position: int) -> Value:
        """An operand. Raises `InvalidModelError` where the layer has fewer."""
        if position >= len(self.inputs):
            raise InvalidModelError(f"{len(self.inputs)} inputs, wanted {position + 1}")
        return self.inputs[position]

    def name(self, position: int) -> str:
        """The ONNX name of an operand."""
        return self.named(self.value(position))

    def names(self) -> list[str]:
        """Those of all operands."""
        return [self.named(value) for value in self.inputs]

    def named(self, value: Value) -> str:
        """The ONNX name of a value, which is written if it was not yet."""
        if not value.name:
            value.name = self._written(value)
        return value.name

    def _written(self, value: Value) -> str:
        if (q := value.quantized) is not None:
            return str(self.emit("DequantizeLinear", q.stored, *self.affine(q)))
        if (padded := value.padded) is not None:
            pads = self.writer.integers(*padded.begin, *padded.end)
            return str(self.emit("Pad", self.named(padded.inner), pads))
        assert value.known is not None
        if (affine := value.known.quantization()) is not None:
            scale, zero, axis = affine
            numbers = [self.writer.constant(a) for a in (value.known.stored, scale, zero)]
            return str(self.emit("DequantizeLinear", *numbers, axis=axis))
        return self.writer.constant(value.known.real())

    def affine(self, q: Quantized) -> tuple[str, str]:
        """The names of a scale and a zero point."""
        writer = self.writer
        return writer.constant(np.array(q.scale)), writer.constant(np.array(q.zero, q.dtype))

    def moved(self, operator: str, *others: str, **attributes: Any) -> Built:
        """An operator that leaves the elements of the first operand as they are.

        Stored integers stay stored, behind a QuantizeLinear that changes none of them.
        """
        q = self.value(0).quantized
        if q is None:
            return str(self.emit(operator, self.name(0), *others, **attributes))
        if q.is_plain:
            stored = self.emit(operator, q.stored, *others, **attributes)
        else:
            real = self.emit(operator, self.name(0), *others, **attributes)
            stored = self.emit("QuantizeLinear", real, *self.affine(q))
        shape = self.layer.outputs[0].shape
        return Value(self.value(0).dtype, shape, quantized=replace(q, stored=stored))

    def identity(self, value: Value, name: str) -> Written:
        """A node that gives *value* the name of an output."""
        return Written("Identity", [self.named(value)], [name], {})

    def numbers(self, position: int, what: str) -> Array:
        """An operand that has to be constant. Raises `UnsupportedError` for one that is not."""
        if (known := self.value(position).known) is None:
            raise UnsupportedError(f"{what} is computed, not constant")
        return known.real()

    def integers(self, position: int, what: str) -> list[int]:
        """The elements of a constant operand."""
        return [int(number) for number in self.numbers(position, what).reshape(-1)]

    def scalar(self, position: int, what: str) -> float:
        """The only element of a constant operand."""
        numbers = self.numbers(position, what)
        if numbers.size != 1:
            raise UnsupportedError(f"{what} has {numbers.size} elements, wanted 1")
        return float(numbers.reshape(-1)[0])

    def rank(self, position: int = 0) -> int:
        """The rank of an operand, as declared."""
        return len(self.value(position).shape)

    def text(self, key: str, default: str | None = None) -> str:
        """An attribute, in lower case. Raises `InvalidModelError` for one that is missing."""
        found = self.layer.attributes.get(key, default)
        if found is None:
            raise InvalidModelError(f"no attribute {key}")
        return found.strip().lower()

    def choice(self, key: str, default: str, *known: str) -> str:
        """An attribute of a few words. Raises `UnsupportedError` for any that is not *known*."""
        if (word := self.text(key, default)) not in known:
            raise UnsupportedError(f"{key} {word}, wanted {' or '.join(known)}")
        return word

    def flag(self, key: str, default: str = "false") -> int:
        """An attribute that is true or false, as 1 or 0."""
        return int(self.text(key, default) in TRUE)

    def whole(self, key: str, default: str | None = None) -> int:
        """An attribute that is an integer."""
        return int(self.text(key, default))

    def real(self, key: str, default: str | None = None) -> float:
        """An attribute that is a number."""
        return float(self.text(key, default))

    def list(self, key: str, default: str | None = None) -> list[int]:
        """An attribute that is a list of integers."""
        return [int(part) for part in self.text(key, default).split(",") if part.strip()]

    def static(self, position: int, what: str) -> tuple[int, ...]:
        """The shape of an operand. Raises `UnsupportedError` where the file leaves it open."""
        shape = self.value(position).shape
        if OPEN in shape:
            raise UnsupportedError(f"{what} of an operand whose shape is open")
        return shape

    def like(self, array: object, position: int = 0) -> str:
        """A constant of the dtype of an operand."""
        return self.writer.constant(np.asarray(array, self.value(position).dtype))

    def values(self, built: Built) -> tuple[Value, ...]:
        """What `Built` says, with the types and shapes that the file declares."""
        found = built if isinstance(built, tuple) else (built,)
        return tuple(self._declared(number, result) for number, result in enumerate(found))

    def _declared(self, number: int, result: str | Value) -> Value:
        if isinstance(result, Value):
            return result
        port = self.layer.outputs[number]
        return Value(dtype_of(port.precision, self.layer.where), port.shape, result)
