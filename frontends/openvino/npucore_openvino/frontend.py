# SPDX-License-Identifier: MIT
"""The facade: an .xml with its .bin becomes a graph, by way of ONNX."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from npucore import plugins
from npucore.contract.frontend import Frontend
from npucore.errors import InvalidModelError, NpucoreError
from npucore.files.boundary import judged, read_file
from npucore.graph import Graph
from npucore.tensor import Shape

HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!--|net\b)")
NET = re.compile(rb"<net\s")


class OpenVINOFrontend(Frontend):
    """OpenVINO IR of versions 10 and 11: float, and FakeQuantize of 8 bits."""

    name: ClassVar[str] = "openvino"
    summary: ClassVar[str] = "OpenVINO IR (.xml and .bin): float, and FakeQuantize of 8 bits"
    takes_shapes: ClassVar[bool] = True
    takes_unread: ClassVar[bool] = True

    @staticmethod
    def sniff(head: bytes) -> bool:
        """Whether the file is XML whose root is called ``net``, as far as its head shows."""
        return HEAD.match(head) is not None and NET.search(head) is not None

    def read(
        self, path: Path, shapes: Mapping[str, Shape] | None = None, *, unread: bool = False
    ) -> Graph:
        """Read the IR at *path*; its constants are those of the .bin of the same name beside it.

        *shapes* binds inputs whose dimensions the file leaves open.
        """

        def weights() -> bytes:
            beside = path.with_suffix(".bin")
            if not beside.is_file():
                raise InvalidModelError(
                    f"its constants are missing: there is no {beside.name} beside it"
                )
            return read_file(beside)

        return _graph(read_file(path), path.name, weights, shapes, unread)

    def read_bytes(
        self,
        data: bytes,
        source: str,
        *,
        shapes: Mapping[str, Shape] | None = None,
        unread: bool = False,
    ) -> Graph:
        """As `read`, of an .xml alone: one with constants is refused, for they lie in a .bin."""

        def weights() -> bytes:
            raise InvalidModelError("its constants lie in a .bin: open the file by its name")

        return _graph(data, source, weights, shapes, unread)


def _graph(
    data: bytes,
    source: str,
    weights: Callable[[], bytes],
    shapes: Mapping[str, Shape] | None,
    unread: bool,
) -> Graph:
    from npucore_openvino.document import parse
    from npucore_openvino.translation import Translation

    try:
        with judged("the file"):
            model = parse(data)
            translated = Translation(model, weights, unread=unread).onnx(source)
    except NpucoreError as error:
        error.args = (f"{source}: {error}", *error.args[1:])
        raise
    reader: Any = plugins.load_frontend("onnx")()  # whose methods take keywords of its own
    graph: Graph = reader.read_bytes(translated, source, shapes=shapes, unread=unread)
    return dataclasses.replace(graph, metadata=model.metadata)
