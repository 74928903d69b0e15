# SPDX-License-Identifier: MIT
"""The facade: a file becomes a graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from npucore.contract.frontend import Frontend
from npucore.contract.numbered import FileSignature, Numbered
from npucore.contract.scheme import Scheme
from npucore.errors import (
    InputError,
    InvalidModelError,
    NpucoreError,
    OpenShapeError,
    UnsupportedError,
)
from npucore.files.boundary import judged, read_file
from npucore.files.budget import Budget
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Shape, Tensor
from npucore_tflite.flatbuffer import IDENTIFIER, read_model
from npucore_tflite.metadata import read_metadata
from npucore_tflite.numbered import NumberedModel
from npucore_tflite.open_inputs import OpenShape, open_inputs
from npucore_tflite.records import ModelRecord
from npucore_tflite.variables import Variables

if TYPE_CHECKING:
    from npucore_tflite.importer import Importer


class TFLiteFrontend(Frontend):
    """TFLite models, as TensorFlow, LiteRT and MediaPipe write them."""

    name: ClassVar[str] = "tflite"
    summary: ClassVar[str] = "TensorFlow Lite / LiteRT flatbuffers (.tflite)"
    suffix: ClassVar[str] = ".tflite"
    rounding: ClassVar[Rounding] = Rounding.TFLITE
    takes_shapes: ClassVar[bool] = True
    takes_signature: ClassVar[bool] = True
    takes_unread: ClassVar[bool] = True

    @staticmethod
    def sniff(head: bytes) -> bool:
        """Whether the flatbuffer's identifier is TFLite's."""
        return head[4:8] == IDENTIFIER

    def is_whole(self, path: Path) -> bool:
        """A flatbuffer holds all of its model."""
        return True

    def read(
        self,
        path: Path,
        shapes: Mapping[str, Shape] | None = None,
        signature: str | None = None,
        *,
        unread: bool = False,
    ) -> Graph:
        """Read the main subgraph of the model at *path*, or the one that a *signature* names.

        *shapes* binds inputs whose dimensions the file leaves open, by the names of tensors or
        those of a signature; without it they are as LiteRT takes them, 1.
        """
        return self.read_bytes(
            read_file(path), path.name, shapes=shapes, signature=signature, unread=unread
        )

    def read_bytes(
        self,
        data: bytes,
        source: str,
        *,
        shapes: Mapping[str, Shape] | None = None,
        signature: str | None = None,
        unread: bool = False,
    ) -> Graph:
        """As `read`, of a file's content."""
        return _parsed(data, source, shapes or {}, signature, unread=unread)[0]

    def numbered(self, data: bytes, source: str) -> NumberedModel:
        """A file by its numbers, see `npucore.contract.numbered`."""
        return NumberedModel(data, source, partial(_numbered, data, source))

    def quantize(
        self,
        path: Path,
        samples: Sequence[Mapping[str, Array]],
        scheme: Scheme,
        shapes: Mapping[str, Shape],
    ) -> bytes:
        """Refuse, and say how: the quantizer, onnxruntime's, takes ONNX."""
        if any(tensor.quantization for op in self.read(path).ops for tensor in op.outputs):
            raise UnsupportedError(f"{path.name} is quantized already")
        new = path.with_suffix(".onnx").name
        raise UnsupportedError(
            f"{path.name}: the quantizer takes ONNX: pip install tf2onnx tensorflow-cpu; "
            f"python -m tf2onnx.convert --opset 17 --tflite {path.name} --output {new}; "
            f"npucore quantize {new} ..."
        )

    def refuse(self, op: Op) -> str | None:
        """Why TFLite has no form of *op*; None if it has one."""
        from npucore_tflite.writing.graph import refuse

        return refuse(op)

    def write(self, graph: Graph) -> bytes:
        """*graph* as a .tflite file; raises `UnsupportedError` for an op without a form there."""
        from npucore_tflite.writing.graph import write

        return write(graph)


def parse(
    data: bytes,
    source: str = "model",
    *,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
) -> Graph:
    """Bytes of a .tflite file -> graph; *source* names it in messages.

    Raises `InvalidModelError` whatever is wrong with the bytes, `UnsupportedError` for sound
    operators without a counterpart, and `InputError` for shapes or a signature that it has not.
    """
    return _parsed(data, source, shapes or {}, signature)[0]


def parse_with_tensors(
    data: bytes, source: str = "model"
) -> tuple[Graph, tuple[Tensor | None, ...]]:
    """As `parse`, with the graph's tensors by their number in the file; None for unused ones."""
    graph, importer = _parsed(data, source, {}, None)
    return graph, tuple(importer.tensors)


def _numbered(
    data: bytes, source: str, index: int, shapes: Mapping[str, Shape], unread: bool
) -> Numbered:
    graph, importer = _parsed(data, source, shapes, None, unread=unread, index=index)
    ops: list[list[Op]] = [[] for _ in importer.record.operators]
    for op in graph.ops:
        ops[importer.origins[op]].append(op)
    return Numbered(graph, tuple(importer.tensors), tuple(map(tuple, ops)))


def _parsed(
    data: bytes,
    source: str,
    shapes: Mapping[str, Shape],
    name: str | None,
    *,
    unread: bool = False,
    index: int = 0,
) -> tuple[Graph, Importer]:
    """The graph of a signature's *name*, or else of the subgraph *index*, and what has built it."""
    from npucore_tflite.control import READERS
    from npucore_tflite.importer import Importer  # with all operators: to know a file takes none

    def graph_of(unread: bool) -> tuple[Graph, Importer]:
        importer = Importer(model, index, Variables(), Budget(len(data)), READERS)
        importer.unread = unread
        graph = importer.graph(source, signature, shapes)
        return dataclasses.replace(graph, metadata=metadata), importer

    model = read_model(data, source)
    try:
        with judged("the file"):
            signature = None if name is None else _signature(model, name)
            index, metadata = signature.graph if signature else index, read_metadata(data)
            opened = open_inputs(model.graph(index), shapes)
            with _open_if_too_small(opened):
                if opened:  # what is too small is no operator that nothing reads
                    with suppress(UnsupportedError) if unread else nullcontext():
                        return graph_of(False)
                return graph_of(unread)
    except NpucoreError as error:
        if str(error).startswith(source):
            raise
        error.args = (f"{source}: {error}", *error.args[1:])
        raise


@contextmanager
def _open_if_too_small(inputs: Mapping[str, OpenShape]) -> Iterator[None]:
    """Sizes that a file leaves open are 1 without being given, as LiteRT has them.

    Where nothing can be read so, they have to be given: raises `OpenShapeError` for the first input
    of *inputs* that has any.
    """
    try:
        yield
    except InvalidModelError as error:
        if not inputs:
            raise
        name, shape = next(iter(inputs.items()))
        said = f"the input {name} has the shape ({', '.join(map(str, shape))}) in the file"
        raise OpenShapeError(said, name, shape) from error


def _signature(model: ModelRecord, name: str) -> FileSignature:
    for signature in model.signatures:
        if signature.name == name:
            return signature
    known = ", ".join(signature.name for signature in model.signatures) or "none"
    raise InputError(f"no signature {name!r}; signatures: {known}")
