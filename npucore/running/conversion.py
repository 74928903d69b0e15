# SPDX-License-Identifier: MIT
"""A network in another format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from npucore import plugins
from npucore.contract.frontend import Writes
from npucore.errors import InputError, PluginError
from npucore.files.atomic import replacing
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.running.loading import load
from npucore.tensor import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """A network as the file of a format.

    Parameters
    ----------
    data
        The file's bytes.
    format
        The name of the frontend that reads it.
    graph
        The network that was written.
    rounding
        The rule of what is read from the file.
    """

    data: bytes
    format: str
    graph: Graph
    rounding: Rounding

    def write(self, path: str | Path) -> int:
        """Write the file, completely or not at all; its bytes."""
        with replacing(path) as file:
            file.write(self.data)
        return len(self.data)


def convert(
    model: Graph | str | Path, format: str, *, shapes: Mapping[str, Shape] | None = None
) -> Converted:
    """*model* in the format that the frontend called *format* reads: ``"tflite"`` or ``"onnx"``.

    What the file says beside the network (labels, normalization) is left out. *shapes* binds inputs
    whose dimensions the model leaves open. Raises `UnsupportedError` with the name of an op that
    the format has no form of, `PluginError` for a format that is not written, and what `load`
    raises.
    """
    writer = plugins.load_writer(format)
    graph = model if isinstance(model, Graph) else load(model, shapes=shapes)
    return Converted(writer.write(graph), format, graph, writer.rounding)


def format_of(path: str | Path) -> str:
    """The format that a file's name ends in. Raises `InputError` for one that is not written."""
    suffixes = {writer.suffix: name for name, writer in _writers()}
    if (suffix := Path(path).suffix) not in suffixes:
        wanted = " or ".join(sorted(suffixes)) or "a format, but none is installed"
        raise InputError(f"{path}: wanted a name that ends in {wanted}")
    return suffixes[suffix]


def _writers() -> Iterator[tuple[str, Writes]]:
    for name in plugins.names(plugins.FRONTENDS):
        try:
            yield name, plugins.load_writer(name)
        except PluginError:  # it is broken, or only reads
            continue
