# SPDX-License-Identifier: MIT
"""The facade: a file becomes a graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from npucore.contract.declared import Declared
from npucore.contract.frontend import Frontend
from npucore.contract.scheme import Scheme
from npucore.contract.traced import Traced
from npucore.errors import NpucoreError
from npucore.files.boundary import judged, read_file
from npucore.files.budget import Budget
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Shape

IR_VERSION, LARGEST_VERSION = 0x08, 0x7F  # the first field of a ModelProto, and its value
QUANTIZED = "_QuantizeLinear_Output"
EXTERNAL_KEY = b"location"  # of the name of a file that holds a tensor, source: onnx.proto
FLOOR_BODIES = 1 << 18  # bytes of functions' nodes, beside as many as the file has
NEXT_FIELDS = b"\x12\x1a\x22\x28\x32\x3a\x42\x72\xa2\xca"  # tags of the fields that may follow


class OnnxFrontend(Frontend):
    """ONNX models: float, QDQ and QOperator."""

    name: ClassVar[str] = "onnx"
    summary: ClassVar[str] = "ONNX models (.onnx): float, QDQ and QOperator"
    suffix: ClassVar[str] = ".onnx"
    rounding: ClassVar[Rounding] = Rounding.EXACT
    takes_shapes: ClassVar[bool] = True
    takes_unread: ClassVar[bool] = True

    @staticmethod
    def sniff(head: bytes) -> bool:
        """Whether the file begins as a ModelProto that says its IR version first."""
        return (
            len(head) > 2
            and head[0] == IR_VERSION
            and 0 < head[1] <= LARGEST_VERSION
            and head[2] in NEXT_FIELDS
        )

    def read(
        self, path: Path, shapes: Mapping[str, Shape] | None = None, *, unread: bool = False
    ) -> Graph:
        """Read the main graph of the model at *path*, and what it keeps in files beside it.

        *shapes* binds inputs whose dimensions the file leaves open.
        """
        places = (path.parent, path.resolve().parent)
        return parse(read_file(path), path.name, shapes=shapes, folders=places, unread=unread)

    def is_whole(self, path: Path) -> bool:
        """Whether no tensor may lie in another file: the key of its place is in none."""
        return EXTERNAL_KEY not in read_file(path)

    def read_bytes(
        self,
        data: bytes,
        source: str,
        *,
        shapes: Mapping[str, Shape] | None = None,
        unread: bool = False,
    ) -> Graph:
        """As `read`, of a file's content: what lies in files beside it is not found."""
        return parse(data, source, shapes=shapes, unread=unread)

    def declared(self, data: bytes, source: str) -> Declared:
        """The file's inputs, outputs and metadata as it declares them; no operator is judged."""
        from npucore_onnx.declared import read_declared
        from npucore_onnx.model import parse_message

        return read_declared(parse_message(data, source))

    def traced(self, data: bytes, source: str) -> Traced:
        """Read the nodes that can be read, and say which ops they have become."""
        from npucore_onnx.constants import Constants
        from npucore_onnx.model import parse_message, read_model, read_values
        from npucore_onnx.tracing import Tracer

        model = parse_message(data, source)
        with judged(source):
            record, values = read_model(model), read_values(model)
            budget, bodies = Budget(len(data)), Budget(len(data), FLOOR_BODIES, 1)
            constants = Constants(record.constants, (), budget)
            return Tracer(record, constants, values, budget, bodies).traced(source)

    def quantize(
        self,
        path: Path,
        samples: Sequence[Mapping[str, Array]],
        scheme: Scheme,
        shapes: Mapping[str, Shape],
    ) -> bytes:
        """By onnxruntime's own quantizer, as QDQ."""
        from npucore_onnx.quantize import quantize

        return quantize(path, samples, scheme, shapes)

    def refuse(self, op: Op) -> str | None:
        """Why ONNX has no form of *op*; None if it has one."""
        from npucore_onnx.writing.graph import refuse

        return refuse(op)

    def write(self, graph: Graph) -> bytes:
        """*graph* as a model; raises `UnsupportedError` for an op without a form there."""
        from npucore_onnx.writing.graph import write

        return write(graph)

    def original_name(self, name: str) -> str:
        """Onnxruntime's quantizer adds an ending."""
        return name.removesuffix(QUANTIZED)

    @staticmethod
    def parse(
        data: bytes,
        shapes: Mapping[str, Shape] | None = None,
        bound: Mapping[str, Array] | None = None,
    ) -> Graph:
        """As the function `parse`."""
        return parse(data, shapes=shapes, bound=bound)


def parse(
    data: bytes,
    source: str = "model",
    *,
    shapes: Mapping[str, Shape] | None = None,
    bound: Mapping[str, Array] | None = None,
    folders: tuple[Path, ...] = (),
    unread: bool = False,
) -> Graph:
    """Bytes of an .onnx file -> graph; *source* names it in messages.

    *bound* are inputs that become constants; *folders* may hold external data: names are those of
    the first, and links from it may lead into the others. Raises `InvalidModelError` whatever is
    wrong with the bytes, `UnsupportedError` for sound nodes without a counterpart, and `InputError`
    for shapes that contradict the file.
    """
    from npucore_onnx.model import parse_message  # to know a file takes none of this

    model = parse_message(data, source)
    try:
        with judged("the file"):
            return _graph(model, data, source, shapes or {}, bound or {}, folders, unread)
    except NpucoreError as error:
        error.args = (f"{source}: {error}", *error.args[1:])
        raise


def _graph(
    model: Any,
    data: bytes,
    source: str,
    shapes: Mapping[str, Shape],
    bound: Mapping[str, Array],
    folders: tuple[Path, ...],
    unread: bool,
) -> Graph:
    from npucore_onnx.constants import Constants
    from npucore_onnx.importer import Importer
    from npucore_onnx.metadata import read_metadata
    from npucore_onnx.model import read_model

    record = read_model(model)
    budget, bodies = Budget(len(data)), Budget(len(data), FLOOR_BODIES, 1)
    constants = Constants(record.constants, folders, budget)
    importer = Importer(record, constants, shapes, bound, budget, bodies)
    importer.unread = unread
    return dataclasses.replace(importer.graph(source), metadata=read_metadata(model))
