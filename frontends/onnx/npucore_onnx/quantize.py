# SPDX-License-Identifier: MIT
"""Post-training quantization by onnxruntime's quantizer."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from npucore.contract.scheme import Scheme
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.atomic import scratch_folder
from npucore.files.boundary import read_file
from npucore.tensor import Array, Shape
from npucore_onnx.last_joins import unjoin
from npucore_onnx.model import parse_message
from npucore_onnx.package import onnx

OLDEST_OPSET = 13  # the first with scales per channel


def quantize(
    path: Path,
    samples: Sequence[Mapping[str, Array]],
    scheme: Scheme,
    shapes: Mapping[str, Shape],
) -> bytes:
    """The float model at *path* with QuantizeLinear and DequantizeLinear around its operators.

    Joins at its end give floats where one scale does not do for all that they join. The inputs'
    shapes are fixed, BatchNormalization is folded, ranges are the least and largest
    values that *samples* bring. Raises `UnsupportedError` where onnxruntime is not installed, or
    where its quantizer gives up.
    """
    quantization = _quantizer()
    with scratch_folder() as folder, _quiet():
        source, prepared, target = (folder / f"{name}.onnx" for name in "abc")
        onnx().save(_fixed(path, shapes), source)
        try:
            importlib.import_module("onnxruntime.quantization.shape_inference").quant_pre_process(
                str(source), str(prepared), skip_symbolic_shape=True
            )
            _flatten_biases(prepared)
            quantization.quantize_static(
                str(prepared),
                str(target),
                _reader(quantization, samples),
                quant_format=quantization.QuantFormat.QDQ,
                per_channel=scheme.per_channel,
                reduce_range=scheme.reduced_range,
                activation_type=_activation_type(quantization, scheme),
                weight_type=quantization.QuantType.QInt8,
                extra_options={
                    "ActivationSymmetric": scheme.symmetric_activations,
                    "WeightSymmetric": True,
                },
            )
        except Exception as error:  # whatever the quantizer happens to raise
            raise UnsupportedError(f"{path.name}: onnxruntime's quantizer: {error}") from error
        return _unjoined(target)


def _unjoined(path: Path) -> bytes:
    model = onnx().load(path)
    unjoin(model)
    made: bytes = model.SerializeToString()
    return made


def _quantizer() -> Any:
    try:
        return importlib.import_module("onnxruntime.quantization")
    except ImportError:
        raise UnsupportedError(
            "quantizing needs the package onnxruntime: pip install 'npucore[quantize]'"
        ) from None


def _activation_type(quantization: Any, scheme: Scheme) -> Any:
    kinds = quantization.QuantType
    return kinds.QInt8 if scheme.symmetric_activations else kinds.QUInt8


def _flatten_biases(path: Path) -> None:
    """Gemm's biases of shape (1, N) as (N,): the quantizer takes their first axis for channels."""
    model = onnx().load(path)
    graph = model.graph
    biases = {node.input[2] for node in graph.node if _has_bias(node)}
    flat = set()
    for tensor in graph.initializer:
        if tensor.name in biases and len(tensor.dims) == 2 and tensor.dims[0] == 1:
            del tensor.dims[0]
            flat.add(tensor.name)
    for info in (*graph.input, *graph.value_info):  # what is said of their shapes
        if info.name in flat:
            del info.type.tensor_type.shape.dim[0]
    onnx().save(model, path)


def _has_bias(node: Any) -> bool:
    return bool(node.op_type == "Gemm" and len(node.input) > 2)


def _fixed(path: Path, shapes: Mapping[str, Shape]) -> Any:
    """The model with fixed inputs, in an operator set that knows scales per channel."""
    library = onnx()
    parse_message(read_file(path), path.name)
    model = library.load(path)
    for info in model.graph.input:
        if info.name in shapes:
            dims = info.type.tensor_type.shape.dim
            del dims[:]
            for size in shapes[info.name]:
                dims.add().dim_value = size
    own = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if own and own[0] >= OLDEST_OPSET:
        return model
    try:
        return library.version_converter.convert_version(model, OLDEST_OPSET)
    except Exception as error:  # whatever the converter happens to raise
        raise InvalidModelError(f"{path.name}: opset {own} to {OLDEST_OPSET}: {error}") from error


def _reader(quantization: Any, samples: Sequence[Mapping[str, Array]]) -> Any:
    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.samples = iter(samples)

        def get_next(self) -> Mapping[str, Array] | None:
            return next(self.samples, None)

    return Reader()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The quantizer logs and prints advice for its own users."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)
