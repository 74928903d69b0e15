# SPDX-License-Identifier: MIT
"""LiteRT as an oracle: every tensor of a network, and single operators cut out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import tflite
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from npucore.tensor import Array

KNOWN_CUSTOM = (b"TFLite_Detection_PostProcess",)
CUSTOM = tflite.BuiltinOperator.CUSTOM


class Oracle:
    """A model file, as LiteRT sees it.

    A custom operator that LiteRT does not know, and everything behind it, is cut off.
    """

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(self.data, 0))
        self.graph = self.model.subgraphs[0]
        self.cut_off = self._cut_unknown()

    def _code(self, operator: Any) -> Any:
        return self.model.operatorCodes[operator.opcodeIndex]

    def _cut_unknown(self) -> list[str]:
        """Drop operators from the first unknown one on; return the names of those dropped."""
        for place, operator in enumerate(self.graph.operators):
            code = self._code(operator)
            if code.builtinCode == CUSTOM and code.customCode not in KNOWN_CUSTOM:
                dropped = self.graph.operators[place:]
                self.graph.operators = self.graph.operators[:place]
                written = {int(t) for o in self.graph.operators for t in o.outputs}
                self.graph.outputs = [int(t) for t in operator.inputs if int(t) in written]
                self.data = pack(self.model)
                names = [self._code(o).customCode or b"builtin" for o in dropped]
                return [name.decode() for name in names]
        return []

    def tensors(self, inputs: Sequence[Array]) -> dict[int, Array]:
        """Run with BUILTIN_REF and return every tensor by its number in the file."""
        interpreter = Interpreter(
            model_content=self.data,
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True,
        )
        interpreter.allocate_tensors()
        for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], array)
        interpreter.invoke()
        used = {int(t) for o in self.graph.operators for t in (*o.inputs, *o.outputs) if t >= 0}
        used |= {detail["index"] for detail in interpreter.get_input_details()}
        return {index: interpreter.get_tensor(index) for index in sorted(used)}

    def by_default_kernels(self, number: int, tensors: dict[int, Array]) -> list[Array]:
        """One operator alone, fed from *tensors*, by LiteRT's default kernels (XNNPACK)."""
        data, fed = self._single(number)
        interpreter = Interpreter(model_content=data, num_threads=1)
        interpreter.allocate_tensors()
        for detail, index in zip(interpreter.get_input_details(), fed, strict=True):
            interpreter.set_tensor(detail["index"], tensors[index])
        interpreter.invoke()
        return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]

    def _single(self, number: int) -> tuple[bytes, list[int]]:
        """Operator *number* as a file of its own, and the tensors that it wants as inputs."""
        operator = self.graph.operators[number]
        model, graph = schema.ModelT(), schema.SubGraphT()
        model.version, model.subgraphs = 3, [graph]
        model.operatorCodes, model.buffers = [self._code(operator)], [schema.BufferT()]
        graph.tensors, places, fed = [], {-1: -1}, []
        for index in map(int, (*operator.inputs, *operator.outputs)):
            if index in places:
                continue
            tensor = schema.TensorT()
            tensor.__dict__.update(self.graph.tensors[index].__dict__, shapeSignature=None)
            buffer = self.model.buffers[tensor.buffer]
            has_data = buffer.data is not None and len(buffer.data) > 0
            tensor.buffer = len(model.buffers) if has_data else 0
            model.buffers += [buffer] if has_data else []
            if not has_data and index in map(int, operator.inputs):
                fed.append(index)
            places[index] = len(graph.tensors)
            graph.tensors.append(tensor)
        alone = schema.OperatorT()
        alone.__dict__.update(operator.__dict__, opcodeIndex=0, intermediates=None)
        alone.mutatingVariableInputs = None
        alone.inputs = [places[int(t)] for t in operator.inputs]
        alone.outputs = [places[int(t)] for t in operator.outputs]
        graph.operators, graph.outputs = [alone], list(alone.outputs)
        graph.inputs = [places[index] for index in fed]
        return pack(model), fed


def pack(model: Any) -> bytes:
    """A model object as the bytes of a file."""
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def seeded_inputs(tensors: Sequence[Any], seed: int) -> list[Array]:
    """Random inputs: integers over the whole range, floats normal."""
    rng = np.random.default_rng(seed)
    return [
        rng.standard_normal(tensor.shape).astype(np.float32)
        if tensor.dtype == np.float32
        else rng.integers(
            np.iinfo(tensor.dtype).min, np.iinfo(tensor.dtype).max, tensor.shape, tensor.dtype, True
        )
        for tensor in tensors
    ]
