# SPDX-License-Identifier: MIT
"""Float operators between DequantizeLinear and QuantizeLinear -> operators on stored integers.

The groups are those that ONNX Runtime fuses (onnxruntime/core/optimizer/qdq_transformer); what it
computes in float stays float.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from npucore.ops import Activation
from npucore.tensor import Array
from npucore_onnx.constants import Constants
from npucore_onnx.node import ACTIVATION
from npucore_onnx.records import Affine, NodeRecord, Operand

COMPUTED: Mapping[str, int] = {  # operator -> how many of its operands are quantized; -1: all
    "Add": 2,
    "AveragePool": 1,
    "Concat": -1,
    "Conv": 3,
    "Gemm": 3,
    "GlobalAveragePool": 1,
    "LeakyRelu": 1,
    "MatMul": 2,
    "Mul": 2,
    "ReduceMean": 1,
    "Sigmoid": 1,
    "Softmax": 1,
}
MOVED = frozenset(  # operators that leave stored integers as they are
    {
        "DepthToSpace",
        "Expand",
        "Flatten",
        "Gather",
        "MaxPool",
        "Reshape",
        "Resize",
        "Slice",
        "SpaceToDepth",
        "Split",
        "Squeeze",
        "Transpose",
        "Unsqueeze",
    }
)
CLAMPED = frozenset({"Add", "Conv", "Gemm", "MatMul"})  # operators that clamp their result as well
BIAS = 2  # the operand of Conv and Gemm that may be int32 behind DequantizeLinear
BYTES = (np.dtype(np.int8), np.dtype(np.uint8))


class Groups:
    """Finds groups among the nodes of a graph."""

    def __init__(
        self, records: Sequence[NodeRecord], constants: Constants, outputs: set[str]
    ) -> None:
        self.records, self.constants, self.outputs = records, constants, outputs
        self.writers = {name: record for record in records for name in record.results if name}
        self.readers: dict[str, list[NodeRecord]] = {}
        for record in records:
            for name in dict.fromkeys(operand.name for operand in record.operands):
                self.readers.setdefault(name, []).append(record)

    def fused(self) -> Iterator[NodeRecord]:
        """The nodes, groups as one node each at the place of their first QuantizeLinear."""
        replaced: dict[int, NodeRecord | None] = {}
        for record in self.records:
            if record.domain == "" and (group := self._group(record)) is not None:
                (first, *others), node = group
                replaced |= {id(first): node, **{id(other): None for other in others}}
        for record in self.records:
            kept = replaced.get(id(record), record)
            if kept is not None:
                yield kept

    def _group(self, record: NodeRecord) -> tuple[Sequence[NodeRecord], NodeRecord] | None:
        """(its QuantizeLinears, what the group becomes), or None."""
        if record.affine is not None or record.operator not in (*COMPUTED, *MOVED):
            return None
        if not record.operands:
            return None
        operands = self._stored(record)
        if operands is None:
            return None
        if record.operator == "Split":
            return self._pieces(record, operands)
        if len([name for name in record.results if name]) != 1:
            return None
        last, activation = self._end(record)
        if last is None or last.affine is None or not self._is_byte(last.affine):
            return None
        if not self._fuses(record):
            return None
        moved = record.operator in MOVED
        if moved and not (activation is None and self._same(operands[0].affine, last.affine)):
            return None
        attributes = dict(record.attributes)
        if activation is not None:
            attributes[ACTIVATION] = activation
        node = dataclasses.replace(
            record,
            operands=operands,
            results=last.results,
            affine=None if moved else last.affine,
            attributes=attributes,
        )
        return [last], node

    def _pieces(
        self, record: NodeRecord, operands: tuple[Operand, ...]
    ) -> tuple[Sequence[NodeRecord], NodeRecord] | None:
        """The group of a Split, all of whose results have the quantization of its operand."""
        ends = [self._only_reader(name) for name in record.results]
        lasts = [end for end in ends if end is not None and end.operator == "QuantizeLinear"]
        names = [name for last in lasts for name in last.results]
        own = operands[0].affine
        if len(names) != len(ends) or own is None:
            return None
        if not all(last.affine is not None and self._same(own, last.affine) for last in lasts):
            return None
        return lasts, dataclasses.replace(record, operands=operands, results=tuple(names))

    def _fuses(self, record: NodeRecord) -> bool:
        """Interpolation, and means over anything but rows and columns, stay float."""
        if record.operator == "Resize":
            return bool(record.attributes.get("mode", b"nearest") == b"nearest")
        if record.operator != "ReduceMean":
            return True
        axes = record.attributes.get("axes")
        if axes is None and len(record.operands) > 1 and record.operands[1].name in self.constants:
            constant = self.constants[record.operands[1].name]
            axes = constant.tolist() if constant.size == 2 else None
        return sorted(axes or ()) in ([2, 3], [-2, -1])

    def _stored(self, record: NodeRecord) -> tuple[Operand, ...] | None:
        """The operands as they are before DequantizeLinear; None if one that has to be is not."""
        count = 1 if record.operator in MOVED else COMPUTED[record.operator]
        operands = list(record.operands)
        for position, operand in enumerate(operands):
            if (count != -1 and position >= count) or not operand.name:
                continue
            before = self.writers.get(operand.name)
            if before is not None and before.operator == "DequantizeLinear":
                if not self._is_read(before.operands[0].affine, position):
                    return None
                operands[position] = before.operands[0]
            elif not (position == BIAS and operand.name in self.constants):
                return None
        return tuple(operands)

    def _is_read(self, affine: Affine | None, position: int) -> bool:
        """Whether an op takes an operand's stored integers as they are."""
        if affine is None or position == 0:
            return affine is not None and self._is_byte(affine)
        names = [name for name in (affine.scale, affine.zero_point) if name]
        if not all(name in self.constants for name in names):
            return position == BIAS  # which the file may compute from others
        scale, zero = self._numbers(affine)
        return scale.ndim <= 1 and zero.dtype in (*BYTES, np.dtype(np.int32))

    def _end(self, record: NodeRecord) -> tuple[NodeRecord | None, Activation | None]:
        """The only reader if it is QuantizeLinear, perhaps behind a clamp."""
        reader = self._only_reader(record.results[0])
        if reader is None or reader.operator == "QuantizeLinear":
            return reader, None
        bounds = self._bounds(reader)
        last = None if bounds is None else self._only_reader(reader.results[0])
        if bounds is None or last is None or last.operator != "QuantizeLinear":
            return None, None
        if last.affine is None or not self._is_byte(last.affine):
            return None, None
        low, high = self._range(last.affine)
        if bounds[0] <= low and bounds[1] >= high:
            return last, None
        activation = ACTIVATIONS.get(bounds)
        if activation is None or record.operator not in CLAMPED:
            return None, None
        return last, activation

    def _only_reader(self, name: str) -> NodeRecord | None:
        readers = self.readers.get(name, [])
        return readers[0] if len(readers) == 1 and name not in self.outputs else None

    def _bounds(self, record: NodeRecord) -> tuple[float, float] | None:
        """What Relu or Clip leaves; None for other nodes and for computed bounds."""
        if record.domain or record.operator not in ("Relu", "Clip"):
            return None
        if record.operator == "Relu":
            return 0.0, np.inf
        found = [record.real("min", -np.inf), record.real("max", np.inf)]
        for number, operand in enumerate(record.operands[1:3]):
            if operand.name:
                if operand.name not in self.constants or self.constants[operand.name].size != 1:
                    return None
                found[number] = float(self.constants[operand.name].reshape(-1)[0])
        return found[0], found[1]

    def _range(self, affine: Affine) -> tuple[float, float]:
        """The least and the largest real number that is stored."""
        scale, zero = self._numbers(affine)
        info = np.iinfo(zero.dtype)
        unit, offset = float(scale.reshape(-1)[0]), int(zero.reshape(-1)[0])
        return (info.min - offset) * unit, (info.max - offset) * unit

    def _is_byte(self, affine: Affine) -> bool:
        """Whether the quantization is constant, per tensor and of 8 bits."""
        names = [affine.scale, *([affine.zero_point] if affine.zero_point else [])]
        if not all(name in self.constants for name in names):
            return False
        scale, zero = self._numbers(affine)
        return scale.size == zero.size == 1 and zero.dtype in BYTES

    def _numbers(self, affine: Affine) -> tuple[Array, Array]:
        scale = self.constants[affine.scale]
        return scale, self.constants[affine.zero_point] if affine.zero_point else ZERO

    def _same(self, a: Affine | None, b: Affine) -> bool:
        if a is None or not self._is_byte(a):
            return False
        return all(
            x.dtype == y.dtype and np.array_equal(x.reshape(-1), y.reshape(-1))
            for x, y in zip(self._numbers(a), self._numbers(b), strict=True)
        )


ZERO = np.zeros((), np.uint8)
ACTIVATIONS = {
    (0.0, np.inf): Activation.RELU,
    (0.0, 6.0): Activation.RELU6,
    (-1.0, 1.0): Activation.RELU_N1_TO_1,
}
