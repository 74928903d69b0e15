# SPDX-License-Identifier: MIT
"""Disassembles the register words in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from npucore import plugins
from npucore.contract.abilities import ExplainsExports, ExplainsWords
from npucore.contract.backend import Exported
from npucore.contract.listing import ListedTask, Listing
from npucore.errors import InputError, PluginError, UnsupportedError
from npucore.files.artifact import Artifact, StoredRun, is_artifact
from npucore.files.boundary import read_file
from npucore.files.stored_arrays import MOST_BYTES, read_arrays
from npucore.running.opening import open_backend
from npucore.tensor import Array


def disassemble(file: str | Path, backend: str | None = None) -> Listing:
    """The tasks in an artefact, or in words as they lie in memory, ``.npy`` or ``.npz``.

    *backend* says whose words they are; without it the first that can tell is asked. An artefact
    says so itself: its jobs are counted through all runs, and its ops as `explain` counts them.
    Raises `InputError` for what holds no such words, `UnsupportedError` if no backend reads them.
    """
    if not is_artifact(file):
        return _words_listing(file, backend)
    if backend:
        raise InputError(f"backend: {file} says itself whose words it holds")
    return _artifact_listing(file)


def _artifact_listing(file: str | Path) -> Listing:
    artifact = Artifact.read(file)
    listings = [(run, listed) for run in artifact.runs if (listed := _run_listing(run)) is not None]
    if not listings:
        names = ", ".join(dict.fromkeys(run.backend for run in artifact.runs)) or "nothing"
        raise UnsupportedError(f"{file} holds no words of any hardware: it is for {names}")
    tasks: list[ListedTask] = []
    for run, listing in listings:
        first_job = 1 + max((task.job for task in tasks), default=-1)
        tasks += (_numbered(task, first_job, run, artifact) for task in listing.tasks)
    return Listing(tuple(tasks))


def _run_listing(run: StoredRun) -> Listing | None:
    if not isinstance(run.content, Exported):
        return None
    name = run.backend if run.target is None else f"{run.backend}:{run.target}"
    # Words are words: no device is looked for, let alone one that the file names.
    backend = open_backend(name, device="simulator")
    if not isinstance(backend, ExplainsExports):
        return None
    return backend.disassemble_exported(run.content)


def _numbered(task: ListedTask, first_job: int, run: StoredRun, artifact: Artifact) -> ListedTask:
    """A task of a run as one of the whole network."""
    job, op = first_job + task.job, None
    if task.op is not None and task.op < len(run.ops):
        op = run.ops[task.op]
    what = "no op" if op is None else f"op {op} ({artifact.placements[op].op})"
    title = f"job {job}, {what}: {task.lines[0]}"
    return replace(task, job=job, op=op, lines=(title, *task.lines[1:]))


def _words_listing(file: str | Path, backend: str | None) -> Listing:
    arrays = _read(Path(file))
    reasons = []
    for name in [backend] if backend else plugins.names(plugins.BACKENDS):
        try:
            asked = open_backend(name)
            listing = asked.disassemble(arrays) if isinstance(asked, ExplainsWords) else None
        except InputError as error:
            reasons.append(f"{error} ({name})")
        except PluginError:
            if backend:
                raise
        else:
            if listing is not None:
                return listing
    if reasons:
        raise InputError(f"{file}: {'; '.join(reasons)}")
    who = f"{backend} has no" if backend else "no installed backend has a"
    raise UnsupportedError(f"{who} disassembler")


def _read(path: Path) -> Mapping[str, Array]:
    """The file's arrays by name; bytes that are no array of numpy's are one array."""
    if path.suffix.lower() in (".npy", ".npz"):
        return read_arrays(path)
    return {"": np.frombuffer(read_file(path, MOST_BYTES), np.uint8)}
