# SPDX-License-Identifier: MIT
"""Artefacts as a hardware maker's test benches play them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from npucore.contract.abilities import ExportsTraces
from npucore.contract.backend import Exported
from npucore.errors import InputError, UnsupportedError
from npucore.files.artifact import Artifact, StoredRun, is_artifact
from npucore.files.atomic import replacing
from npucore.files.boundary import judged
from npucore.running.opening import open_backend
from npucore.tensor import Array, Tensor

SEED = 1


def export_trace(file: str | Path, folder: str | Path) -> list[Path]:
    """Write the runs of an artefact that test benches play, and say which files these are.

    Runs are fed with random numbers, the same every time. A run's files lie in *folder* below
    ``run0``, ``run1``, ... Raises `InputError` for a file that is no artefact, `UnsupportedError`
    for one of which no test bench plays anything.
    """
    if not is_artifact(file):
        raise InputError(f"{file} is no artefact: `npucore compile` makes one")
    artifact = Artifact.read(file)
    contents = {
        Path(folder) / f"run{number}" / name: content
        for number, run in enumerate(artifact.runs)
        for name, content in _files(run, f"{file}, run {number}").items()
    }
    if not contents:
        names = ", ".join(dict.fromkeys(run.backend for run in artifact.runs)) or "nothing"
        raise UnsupportedError(f"{file} holds nothing that a test bench plays: it is for {names}")
    for path, content in contents.items():
        _write(path, content)
    return list(contents)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: cannot make it: {error.strerror or error}") from error
    with replacing(path) as target:
        target.write(content)


def _files(run: StoredRun, what: str) -> dict[str, bytes]:
    if not isinstance(run.content, Exported):
        return {}
    name = run.backend if run.target is None else f"{run.backend}:{run.target}"
    # A trace is a trace: no device is looked for, let alone one that the file names.
    backend = open_backend(name, device="simulator")
    if not isinstance(backend, ExportsTraces):
        return {}
    with judged(f"{what} cannot be traced"):
        return dict(backend.test_bench(run.content, run.inputs, run.outputs, _given(run.inputs)))


def _given(inputs: Sequence[Tensor]) -> list[Array]:
    rng = np.random.default_rng(SEED)
    raw = (rng.integers(0, 256, t.size_bytes, np.uint8).view(t.dtype) for t in inputs)
    return [data.reshape(t.shape) for data, t in zip(raw, inputs, strict=True)]
