# SPDX-License-Identifier: MIT
"""What stored integers mean: scales and zero points by name -> `Quantization`."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array, Quantization, Shape
from npucore_onnx.qdq import BYTES, MOVED
from npucore_onnx.records import Affine, EndRecord, NodeRecord
from npucore_onnx.value import Value

DTYPES_OF_RESULTS = {2: np.uint8, 3: np.int8}  # onnx.TensorProto.DataType
KEEPING = MOVED | {"Concat", "Identity", "Pad", "Split"}


class Affines:
    """Quantizations of values. *array* gives a constant by its name and by who asks for it."""

    def __init__(
        self,
        array: Callable[[str, str], Array],
        known: Callable[[str, str], Array | None],
        nibbles: Callable[[str], int],
        records: Sequence[NodeRecord],
    ) -> None:
        self._array, self._known, self._nibbles = array, known, nibbles
        self._records = records
        self._readers: dict[str, list[int]] = {}
        for place, record in enumerate(records):
            for operand in record.operands:
                self._readers.setdefault(operand.name, []).append(place)

    def is_simple(self, affine: Affine, record: NodeRecord, dtype: np.dtype[Any]) -> bool:
        """Whether an op takes it as it is: constant, per tensor, of 8 bits.

        *dtype* is that of the node's operand.
        """
        scale = self._known(affine.scale, record.where)
        if scale is None or scale.size != 1 or record.integer("block_size", 0):
            return False
        if affine.zero_point:
            zero = self._known(affine.zero_point, record.where)
            if zero is None or zero.size != 1 or zero.dtype not in BYTES:
                return False
            return not self._nibbles(affine.zero_point)
        if record.operator == "QuantizeLinear":
            return record.integer("output_dtype", 0) in (0, 2, 3)
        return dtype in BYTES

    def of_operand(self, affine: Affine, value: Value, record: NodeRecord) -> Quantization:
        """Of an operand of *record*."""
        return self._quantization(affine, value.shape, record.where)

    def of_result(self, record: NodeRecord) -> tuple[Quantization, np.dtype[Any]]:
        """Of the result, and its dtype. Raises `UnsupportedError` for one along an axis."""
        if record.affine is None:
            raise TypeError("the result is no stored integer")
        quantization = self._quantization(record.affine, None, record.where)
        dtype = self.dtype(record.affine, record)
        if dtype not in BYTES:
            raise UnsupportedError(f"{record.where}: stored integers of {dtype}, wanted 8 bits")
        return quantization, dtype

    def dtype(self, affine: Affine, record: NodeRecord) -> np.dtype[Any]:
        """Of the stored integers: the zero point's, or what QuantizeLinear says."""
        if affine.zero_point:
            return self._array(affine.zero_point, record.where).dtype
        number = record.integer("output_dtype", 0) or 2
        return np.dtype(DTYPES_OF_RESULTS.get(number, np.int16))

    def of_input(self, end: EndRecord, shape: Shape) -> Quantization | None:
        """Of an 8-bit input of the graph: what its first reader takes it for."""
        if end.dtype not in BYTES:
            return None
        names, seen = {end.name}, set[int]()
        waiting = list(self._readers.get(end.name, []))  # in the file's order
        while waiting:
            if (place := heapq.heappop(waiting)) in seen:
                continue
            seen.add(place)
            record = self._records[place]
            for operand in record.operands:
                if operand.name in names and operand.affine is not None:
                    if not self.is_simple(operand.affine, record, end.dtype):
                        return None
                    return self._quantization(operand.affine, shape, record.where)
            if record.operator in KEEPING and record.operands[0].name in names:
                names.update(record.results)
                for name in record.results:
                    for reader in self._readers.get(name, []):
                        heapq.heappush(waiting, reader)
        return None

    def _quantization(self, affine: Affine, shape: Shape | None, who: str) -> Quantization:
        scale = self._array(affine.scale, who)
        if scale.dtype != np.float32:
            raise UnsupportedError(f"{who}: a scale of {scale.dtype}")
        zero = self._array(affine.zero_point, who) if affine.zero_point else np.zeros((), np.uint8)
        if zero.dtype.kind not in "iu":
            raise UnsupportedError(f"{who}: a zero point of {zero.dtype}")
        if scale.size == 1:
            if zero.size != 1:
                raise InvalidModelError(f"{who}: one scale, but {zero.size} zero points")
            return Quantization(scale.reshape(()), zero.reshape(()).astype(np.int64))
        if scale.ndim != 1 or shape is None or not -len(shape) <= affine.axis < len(shape):
            raise UnsupportedError(f"{who}: scales of shape {scale.shape} along axis {affine.axis}")
        zeros = np.broadcast_to(zero.reshape(-1), scale.shape) if zero.size == 1 else zero
        return Quantization(scale, zeros.astype(np.int64), affine.axis % len(shape))
