# SPDX-License-Identifier: MIT
"""Artefacts: networks that are compiled and placed, as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from npucore.contract.backend import Exported
from npucore.contract.placement import Placement
from npucore.errors import InvalidModelError
from npucore.files import archive
from npucore.files.boundary import IN_MEMORY, judged, not_opened, read_file
from npucore.files.document import Document
from npucore.files.serialize import Reader, Writer
from npucore.graph import Graph
from npucore.metadata import Metadata
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array, Tensor

FORMAT = "npucore-artifact"
FORMAT_VERSION = 1

Setting = str | int | float | bool


@dataclass(frozen=True, slots=True, eq=False)
class StoredRun:
    """Ops that one backend executes in one go: compiled, or as a graph to compile when loaded.

    *ops* are indices in the model's graph, None for an op that a rewrite has added.
    """

    backend: str
    target: str | None
    settings: Mapping[str, Setting]
    ops: tuple[int | None, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    content: Exported | Graph


@dataclass(frozen=True, slots=True, eq=False)
class Artifact:
    """A network that is compiled for the backends that its runs name.

    *chosen* are the names of the backends that the user wanted, best first; *placements* say why
    an op is on another one. *made_by* is the version of npucore that compiled it.
    """

    name: str
    rounding: Rounding
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]
    runs: tuple[StoredRun, ...]
    made_by: str
    metadata: Metadata = field(default_factory=Metadata)

    def __post_init__(self) -> None:
        written = set(self.inputs)
        for index, run in enumerate(self.runs):
            _check_ends(f"run {index}", run.inputs, written)
            if taken := written.intersection(run.outputs):
                raise InvalidModelError(f"run {index}: {taken.pop().name} is taken")
            written.update(run.outputs)
        _check_ends("the network", self.outputs, written)

    @property
    def ops(self) -> Sequence[Op]:
        """The ops of those runs that are stored as graphs."""
        return [op for run in self.runs if isinstance(run.content, Graph) for op in run.content.ops]

    def write(self, path: str | Path) -> int:
        """Write the file, completely or not at all; its size in bytes.

        Raises `InputError` for that path, `UnsupportedError` for what cannot be stored.
        """
        return archive.write(path, *self.packed())

    def packed(self) -> tuple[dict[str, object], dict[str, Array]]:
        """The manifest and the arrays of a file. Raises `UnsupportedError` as `write` does."""
        return _stored(self)

    @classmethod
    def unpacked(cls, manifest: Document, arrays: dict[str, Array]) -> Artifact:
        """Undo `packed`. Raises `InvalidModelError` for what contradicts itself."""
        with judged("the artefact"):
            return _restored(manifest, arrays)

    def to_bytes(self) -> bytes:
        """The bytes that `write` puts into a file; raises as it does."""
        return archive.pack(*self.packed())

    @classmethod
    def read(cls, path: str | Path) -> Artifact:
        """Read and check a file.

        Raises `InputError` for one that cannot be read, else as `from_bytes`.
        """
        return cls.from_bytes(read_file(path), str(path))

    @classmethod
    def from_bytes(cls, data: bytes, source: str = IN_MEMORY) -> Artifact:
        """Undo `to_bytes`; *source* names it in messages. Raises `InvalidModelError` for damage."""
        try:
            manifest, arrays = archive.unpack(data)
            return cls.unpacked(manifest, arrays)
        except InvalidModelError as error:
            raise InvalidModelError(f"{source}: {error}") from None


def _check_ends(who: str, wanted: tuple[Tensor, ...], written: set[Tensor]) -> None:
    for tensor in wanted:
        if tensor not in written and not tensor.is_constant:
            raise InvalidModelError(f"{who} reads {tensor.name} before anything has written it")


def is_artifact(path: str | Path) -> bool:
    """Whether the content of a file is an artefact's, by its first bytes."""
    try:
        with Path(path).open("rb") as file:
            return archive.sniff(file.read(archive.HEAD_BYTES))
    except OSError as error:
        raise not_opened(path, error) from error


def _stored(artifact: Artifact) -> tuple[dict[str, object], dict[str, Array]]:
    writer = Writer()
    inputs, outputs = _ends(writer, artifact.inputs), _ends(writer, artifact.outputs)
    arrays: dict[str, Array] = {}
    runs = [_stored_run(index, run, writer, arrays) for index, run in enumerate(artifact.runs)]
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "npucore": artifact.made_by,
        "name": artifact.name,
        "rounding": artifact.rounding.value,
        "metadata": _stored_metadata(artifact.metadata),
        "inputs": inputs,
        "outputs": outputs,
        "backends": list(artifact.chosen),
        "placements": [asdict(placement) for placement in artifact.placements],
        "runs": runs,
        "tensors": writer.tensors,
    }
    return manifest, {**writer.arrays, **arrays}


def _stored_metadata(metadata: Metadata) -> dict[str, object]:
    return {
        "properties": dict(metadata.properties),
        "labels": metadata.labels,
        "mean": list(metadata.mean),
        "std": list(metadata.std),
    }


def _ends(writer: Writer, tensors: tuple[Tensor, ...]) -> list[dict[str, object]]:
    """Tensors for people, too: the number, then what the table says of it."""
    numbers = [writer.tensor(tensor) for tensor in tensors]
    return [{"tensor": number, **writer.tensors[number]} for number in numbers]


def _stored_run(
    index: int, run: StoredRun, writer: Writer, arrays: dict[str, Array]
) -> dict[str, Any]:
    graph = exported = None
    if isinstance(run.content, Graph):
        graph = writer.graph(run.content)
    else:
        exported = run.content.manifest
        arrays |= {f"runs/{index}/{name}": array for name, array in run.content.arrays.items()}
    return {
        "backend": run.backend,
        "target": run.target,
        "options": dict(run.settings),
        "ops": list(run.ops),
        "inputs": [writer.tensor(tensor) for tensor in run.inputs],
        "outputs": [writer.tensor(tensor) for tensor in run.outputs],
        "graph": graph,
        "exported": exported,
    }


def _restored(manifest: Document, arrays: dict[str, Array]) -> Artifact:
    if manifest["format"].text() != FORMAT:
        manifest["format"].invalid(FORMAT)
    if manifest["format_version"].integer() != FORMAT_VERSION:
        manifest["format_version"].invalid(f"{FORMAT_VERSION}, the version that is known here")
    rounding = manifest["rounding"]
    if rounding.text() not in set(Rounding):
        rounding.invalid(" or ".join(Rounding))
    name, rule = manifest["name"].text(), Rounding(rounding.text())
    placements = tuple(map(_placement, manifest["placements"].items()))
    if [p.index for p in placements] != list(range(len(placements))):
        raise InvalidModelError("manifest.placements: not in the order of their indices")
    reader = Reader(manifest["tensors"], arrays)
    chosen = tuple(backend.text() for backend in manifest["backends"].items())
    if not chosen:
        raise InvalidModelError("manifest.backends: none")
    return Artifact(
        name,
        rule,
        _restored_ends(reader, manifest["inputs"], manifest["tensors"]),
        _restored_ends(reader, manifest["outputs"], manifest["tensors"]),
        chosen,
        placements,
        tuple(
            _restored_run(index, run, _Context(reader, arrays, name, rule, len(placements)))
            for index, run in enumerate(manifest["runs"].items())
        ),
        manifest["npucore"].text(),
        _metadata(manifest["metadata"]),
    )


def _metadata(document: Document) -> Metadata:
    properties = {key: value.text() for key, value in document["properties"].entries()}
    mean, std = (
        tuple(number.real() for number in document[name].items()) for name in ("mean", "std")
    )
    return Metadata(properties, document["labels"].text(), mean, std)


def _placement(document: Document) -> Placement:
    return Placement(
        document["index"].integer(),
        document["op"].text(),
        document["name"].text(),
        document["backend"].text(),
        document["reason"].optional_text(),
        document["evidence"].optional_text(),
        document["note"].optional_text(),
        document.get("macs").optional_integer(),
    )


def _restored_ends(reader: Reader, ends: Document, table: Document) -> tuple[Tensor, ...]:
    entries, tensors = table.items(), []
    for end in ends.items():
        tensors.append(reader.tensor(number := end["tensor"]))
        if end.value != {"tensor": number.value, **_object(entries[number.integer()])}:
            raise InvalidModelError(f"{end.place}: not what manifest.tensors says")
    return tuple(tensors)


def _object(document: Document) -> dict[str, object]:
    return {key: value.value for key, value in document.entries()}


@dataclass(frozen=True, slots=True, eq=False)
class _Context:
    """What a run needs of the rest of the file."""

    reader: Reader
    arrays: dict[str, Array]
    name: str
    rounding: Rounding
    ops: int


def _restored_run(index: int, document: Document, file: _Context) -> StoredRun:
    inputs = file.reader.tensors(document["inputs"])
    outputs = file.reader.tensors(document["outputs"])
    return StoredRun(
        document["backend"].text(),
        document["target"].optional_text(),
        {key: _setting(value) for key, value in document["options"].entries()},
        tuple(op.optional_integer(0, file.ops - 1) for op in document["ops"].items()),
        inputs,
        outputs,
        _content(index, document, file, (inputs, outputs)),
    )


def _setting(document: Document) -> Setting:
    if not isinstance(document.value, str | int | float):  # bool is an int
        document.invalid("a text, a number, true or false")
    return document.value


def _content(
    index: int,
    document: Document,
    file: _Context,
    ends: tuple[tuple[Tensor, ...], tuple[Tensor, ...]],
) -> Exported | Graph:
    if (stored := document["graph"].optional()) is not None:
        graph = file.reader.graph(stored, file.rounding, file.name)
        if (graph.inputs, graph.outputs) != ends:
            raise InvalidModelError(f"{stored.place}: its ends are not those of the run")
        return graph
    prefix = f"runs/{index}/"
    mine = {n.removeprefix(prefix): a for n, a in file.arrays.items() if n.startswith(prefix)}
    return Exported(_object(document["exported"]), mine)
