# SPDX-License-Identifier: MIT
"""The same quantized network as ONNX: ``python -m tools.onnx_twin MODEL OUT.onnx [--qoperator]``.

The weights, biases, scales and zero points are those of the model; feature maps become NCHW.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

import npucore
from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pooling,
    PoolingType,
    Reshape,
    Softmax,
)
from npucore.quantize import activation_bounds, stored_range
from npucore.tensor import Array, Tensor

OPSET, MICROSOFT = 17, "com.microsoft"
NCHW, NHWC = (0, 3, 1, 2), (0, 2, 3, 1)
CLAMPS: dict[Activation, tuple[float, float | None]] = {
    Activation.RELU: (0.0, None),
    Activation.RELU6: (0.0, 6.0),
    Activation.RELU_N1_TO_1: (-1.0, 1.0),
}


def twin(graph: Graph, qoperator: bool = False) -> Any:
    """A ModelProto of a graph of stored integers, as QDQ or with quantized operators.

    Raises `ValueError` for an op that it cannot write.
    """
    return _Writer(qoperator).model(graph)


class _Writer:
    def __init__(self, qoperator: bool) -> None:
        self.qoperator = qoperator
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self.names: dict[Tensor, str] = {}  # of stored integers; maps are NCHW
        self.meanings: dict[Tensor, list[str]] = {}

    def model(self, graph: Graph) -> Any:
        inputs = [self._end(tensor, tensor.name) for tensor in graph.inputs]
        for tensor in graph.inputs:
            self.names[tensor] = tensor.name
            if len(tensor.shape) == 4:
                self.names[tensor] = self._node("Transpose", [tensor.name], perm=list(NCHW))
        for op in graph.ops:
            self.names[op.outputs[0]] = self._op(op)
        outputs = []
        for tensor in graph.outputs:
            name, perm = self.names[tensor], list(NHWC)
            if len(tensor.shape) == 4:
                name = self._node("Transpose", [name], perm=perm)
            outputs.append(self._end(tensor, name))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        held = list(self.constants.values())
        made = helper.make_graph(self.nodes, graph.name or "twin", inputs, outputs, held)
        return helper.make_model(made, opset_imports=opsets, ir_version=8)

    def _end(self, tensor: Tensor, name: str) -> Any:
        kind = helper.np_dtype_to_tensor_dtype(tensor.dtype)
        return helper.make_tensor_value_info(name, kind, tensor.shape)

    def _node(self, operator: str, operands: list[str], domain: str = "", **attributes: Any) -> str:
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, operands, [name], name, domain=domain, **attributes)
        )
        return name

    def _constant(self, array: Array) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants[name] = numpy_helper.from_array(np.array(array, order="C"), name)
        return name

    def _meaning(self, tensor: Tensor) -> list[str]:
        """Names of a scale and a zero point."""
        if tensor not in self.meanings:
            q = tensor.q
            zero = q.zero_point.astype(tensor.dtype)
            self.meanings[tensor] = [self._constant(q.scale), self._constant(zero)]
        return self.meanings[tensor]

    def _stored(self, tensor: Tensor) -> list[str]:
        """A computed tensor, its scale and its zero point."""
        return [self.names[tensor], *self._meaning(tensor)]

    def _real(self, tensor: Tensor) -> str:
        return self._node("DequantizeLinear", self._stored(tensor))

    def _quantized(self, real: str, tensor: Tensor, activation: Activation) -> str:
        """A float result as *tensor* stores it, clamped if that is not the range anyway."""
        if activation is not Activation.NONE and _clamps(activation, tensor):
            low, high = CLAMPS[activation]
            ends = [self._constant(np.array(low, np.float32))]
            ends += [] if high is None else [self._constant(np.array(high, np.float32))]
            real = self._node("Clip", [real, *ends])
        return self._node("QuantizeLinear", [real, *self._meaning(tensor)])

    def _op(self, op: Op) -> str:
        if isinstance(op, Convolution | FullyConnected):
            return self._weighted(op)
        if isinstance(op, Reshape):
            source = self.names[op.input]
            if len(op.input.shape) == 4:
                source = self._node("Transpose", [source], perm=list(NHWC))
            shape = self._constant(np.array(op.output.shape, np.int64))
            made = self._node("Reshape", [source, shape])
            last = len(op.output.shape) == 4
            return self._node("Transpose", [made], perm=list(NCHW)) if last else made
        if isinstance(op, Softmax):
            return self._same("Softmax", "QLinearSoftmax", [op.input], op, axis=-1)
        if isinstance(op, Add):
            return self._same("Add", "QLinearAdd", [op.a, op.b], op)
        if _is_global_average(op):
            pool, quantized = "GlobalAveragePool", "QLinearGlobalAveragePool"
            return self._same(pool, quantized, [op.inputs[0]], op)
        raise ValueError(f"{op.name} -> {op.label}: not written here")

    def _same(self, real: str, quantized: str, operands: list[Tensor], op: Op, **more: Any) -> str:
        output, activation = op.outputs[0], getattr(op, "activation", Activation.NONE)
        if not self.qoperator:
            made = self._node(real, [self._real(tensor) for tensor in operands], **more)
            return self._quantized(made, output, activation)
        _refuse_clamp(op, activation, output)
        names = [name for tensor in operands for name in self._stored(tensor)]
        if quantized == "QLinearSoftmax":
            more["opset"] = OPSET
        return self._node(quantized, [*names, *self._meaning(output)], MICROSOFT, **more)

    def _weighted(self, op: Convolution | FullyConnected) -> str:
        data, bias = np.asarray(op.weights.data), op.bias
        weights = data.transpose(NCHW) if isinstance(op, Convolution) else data
        held = [self._constant(weights), *self._meaning(op.weights)]
        offsets = np.zeros(len(data), np.int32) if bias is None else np.asarray(bias.data)
        extra = self._constant(offsets)
        if isinstance(op, Convolution):
            top, bottom, left, right = op.padding
            attributes: dict[str, Any] = {"pads": [top, left, bottom, right]}
            attributes |= {"strides": op.stride, "dilations": op.dilation, "group": op.groups}
        else:
            attributes = {"transB": 1}
        if self.qoperator:
            _refuse_clamp(op, op.activation, op.output)
            head, tail = [*self._stored(op.input), *held], self._meaning(op.output)
            if isinstance(op, Convolution):
                return self._node("QLinearConv", [*head, *tail, extra], **attributes)
            return self._node("QGemm", [*head, extra, *tail], MICROSOFT, **attributes)
        unit = op.input.q.scale * op.weights.q.scale
        zeros = self._constant(np.zeros(unit.shape, np.int32))
        operands = [
            self._real(op.input),
            self._node("DequantizeLinear", held, axis=0),
            self._node("DequantizeLinear", [extra, self._constant(unit), zeros], axis=0),
        ]
        made = self._node("Conv" if isinstance(op, Convolution) else "Gemm", operands, **attributes)
        return self._quantized(made, op.output, op.activation)


def _is_global_average(op: Op) -> bool:
    if isinstance(op, Mean):
        return len(op.input.shape) == 4 and op.axes == (1, 2) and op.keep_axes
    average = isinstance(op, Pooling) and op.type is PoolingType.AVERAGE
    return isinstance(op, Pooling) and average and op.output.shape[1:3] == (1, 1)


def _clamps(activation: Activation, tensor: Tensor) -> bool:
    return activation_bounds(activation, tensor) != stored_range(tensor.dtype)


def _refuse_clamp(op: Op, activation: Activation, tensor: Tensor) -> None:
    if activation is not Activation.NONE and _clamps(activation, tensor):
        raise ValueError(f"{op.name} -> {op.label}: {activation} clamps inside the range")


def main() -> int:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--qoperator", action="store_true", help="quantized operators, not QDQ")
    args = parser.parse_args()
    onnx.save(twin(npucore.load(args.model), args.qoperator), args.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
