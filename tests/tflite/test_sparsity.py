# SPDX-License-Identifier: MIT
"""Sparse constants: the same numbers as LiteRT's DENSIFY, whatever the levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="the writer and oracle, LiteRT, is not installed")

from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from npucore.errors import InvalidModelError
from npucore.files.budget import Budget
from npucore_tflite import parse
from npucore_tflite.sparsity import Level, Sparsity, densify
from tools.exactness.litert import pack

SHAPE = (4, 8)


def weights(block: int) -> np.ndarray:
    """Random floats, of which whole blocks along the last axis are zero."""
    rng = np.random.default_rng(block)
    kept = np.repeat(rng.random((SHAPE[0], SHAPE[1] // block)) < 0.4, block, axis=1)
    return (rng.standard_normal(SHAPE) * kept).astype(np.float32)


def compressed(dense: np.ndarray, block: int) -> tuple[list[int], list[int], np.ndarray]:
    """(segments, indices, values) of the blocks of every row that are not zero."""
    segments, indices, values = [0], [], []
    for row in dense.reshape(SHAPE[0], -1, block):
        kept = np.flatnonzero(row.any(axis=1))
        indices += kept.tolist()
        values.append(row[kept].reshape(-1))
        segments.append(len(indices))
    return segments, indices, np.concatenate(values)


def level(size: int = 0, vectors: Sequence[Sequence[int]] = ()) -> object:
    table = schema.DimensionMetadataT()
    table.format, table.denseSize = (1, 0) if vectors else (0, size)
    if vectors:
        kind = schema.SparseIndexVector.Uint8Vector
        table.arraySegmentsType = table.arrayIndicesType = kind
        table.arraySegments, table.arrayIndices = map(vector, vectors)
    return table


def vector(values: Sequence[int]) -> object:
    table = schema.Uint8VectorT()
    table.values = np.array(values, np.uint8)
    return table


def file(dense: np.ndarray, block: int) -> bytes:
    """``y = x + densify(w)``."""
    segments, indices, values = compressed(dense, block)
    sparsity = schema.SparsityParametersT()
    sparsity.dimMetadata = [level(SHAPE[0]), level(vectors=(segments, indices))]
    sparsity.traversalOrder, sparsity.blockMap = [0, 1], []
    if block > 1:
        sparsity.dimMetadata.append(level(block))
        sparsity.traversalOrder, sparsity.blockMap = [0, 1, 2], [1]
    model, graph, data = schema.ModelT(), schema.SubGraphT(), schema.BufferT()
    data.data = np.frombuffer(values.tobytes(), np.uint8)
    model.version, model.subgraphs, model.buffers = 3, [graph], [schema.BufferT(), data]
    model.operatorCodes, graph.tensors, graph.operators = [], [], []
    for name in ("w", "dense", "x", "y"):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(SHAPE), int(name == "w")
        tensor.sparsity = sparsity if name == "w" else None
        graph.tensors.append(tensor)
    for number, (code, inputs, output) in enumerate(((124, [0], 1), (0, [1, 2], 3))):
        opcode, operator = schema.OperatorCodeT(), schema.OperatorT()
        opcode.builtinCode = opcode.deprecatedBuiltinCode = code
        opcode.version = 1
        model.operatorCodes.append(opcode)
        operator.opcodeIndex, operator.inputs, operator.outputs = number, inputs, [output]
        graph.operators.append(operator)
    graph.operators[1].builtinOptionsType = schema.BuiltinOptions.AddOptions
    graph.operators[1].builtinOptions = schema.AddOptionsT()
    graph.inputs, graph.outputs = [2], [3]
    return pack(model)


@pytest.mark.parametrize("block", [1, 4])
def test_a_sparse_constant_is_what_densify_makes_of_it(block: int) -> None:
    data = file(weights(block), block)
    interpreter = Interpreter(
        model_content=data, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(2, np.zeros(SHAPE, np.float32))
    interpreter.invoke()
    (op,) = parse(data).ops
    np.testing.assert_array_equal(op.inputs[0].data, interpreter.get_tensor(3))
    np.testing.assert_array_equal(op.inputs[0].data, weights(block))


@pytest.mark.parametrize(
    "sparsity",
    [
        Sparsity((0, 0), (), (Level(4), Level(8))),
        Sparsity((0, 1), (), (Level(4),)),
        Sparsity((0, 1), (7,), (Level(4), Level(8))),
        Sparsity((0, 1), (), (Level(4), Level(9))),
        Sparsity((0, 1), (), (Level(1 << 30), Level(8))),
        Sparsity((0, 1), (), (Level(4), Level(0, np.array([0, 9, 3, 1, 2]), np.zeros(9, int)))),
        Sparsity((0, 1), (), (Level(4), Level(0, np.array([0, 1]), np.zeros(9, int)))),
        Sparsity((0, 1), (), (Level(4), Level(0, np.arange(5) * 8, np.full(32, 8)))),
    ],
    ids=["order", "levels", "blocks", "count", "size", "falling", "short", "outside"],
)
def test_inconsistent_levels_are_refused(sparsity: Sparsity) -> None:
    with pytest.raises(InvalidModelError, match="sparse storage"):
        densify(np.ones(32, np.float32), SHAPE, sparsity, Budget())
