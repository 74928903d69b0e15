# SPDX-License-Identifier: MIT
"""A model that was compiled before, by the same code and choices: docs/adr/0040."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from npucore import plugins
from npucore.contract.abilities import Exports, Reloads, Remembers
from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.errors import InvalidModelError
from npucore.files.artifact import Artifact, StoredRun
from npucore.files.boundary import LARGEST_FILE_BYTES, read_file
from npucore.files.cache import Cache
from npucore.files.document import Document
from npucore.graph import Graph
from npucore.metadata import Metadata
from npucore.ops import Op
from npucore.running import code
from npucore.running.execution import Step, loaded
from npucore.running.opening import open_stored
from npucore.tensor import Tensor

Read = Callable[[], Graph]


class Kept:
    """A network whose programs were found in the cache; its ops are read when they are asked for.

    Parameters
    ----------
    artifact
        Its programs.
    notes
        Of the graph, for the user.
    read
        Reads the graph from the model's file.
    """

    def __init__(self, artifact: Artifact, notes: tuple[str, ...], read: Read) -> None:
        self.artifact, self.notes, self._read = artifact, notes, read

    @property
    def name(self) -> str:
        return self.artifact.name

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The inputs, which the caller gives."""
        return self.artifact.inputs

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs, which the caller gets."""
        return self.artifact.outputs

    @property
    def metadata(self) -> Metadata:
        """Metadata of the model's file."""
        return self.artifact.metadata

    @cached_property
    def graph(self) -> Graph:
        """The model's graph, read from its file."""
        return self._read()

    @cached_property
    def ops(self) -> Sequence[Op]:
        """The ops of the graph, between the tensors of this network."""
        theirs = (*self.graph.inputs, *self.graph.outputs)
        ours = dict(zip(theirs, (*self.inputs, *self.outputs), strict=True))
        return [_between(op, ours) for op in self.graph.ops]

    def steps(self, backends: Sequence[Backend]) -> Iterator[Step]:
        """The programs, by those of *backends* that compiled them."""
        by_name = {backend.name: backend for backend in backends}
        for run in self.artifact.runs:
            if run.backend not in by_name:  # a fallback that suits this graph
                by_name[run.backend] = open_stored(run)
            yield _reloaded(run, by_name[run.backend], self.artifact.placements)


def _between(op: Op, tensors: Mapping[Tensor, Tensor]) -> Op:
    """*op* with some of its tensors replaced."""
    changed: dict[str, object] = {}
    for field in dataclasses.fields(op):
        value = getattr(op, field.name)
        if isinstance(value, Tensor) and value in tensors:
            changed[field.name] = tensors[value]
        elif isinstance(value, tuple) and any(
            isinstance(item, Tensor) and item in tensors for item in value
        ):
            changed[field.name] = tuple(tensors.get(item, item) for item in value)
    return dataclasses.replace(op, **changed) if changed else op


def _reloaded(run: StoredRun, backend: Backend, placements: Sequence[Placement]) -> Step:
    if isinstance(run.content, Graph) or not isinstance(backend, Reloads):
        return loaded(run, backend)
    ops = [None if index is None else placements[index] for index in run.ops]
    names = ["a rewrite's op" if p is None else f"{p.op} -> {p.name}" for p in ops]
    program = backend.reload(run.content, run.inputs, run.outputs, names)
    return Step(backend, program, run.inputs, run.outputs)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a cache a compiled model is, or is to be, kept."""

    cache: Cache
    key: str

    def find(self, read: Read) -> Kept | None:
        """The network that is kept there; None if nothing usable is."""
        if (found := self.cache.read(self.key)) is None:
            return None
        manifest, arrays = found
        try:
            notes = tuple(note.text() for note in manifest["notes"].items())
            return Kept(Artifact.unpacked(manifest, arrays), notes, read)
        except InvalidModelError:
            self.forget()
            return None

    def keep(self, artifact: Artifact, notes: Sequence[str]) -> None:
        """Keep the programs."""
        manifest, arrays = artifact.packed()
        self.cache.write(self.key, {**manifest, "notes": list(notes)}, arrays)

    def forget(self) -> None:
        """Drop what is kept there."""
        self.cache.drop(self.key)

    def beside(self, what: str) -> Place:
        """The place of something else that is known of the same compiled model."""
        return Place(self.cache, hashlib.sha256(f"{self.key} {what}".encode()).hexdigest())

    def note(self, what: str, document: object) -> None:
        """Keep JSON beside the programs."""
        self.beside(what).cache.write(self.beside(what).key, {"document": document}, {})

    def noted(self, what: str) -> Document | None:
        """The JSON that `note` has kept; None if there is none."""
        found = self.cache.read(self.beside(what).key)
        return None if found is None else found[0]["document"]

    def remind(self, backends: Sequence[Backend]) -> None:
        """Tell backends what they have remembered."""
        for backend in backends:
            if isinstance(backend, Remembers):
                place = self.beside(f"memory of {backend.name}")
                if (found := self.cache.read(place.key)) is not None:
                    backend.remind(found[1])

    def remember(self, backends: Sequence[Backend], before: Mapping[str, int]) -> None:
        """Keep what backends remember that have learned something since *before*."""
        for backend in backends:
            if isinstance(backend, Remembers):
                arrays = dict(backend.remembered())
                if len(arrays) > before.get(backend.name, 0):
                    place = self.beside(f"memory of {backend.name}")
                    self.cache.write(place.key, {}, arrays)


def known(backends: Sequence[Backend]) -> dict[str, int]:
    """The number of arrays that each backend remembers."""
    return {b.name: len(b.remembered()) for b in backends if isinstance(b, Remembers)}


def can_keep(backends: Sequence[Backend]) -> bool:
    """Whether keeping spares anything, and all of them say what their exports depend on."""
    exporting = [backend for backend in backends if isinstance(backend, Exports)]
    return bool(exporting) and all(isinstance(backend, Reloads) for backend in exporting)


def place_of(
    cache: Cache | None,
    path: str | Path,
    backends: Sequence[Backend],
    choices: Mapping[str, Any],
) -> Place | None:
    """Where a model is kept that is compiled for *backends* with those *choices*.

    None where nothing is kept: without a cache, for backends that do not say what they depend on,
    for settings that are objects, and where a plugin wants to see or rewrite graphs and programs.
    """
    if cache is None or not can_keep(backends) or _watched():
        return None
    size = os.stat(path).st_size if os.path.isfile(path) else LARGEST_FILE_BYTES + 1
    identity = code.identity() if size <= LARGEST_FILE_BYTES else None
    if identity is None:
        return None
    said = {
        "code": identity,
        "model": hashlib.sha256(read_file(path)).hexdigest(),
        "name": Path(path).name,
        "backends": [_said(backend) for backend in backends],
        **choices,
    }
    try:
        text = json.dumps(said, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError):  # a setting that is an object of this process
        return None
    return Place(cache, hashlib.sha256(text.encode()).hexdigest())


def _watched() -> bool:
    """Whether a plugin hears of graphs and programs, which it would not if they were kept."""
    plugins.load_hook_plugins()
    hook = plugins.manager.hook
    hooks = (hook.npucore_graph_loaded, hook.npucore_passes, hook.npucore_program_compiled)
    return any(each.get_hookimpls() for each in hooks)


def _said(backend: Backend) -> dict[str, object]:
    depends = dict(backend.circumstances()) if isinstance(backend, Reloads) else {}
    return {
        "name": backend.name,
        "target": backend.target,
        "settings": dict(backend.settings),
        "circumstances": depends,
    }
