# SPDX-License-Identifier: MIT
"""From a model and the names of backends to an artefact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from npucore.errors import UnsupportedError
from npucore.files.artifact import Artifact, StoredRun
from npucore.graph import Graph
from npucore.running.execution import stored
from npucore.running.opening import FALLBACK, Backends
from npucore.running.placed import Placed, place, refuse_fallback
from npucore.running.placing import placing_of
from npucore.tensor import Shape


def compile(
    model: Graph | str | Path,
    backend: Backends = None,
    *,
    fallback: str | None = FALLBACK,
    strict: bool = False,
    rounding: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    memory: int | None = None,
    placement: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Artifact:
    """Compile a model for a file; all arguments are those of `Session`.

    Runs of backends that cannot export are stored as graphs.
    """
    placing = placing_of(placement, host, strict)
    placed = place(model, backend, fallback, rounding, shapes, memory, placing, **options)
    graph, parts = placed.graph, placed.partition
    if strict:
        refuse_fallback(parts.placements, placed.chosen)
    if graph.states:
        raise UnsupportedError(
            f"{graph.name}: a network that keeps state from run to run cannot be stored yet; "
            "run the model's file itself"
        )
    indices = {tensor: index for index, op in enumerate(graph.ops) for tensor in op.outputs}
    return artifact_of(placed, [stored(run, indices) for run in parts.runs])


def artifact_of(placed: Placed, runs: Sequence[StoredRun]) -> Artifact:
    """The artefact of a graph whose *runs* are compiled."""
    graph = placed.graph
    return Artifact(
        graph.name,
        graph.rounding,
        graph.inputs,
        graph.outputs,
        placed.chosen,
        placed.partition.placements,
        tuple(runs),
        version("npucore"),
        graph.metadata,
    )
