# SPDX-License-Identifier: MIT
"""Reads the model that a use-case is given, unless it has been read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from npucore.errors import InputError
from npucore.files.artifact import Artifact, is_artifact
from npucore.graph import Graph
from npucore.running.loading import load
from npucore.running.session import FALLBACK, Backends, Model
from npucore.tensor import Shape


def read_network(
    model: Model, shapes: Mapping[str, Shape] | None = None, *, unread: bool = False
) -> Graph | Artifact:
    """The graph or the artefact that *model* is or names; *shapes* and *unread* as for `load`.

    Raises `InputError` for shapes beside what has its own, and what `load` raises.
    """
    if isinstance(model, str | Path) and not is_artifact(model):
        return load(model, shapes=shapes, unread=unread)
    network = Artifact.read(model) if isinstance(model, str | Path) else model
    if shapes:
        raise InputError(f"{network.name or 'the network'} has its shapes already")
    return network


def refuse_choices(
    artifact: Artifact, backend: Backends, fallback: str | None, *others: object
) -> None:
    """Raise `InputError` if anything is chosen for an artefact, which leaves no choice."""
    if backend is not None or fallback != FALLBACK or any(others):
        raise InputError(f"{artifact.name or 'the artefact'} is compiled and placed already")
