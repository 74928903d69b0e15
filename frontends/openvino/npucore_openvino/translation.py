# SPDX-License-Identifier: MIT
"""Layer by layer: IR -> ONNX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from npucore.errors import InvalidModelError, NpucoreError, UnsupportedError
from npucore.files.boundary import judged
from npucore_openvino.call import Call
from npucore_openvino.constants import dtype_of, read_constant
from npucore_openvino.document import OPEN, Layer, Model, Source
from npucore_openvino.operators import REFUSED, builders
from npucore_openvino.value import Value
from npucore_openvino.writer import UNREAD, End, Writer


class Translation:
    """Writes a model as ONNX; *weights* gives the content of the .bin when a constant needs it."""

    def __init__(self, model: Model, weights: Callable[[], bytes], *, unread: bool) -> None:
        self._model, self._unread = model, unread
        self._weights = _once(weights)
        self._values: dict[Source, Value] = {}
        self._writer = Writer()
        ends = (*model.of("Parameter"), *model.of("Result"))
        unsigned = any(p.precision == "U8" for e in ends for p in (*e.inputs, *e.outputs))
        self._byte = np.dtype(np.uint8 if unsigned else np.int8)  # one type, so that none changes
        self._readers = Counter(port for layer in model.layers for port in layer.sources)

    def onnx(self, name: str) -> bytes:
        """The bytes of the ONNX model, whose graph is called *name*.

        Raises `InvalidModelError` for a damaged file, and `UnsupportedError` for a layer without a
        counterpart, unless unread ones are kept.
        """
        for layer in self._model.of("Parameter"):
            with judged(layer.where):
                self._parameter(layer)
        results = self._model.of("Result")
        names = [self._result_name(layer) for layer in results]
        for layer in self._model.layers:
            if layer.kind not in ("Parameter", "Result"):
                with judged(layer.where):
                    self._layer(layer)
        for layer, end in zip(results, names, strict=True):
            with judged(layer.where):
                self._result(layer, end)
        return self._writer.model(name)

    def _parameter(self, layer: Layer) -> None:
        (port,) = layer.outputs
        dtype = dtype_of(layer.attributes.get("element_type", ""), layer.where)
        name = self._writer.fresh(port.names[0] if port.names else layer.name)
        shape = _dimensions(name, layer.attributes.get("shape", ""), layer)
        self._writer.inputs.append(End(name, dtype, shape))
        self._values[layer.id, port.id] = Value(dtype, port.shape, name)

    def _result_name(self, layer: Layer) -> str:
        id_, port = layer.sources[0]
        before = next(found for found in self._model.layers if found.id == id_)
        names = next(end.names for end in before.outputs if end.id == port)
        return self._writer.fresh(names[0] if names else before.name)

    def _result(self, layer: Layer, name: str) -> None:
        value = self._values[layer.sources[0]]
        self._writer.nodes.append(self._call(layer).identity(value, name))
        shape = tuple(f"{name}.{n}" if d == OPEN else d for n, d in enumerate(value.shape))
        self._writer.outputs.append(End(name, value.dtype, shape))

    def _call(self, layer: Layer) -> Call:
        self._writer.at = layer.name
        for id_, port in layer.sources:
            if (id_, port) not in self._values:
                raise UnsupportedError(f"output port {port} of layer {id_} is not computed here")
        inputs = [self._values[source] for source in layer.sources]
        only = [self._readers[source] == 1 for source in layer.sources]
        return Call(layer, inputs, only, self._writer, self._byte)

    def _layer(self, layer: Layer) -> None:
        if layer.kind == "Constant":
            known = read_constant(layer, self._weights)
            values: Sequence[Value] = [Value(known.dtype, known.stored.shape, known=known)]
        else:
            values = self._built(layer)
        for port, value in zip(layer.outputs, values, strict=False):
            self._values[layer.id, port.id] = value

    def _built(self, layer: Layer) -> Sequence[Value]:
        call = self._call(layer)
        count = len(self._writer.nodes)
        try:
            if layer.kind not in builders():
                why = REFUSED.get(layer.kind, "no operator of OpenVINO's that is known here")
                raise UnsupportedError(why)
            return call.values(builders()[layer.kind](call))
        except NpucoreError as error:
            if not self._unread or isinstance(error, InvalidModelError):
                error.args = (f"{layer.where}: {error}", *error.args[1:])
                raise
            del self._writer.nodes[count:]
            known = list(map(call.name, range(len(call.inputs))))
            node = self._writer.add(layer.kind, known, len(layer.outputs), domain=UNREAD)
            return call.values(tuple(node.outputs))


def _once(weights: Callable[[], bytes]) -> Callable[[], bytes]:
    read: list[bytes] = []

    def once() -> bytes:
        if not read:
            read.append(weights())
        return read[0]

    return once


def _dimensions(name: str, shape: str, layer: Layer) -> tuple[int | str, ...]:
    """The sizes of an input; ``?``, ``-1`` and ``1..8`` are open, and ``...`` is any rank."""
    sizes = [size.strip() for size in shape.split(",") if size.strip()]
    if "..." in sizes:
        raise UnsupportedError(f"{layer.where}: its rank is open")
    return tuple(int(s) if s.isdecimal() else f"{name}.{n}" for n, s in enumerate(sizes))
