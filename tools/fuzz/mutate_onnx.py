# SPDX-License-Identifier: MIT
"""Damage to ONNX files: to their bytes, and to the messages that they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx

from tools.fuzz.mutate import WORDS, cut, fill, flip, move

DATA_BYTES = 256  # a constant of at least this size is weights, where damage is dull
NUMBERS = (*WORDS, 3, 5, 7, -3, 1000, 1 << 16, 1 << 40, (1 << 63) - 1, -(1 << 63))
SIZES = (0, 1, 2, 3, 5, 127, 256, 1 << 30, 1 << 40, -1)  # a sound file may ask for much, too
TYPES = (*range(24), 99)
BYTE_SHARE = 0.4  # of mutations that hit the bytes rather than the messages


class OnnxMutator:
    """Mutations of one file; most hit its structure."""

    def __init__(self, seed_file: bytes) -> None:
        self.bytes = seed_file
        self.data = np.frombuffer(seed_file, np.uint8)
        dull = np.zeros(len(seed_file), bool)
        for tensor in onnx.ModelProto.FromString(seed_file).graph.initializer:
            if len(raw := tensor.raw_data) >= DATA_BYTES:
                start = seed_file.find(raw)
                dull[start : start + len(raw)] = True
        self.structure = np.flatnonzero(~dull)

    def mutation(self, number: int) -> bytes:
        """The file, damaged in one to four places; the same for the same number."""
        rng = np.random.default_rng(number)
        if rng.random() < BYTE_SHARE:
            return self._damaged_bytes(rng)
        model = onnx.ModelProto.FromString(self.bytes)
        for _ in range(rng.integers(1, 5)):
            kinds = (_attribute, _operand, _operator, _constant, _end, _opset, _node)
            kinds[rng.integers(len(kinds))](model, rng)
        data: bytes = model.SerializeToString()
        return data

    def _damaged_bytes(self, rng: np.random.Generator) -> bytes:
        data = self.data.copy()
        kinds = (flip, flip, move, fill, cut)
        for _ in range(rng.integers(1, 5)):
            place = int(rng.choice(self.structure))
            if place < len(data) - 8:
                data = kinds[rng.integers(len(kinds))](data, place, rng)
        return data.tobytes()


def _any(messages: Any, rng: np.random.Generator) -> Any:
    return messages[int(rng.integers(len(messages)))] if len(messages) else None


def _number(rng: np.random.Generator) -> int:
    return int(NUMBERS[rng.integers(len(NUMBERS))])


def _attribute(model: Any, rng: np.random.Generator) -> None:
    """A number becomes a telling one, a list shorter or longer, a type another."""
    node = _any(model.graph.node, rng)
    attribute = None if node is None else _any(node.attribute, rng)
    if attribute is None:
        return
    if rng.random() < 0.1:
        attribute.type = int(rng.integers(1, 12))
    elif attribute.ints:
        if rng.random() < 0.2:
            del attribute.ints[-1]
        else:
            attribute.ints[int(rng.integers(len(attribute.ints)))] = _number(rng)
    elif attribute.type == onnx.AttributeProto.FLOAT:
        attribute.f = float(rng.choice([0, -1, np.inf, np.nan, 1e30]))
    elif attribute.type == onnx.AttributeProto.STRING:
        attribute.s = bytes(rng.integers(0, 256, 4, np.uint8))
    elif attribute.type == onnx.AttributeProto.TENSOR:
        _damage_tensor(attribute.t, rng)
    else:
        attribute.i = _number(rng)


def _operand(model: Any, rng: np.random.Generator) -> None:
    """An operand is left out, or becomes another value of the graph."""
    node = _any(model.graph.node, rng)
    if node is None or not node.input:
        return
    place = int(rng.integers(len(node.input)))
    other = _any(model.graph.node, rng)
    names = [*other.output, *(tensor.name for tensor in model.graph.initializer[:8]), ""]
    node.input[place] = names[int(rng.integers(len(names)))]


def _operator(model: Any, rng: np.random.Generator) -> None:
    """A node computes something else."""
    node, other = _any(model.graph.node, rng), _any(model.graph.node, rng)
    if node is not None:
        more = ("Reshape", "Expand", "Tile", "Pad", "Resize", "Gather", "Range", "Loop", "Split")
        node.op_type = other.op_type if rng.random() < 0.5 else str(rng.choice(more))


def _constant(model: Any, rng: np.random.Generator) -> None:
    tensor = _any(model.graph.initializer, rng)
    if tensor is not None:
        _damage_tensor(tensor, rng)


def _damage_tensor(tensor: Any, rng: np.random.Generator) -> None:
    """A size, the type, the place of the data, or the data."""
    kind = rng.integers(5)
    if kind == 0 and tensor.dims:
        tensor.dims[int(rng.integers(len(tensor.dims)))] = _number(rng)
    elif kind == 1:
        tensor.data_type = int(rng.choice(TYPES))
    elif kind == 2:
        tensor.data_location = onnx.TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", str(rng.choice(["../../etc/passwd", "weights", ""]))
    elif kind == 3:
        tensor.raw_data = tensor.raw_data[: int(rng.integers(len(tensor.raw_data) + 1))]
    elif tensor.data_type == onnx.TensorProto.INT64 and tensor.raw_data:
        numbers = np.frombuffer(tensor.raw_data, np.int64).copy()
        numbers[rng.integers(len(numbers))] = _number(rng) % (1 << 62)
        tensor.raw_data = numbers.tobytes()


def _end(model: Any, rng: np.random.Generator) -> None:
    """The shape or the type of an input or output."""
    info = _any(model.graph.input if rng.random() < 0.7 else model.graph.output, rng)
    if info is None:
        return
    tensor = info.type.tensor_type
    if rng.random() < 0.3 or not tensor.shape.dim:
        tensor.elem_type = int(rng.choice(TYPES))
    else:
        _any(tensor.shape.dim, rng).dim_value = int(rng.choice(SIZES))


def _opset(model: Any, rng: np.random.Generator) -> None:
    if len(model.opset_import):
        model.opset_import[0].version = int(rng.integers(0, 40))


def _node(model: Any, rng: np.random.Generator) -> None:
    """A node twice, or gone."""
    nodes = model.graph.node
    if not len(nodes):
        return
    place = int(rng.integers(len(nodes)))
    if rng.random() < 0.5:
        del nodes[place]
    else:
        nodes.add().CopyFrom(nodes[place])
