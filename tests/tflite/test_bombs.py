# SPDX-License-Identifier: MIT
"""Small files that describe much: work and memory go with the file's size."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from collections.abc import Callable

import flatbuffers
import numpy as np
import numpy.typing as npt
import pytest
import tflite

from npucore.errors import InvalidModelError, UnsupportedError
from npucore_tflite import parse

SECONDS, BYTES = 2.0, 128 << 20  # tracemalloc doubles the time
SHARED = 100_000


class Writer:
    """A TFLite file whose tables may share what they point to."""

    def __init__(self) -> None:
        self.b = flatbuffers.Builder(1 << 16)

    def integers(self, values: npt.ArrayLike) -> int:
        """A vector of int32."""
        return int(self.b.CreateNumpyVector(np.asarray(values, np.int32)))

    def offsets(self, tables: list[int]) -> int:
        """A vector of tables."""
        self.b.StartVector(4, len(tables), 4)
        for table in reversed(tables):
            self.b.PrependUOffsetTRelative(table)
        return int(self.b.EndVector())

    def tensor(self, shape: int | None = None, name: int | None = None) -> int:
        """A tensor of float32; *shape* and *name* are where such a vector and such a text are."""
        tflite.TensorStart(self.b)
        if shape is not None:
            tflite.TensorAddShape(self.b, shape)
        if name is not None:
            tflite.TensorAddName(self.b, name)
        return int(tflite.TensorEnd(self.b))

    def operator(self, inputs: int, outputs: int) -> int:
        """An operator of the file's only code."""
        tflite.OperatorStart(self.b)
        tflite.OperatorAddInputs(self.b, inputs)
        tflite.OperatorAddOutputs(self.b, outputs)
        return int(tflite.OperatorEnd(self.b))

    def file(self, tensors: list[int], operators: list[int], code: int, ends: list[int]) -> bytes:
        """The file; *ends* are its inputs and outputs."""
        b = self.b
        vectors = [self.offsets(tensors), self.offsets(operators), self.integers(np.array(ends))]
        tflite.SubGraphStart(b)
        tflite.SubGraphAddTensors(b, vectors[0])
        tflite.SubGraphAddOperators(b, vectors[1])
        tflite.SubGraphAddInputs(b, vectors[2])
        tflite.SubGraphAddOutputs(b, vectors[2])
        graph = tflite.SubGraphEnd(b)
        tflite.OperatorCodeStart(b)
        tflite.OperatorCodeAddBuiltinCode(b, code)
        tflite.OperatorCodeAddDeprecatedBuiltinCode(b, code)
        codes = self.offsets([tflite.OperatorCodeEnd(b)])
        graphs = self.offsets([graph])
        tflite.BufferStart(b)
        buffers = self.offsets([tflite.BufferEnd(b)])
        tflite.ModelStart(b)
        tflite.ModelAddVersion(b, 3)
        tflite.ModelAddOperatorCodes(b, codes)
        tflite.ModelAddSubgraphs(b, graphs)
        tflite.ModelAddBuffers(b, buffers)
        b.Finish(tflite.ModelEnd(b), b"TFL3")
        return bytes(b.Output())


def tensors_with_one_shape() -> bytes:
    """Every tensor has the same 100,000 sizes, and all are used."""
    w = Writer()
    shape = w.integers(np.ones(SHARED))
    tensors = [w.tensor(shape) for _ in range(1000)]
    inputs, outputs = w.integers(np.arange(999)), w.integers([999])
    add = w.operator(inputs, outputs)
    return w.file(tensors, [add], tflite.BuiltinOperator.CONCATENATION, [999])


def tensors_with_one_name() -> bytes:
    """Every tensor is called the same 400 kB."""
    w = Writer()
    name = w.b.CreateString("n" * 400_000)
    tensors = [w.tensor(None, name) for _ in range(2000)]
    add = w.operator(w.integers(np.arange(1999)), w.integers([1999]))
    return w.file(tensors, [add], tflite.BuiltinOperator.CONCATENATION, [1999])


def operators_with_one_list_of_inputs() -> bytes:
    """10,000 operators read the same 20,000 tensors."""
    w = Writer()
    tensors = [w.tensor()] * 20_000
    inputs = w.integers(np.arange(20_000) % 10_000)
    operators = [w.operator(inputs, w.integers([10_000 + i])) for i in range(10_000)]
    return w.file(tensors, operators, tflite.BuiltinOperator.CONCATENATION, [19_999])


def one_operator_many_times() -> bytes:
    """Every entry of the list of operators is the same table."""
    w = Writer()
    tensors = [w.tensor(), w.tensor()]
    add = w.operator(w.integers([0]), w.integers([1]))
    return w.file(tensors, [add] * 150_000, tflite.BuiltinOperator.RELU, [1])


def unused_tensors() -> bytes:
    """100,000 tensors beside the two that are used."""
    w = Writer()
    tensors = [w.tensor() for _ in range(SHARED)]
    relu = w.operator(w.integers([0]), w.integers([1]))
    return w.file(tensors, [relu], tflite.BuiltinOperator.RELU, [0])


BOMBS = [
    tensors_with_one_shape,
    tensors_with_one_name,
    operators_with_one_list_of_inputs,
    one_operator_many_times,
    unused_tensors,
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_offsets_that_lead_to_one_place_are_followed_within_bounds(
    bomb: Callable[[], bytes],
) -> None:
    data = bomb()
    tracemalloc.start()
    start = time.process_time()
    with contextlib.suppress(InvalidModelError, UnsupportedError):
        parse(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BYTES
    assert time.process_time() - start < SECONDS
