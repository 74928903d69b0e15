# SPDX-License-Identifier: MIT
"""Writes the quantised network as a TFLite flatbuffer with the schema's object API."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from .layers import IMAGE_SIZE, INPUT, LAYERS, Layer
from .quantize import Affine, QuantisedNetwork
from .train import Floats

DESCRIPTION = "npucore demo: handwritten digits, int8 per channel"

# Each operator's builtin name, and the lowest version that defines it for such int8 tensors.
OPERATORS = {
    "conv": ("CONV_2D", 3),
    "depthwise": ("DEPTHWISE_CONV_2D", 3),
    "add": ("ADD", 2),
    "pool": ("AVERAGE_POOL_2D", 2),
    "reshape": ("RESHAPE", 1),
    "dense": ("FULLY_CONNECTED", 4),
    "softmax": ("SOFTMAX", 2),
}


class AlignedBuffer(schema.BufferT):  # type: ignore[misc]
    """A buffer on the 16-byte boundary the schema asks for; the object API forgets it."""

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802 - the API's name
        """Add the buffer to the file and return its offset."""
        content = None
        if self.data is not None:
            builder.StartVector(1, len(self.data), 16)
            builder.head -= len(self.data)
            builder.Bytes[builder.head : builder.head + len(self.data)] = self.data
            content = builder.EndVector()
        schema.BufferStart(builder)
        if content is not None:
            schema.BufferAddData(builder, content)
        offset: int = schema.BufferEnd(builder)
        return offset


class Writer:
    """Collects tensors, buffers and operators of the one subgraph."""

    def __init__(self, network: QuantisedNetwork) -> None:
        """Start with nothing but the empty buffer."""
        self.network = network
        # By convention buffer 0 is empty, for tensors that hold no constant.
        self.buffers: list[AlignedBuffer] = [AlignedBuffer()]
        self.tensors: list[Any] = []
        self.operators: list[Any] = []
        self.indices: dict[str, int] = {}
        self.kinds = list(dict.fromkeys(layer.kind for layer in LAYERS))

    def activation(self, name: str, shape: tuple[int, ...]) -> None:
        """Add a computed tensor, or the input."""
        quantisation = _affine(self.network.activations[name])
        self._tensor(name, shape, schema.TensorType.INT8, 0, quantisation)

    def constant(self, name: str, value: npt.NDArray[Any], quantisation: Any = None) -> int:
        """Add a constant tensor and return its index."""
        kind = {"int8": schema.TensorType.INT8, "int32": schema.TensorType.INT32}
        buffer = AlignedBuffer()
        little = value.astype(value.dtype.newbyteorder("<"))
        buffer.data = little.tobytes()
        self.buffers.append(buffer)
        number = len(self.buffers) - 1
        return self._tensor(name, value.shape, kind[value.dtype.name], number, quantisation)

    def operator(self, layer: Layer) -> None:
        """Add a layer's operator with its constants and its output."""
        inputs = [self.indices[name] for name in layer.inputs]
        if layer.weighted:
            inputs += self._weights(layer)
        if layer.kind == "reshape":
            inputs.append(self.constant(f"{layer.name}/shape", np.array(layer.shape, np.int32)))
        self.activation(layer.name, layer.shape)
        result = schema.OperatorT()
        result.opcodeIndex = self.kinds.index(layer.kind)
        result.inputs = inputs
        result.outputs = [self.indices[layer.name]]
        name, options = _options(layer)
        result.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        result.builtinOptions = options
        self.operators.append(result)

    def model(self) -> Any:
        """Return the finished model object."""
        subgraph = schema.SubGraphT()
        subgraph.name = "main"
        subgraph.tensors = self.tensors
        subgraph.operators = self.operators
        subgraph.inputs = [self.indices[INPUT]]
        subgraph.outputs = [self.indices[LAYERS[-1].name]]
        model = schema.ModelT()
        model.version = 3
        model.description = DESCRIPTION
        model.operatorCodes = [_operator_code(kind) for kind in self.kinds]
        model.subgraphs = [subgraph]
        model.buffers = self.buffers
        return model

    def _weights(self, layer: Layer) -> list[int]:
        source = self.network.weights[layer.name]
        weights = _quantisation(source.scales, [0] * len(source.scales), source.axis)
        bias = _quantisation(source.bias_scales, [0] * len(source.bias_scales), 0)
        return [
            self.constant(f"{layer.name}/weights", source.weights, weights),
            self.constant(f"{layer.name}/bias", source.bias, bias),
        ]

    def _tensor(
        self, name: str, shape: tuple[int, ...], kind: int, buffer: int, quantisation: Any
    ) -> int:
        tensor = schema.TensorT()
        tensor.name = name
        tensor.shape = list(shape)
        tensor.type = kind
        tensor.buffer = buffer
        tensor.quantization = quantisation
        tensor.hasRank = True
        self.tensors.append(tensor)
        self.indices[name] = len(self.tensors) - 1
        return self.indices[name]


def _quantisation(scales: Floats, zero_points: list[int], axis: int) -> Any:
    result = schema.QuantizationParametersT()
    result.scale = scales
    result.zeroPoint = np.array(zero_points, np.int64)
    result.quantizedDimension = axis
    return result


def _affine(affine: Affine) -> Any:
    return _quantisation(np.array([affine.scale], np.float32), [affine.zero_point], 0)


def _operator_code(kind: str) -> Any:
    name, version = OPERATORS[kind]
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, name)
    # Readers older than the wide field look at this one.
    code.deprecatedBuiltinCode = code.builtinCode
    code.version = version
    return code


def _options(layer: Layer) -> tuple[str, Any]:
    """Return the name and the object of a layer's builtin options."""
    relu6, none = schema.ActivationFunctionType.RELU6, schema.ActivationFunctionType.NONE
    fused = relu6 if layer.relu6 else none
    if layer.kind in ("conv", "depthwise"):
        depthwise = layer.kind == "depthwise"
        options = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
        if depthwise:
            options.depthMultiplier = 1
        options.padding = schema.Padding.SAME
        options.strideW = options.strideH = layer.stride
        options.fusedActivationFunction = fused
        return ("DepthwiseConv2DOptions" if depthwise else "Conv2DOptions"), options
    if layer.kind == "pool":
        options = schema.Pool2DOptionsT()
        options.padding = schema.Padding.VALID
        options.strideW = options.strideH = layer.kernel
        options.filterWidth = options.filterHeight = layer.kernel
        return "Pool2DOptions", options
    if layer.kind == "reshape":
        options = schema.ReshapeOptionsT()
        options.newShape = list(layer.shape)
        return "ReshapeOptions", options
    if layer.kind == "softmax":
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        return "SoftmaxOptions", options
    if layer.kind == "add":
        return "AddOptions", schema.AddOptionsT()
    return "FullyConnectedOptions", schema.FullyConnectedOptionsT()


def to_tflite(network: QuantisedNetwork) -> bytes:
    """Return the network as the bytes of a .tflite file."""
    writer = Writer(network)
    writer.activation(INPUT, (1, IMAGE_SIZE, IMAGE_SIZE, 1))
    for layer in LAYERS:
        writer.operator(layer)
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(writer.model().Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
