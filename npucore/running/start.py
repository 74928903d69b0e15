# SPDX-License-Identifier: MIT
"""A model on its way to a session: an artefact, found compiled in the cache, or to be compiled.

Only models that are files are kept, compiled, for the next time: docs/adr/0040.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from npucore import plugins
from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.errors import (
    InputError,
    InvalidModelError,
    NpucoreError,
    PluginError,
    UnsupportedError,
)
from npucore.files.artifact import Artifact, StoredRun
from npucore.files.cache import Choice, cache_of
from npucore.graph import Graph
from npucore.running.compilation import artifact_of
from npucore.running.execution import Execution, Step, compiled, compiled_and_stored, loaded
from npucore.running.fallback import fallbacks_here
from npucore.running.footprint import require_memory
from npucore.running.kept import Kept, Place, known, place_of
from npucore.running.loading import frontend_of, load
from npucore.running.opening import open_stored
from npucore.running.placed import Choices, Opened, Placed, refuse_fallback
from npucore.tensor import Shape


class Reading(NamedTuple):
    """A graph, and whether nothing but its file has said what is in it."""

    graph: Graph
    by_file_alone: bool


class Start:
    """A model, and how it is to be run.

    Parameters
    ----------
    network
        The graph, the artefact, or what was found in the cache.
    choices
        The caller's.
    place
        Where in the cache it is or goes; None for nowhere.
    opened
        The backends, unless they are opened later.
    """

    def __init__(
        self,
        network: Graph | Artifact | Kept,
        choices: Choices,
        place: Place | None = None,
        opened: Opened | None = None,
    ) -> None:
        if isinstance(network, Artifact):
            choices.refuse(network.name)
        self.network, self.choices = network, choices
        self.place, self._opened = place, opened
        self.chosen: tuple[str, ...] = ()
        self.placement: tuple[Placement, ...] = ()
        self._known: dict[str, int] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on the network."""
        return () if isinstance(self.network, Artifact) else self.network.notes

    @property
    def graph(self) -> Graph | None:
        """The model's graph, read now if it has to be; None for an artefact."""
        if isinstance(self.network, Artifact):
            return None
        if not isinstance(self.network, Kept):
            return self.network
        return self.choices.rounded(self.network.graph)

    @property
    def opened(self) -> Opened:
        """The backends; none for an artefact, which names its own."""
        if isinstance(self.network, Artifact):
            return [], []
        if self._opened is None:
            self._opened = self.choices.open(self.network)
        return self._opened

    def execution(self) -> Execution:
        """Its programs, made ready. *chosen* and *placement* are known then."""
        if isinstance(self.network, Artifact):
            return self._of_artifact(self.network)
        if self.place is not None:
            self.place.remind(self.opened[1])
            self._known = known(self.opened[1])
        if isinstance(self.network, Kept):
            try:
                return self._of_kept(self.network)
            except (InvalidModelError, PluginError, UnsupportedError):  # what was kept is no good
                assert self.place is not None
                self.place.forget()
                self.network = self.network.graph
        return self._of_graph(self.network)

    def finish(self) -> None:
        """Keep what backends have worked out since."""
        if self.place is not None and self._known is not None:
            self.place.remember(self.opened[1], self._known)
            self._known = known(self.opened[1])

    def _of_artifact(self, artifact: Artifact) -> Execution:
        self.chosen, self.placement = artifact.chosen, artifact.placements
        if self.choices.strict:
            refuse_fallback(self.placement, self.chosen)
        return Execution(artifact, _loaded(artifact, self.choices.memory))

    def _of_kept(self, kept: Kept) -> Execution:
        self.chosen, self.placement = kept.artifact.chosen, kept.artifact.placements
        if self.choices.strict:
            refuse_fallback(self.placement, self.chosen)
        return Execution(kept, kept.steps(self.opened[1]))

    def _of_graph(self, graph: Graph) -> Execution:
        placed = self.choices.place(graph, self.opened)
        self.network, self.chosen = placed.graph, placed.chosen
        self.placement = placed.partition.placements
        if self.place is None:
            return Execution(placed.graph, map(compiled, placed.partition.runs))
        return Execution(placed.graph, _kept(placed, self.place))


def _kept(placed: Placed, place: Place) -> Iterator[Step]:
    """The programs of a graph, kept as soon as all of them are there."""
    graph, runs = placed.graph, list[StoredRun]()
    indices = {tensor: index for index, op in enumerate(graph.ops) for tensor in op.outputs}
    for run in placed.partition.runs:
        step, stored = compiled_and_stored(run, indices)
        runs.append(stored)
        yield step
    with suppress(UnsupportedError):  # an op that no file holds
        place.keep(artifact_of(placed, runs), graph.notes)


def started(
    model: Graph | Artifact | str | Path,
    choices: Choices,
    cache: Choice = None,
    shapes: Mapping[str, Shape] | None = None,
) -> Start:
    """A model that is read already, or that of a file, without advice about open shapes."""
    if isinstance(model, Graph | Artifact):
        if shapes:
            raise InputError(f"{model.name or 'the network'} has its shapes already")
        return Start(model, choices)
    path = model

    def read() -> Reading:
        return Reading(load(path, shapes=shapes), by_file_alone=True)

    return of_file(path, choices, read, cache, shapes=shapes)


def of_file(
    path: str | Path,
    choices: Choices,
    read: Callable[[], Reading],
    cache: Choice = None,
    *,
    shapes: Mapping[str, Shape] | None = None,
    frontend: str | None = None,
    signature: str | None = None,
) -> Start:
    """The model of a file, from the cache if it has been compiled in the same way.

    *read* reads it; *shapes*, *frontend* and *signature* are what it reads it by.
    """
    reading: dict[str, object] = {"frontend": frontend, "signature": signature}
    reading |= {"shapes": {name: list(shape) for name, shape in (shapes or {}).items()}}
    before = _version(path)
    place, opened = _place(path, choices, cache, reading)
    if place is not None and (kept := place.find(lambda: read().graph)) is not None:
        return Start(kept, choices, place, opened)
    graph, by_file_alone = read()
    opened = None  # another graph may have another fallback
    if place is not None:
        whole = by_file_alone and frontend_of(Path(path), frontend)().is_whole(Path(path))
        same = before is not None and before == _version(path)  # as its digest was taken of
        place = place if whole and same and not graph.states else None
    return Start(graph, choices, place, opened)


def _version(path: str | Path) -> tuple[int, ...] | None:
    """Inode, size and time of change of a file; None for no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _place(
    path: str | Path, choices: Choices, cache: Choice, reading: Mapping[str, object]
) -> tuple[Place | None, Opened | None]:
    """Where in the cache it is or goes, and the backends that had to be opened to know."""
    folder = cache_of(cache)
    named = choices.backend
    names = [named] if isinstance(named, str | Backend) else named or []
    if folder is None or any(isinstance(name, Backend) for name in names):
        return None, None
    try:
        opened = choices.open(None)
    except NpucoreError:  # said when they are needed, after what is wrong with the model
        return None, None
    said = {
        **reading,
        "chosen": [backend.name for backend in opened[0]],
        "fallback": [choices.fallback, *fallbacks_here(choices.fallback)],
        "rounding": choices.rounding,
        "memory": choices.memory,
        "placement": [choices.placing.how, choices.placing.host],
        "options": dict(choices.options),
    }
    return place_of(folder, path, opened[1], said), opened


def _loaded(artifact: Artifact, memory: int | None) -> Iterator[Step]:
    plugins.load_hook_plugins()
    for run in artifact.runs:
        if isinstance(run.content, Graph):
            require_memory(run.content, memory)
    backends: dict[object, Backend] = {}  # one object for all runs of a backend
    for index, run in enumerate(artifact.runs):
        key = (run.backend, run.target, *sorted(run.settings.items()))
        try:
            if key not in backends:
                backends[key] = open_stored(run)
            yield loaded(run, backends[key])
        except InvalidModelError as error:
            raise InvalidModelError(f"run {index} of {artifact.name}: {error}") from None
