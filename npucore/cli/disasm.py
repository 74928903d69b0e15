# SPDX-License-Identifier: MIT
"""``npucore disasm``: what a hardware's register words say."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from npucore.contract.listing import ListedTask, Listing
    from npucore.files.artifact import Artifact, StoredRun
    from npucore.tensor import Array

SUMMARY = "Show the registers that a stream of hardware words writes"
EXAMPLES = """\
examples:
  npucore disasm stream.bin --backend rocket
  npucore disasm capture.npz --json
  npucore disasm mobilenet.npu
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``disasm`` understands."""
    parser.add_argument(
        "file", metavar="FILE", help="an artefact, words as they lie in memory, .npy or .npz"
    )
    parser.add_argument(
        "--backend", metavar="NAME", help="whose words they are (default: the first that can tell)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Read the file, ask the backend, print."""
    from npucore.cli.printable import printable
    from npucore.files.artifact import is_artifact

    if is_artifact(args.file):
        listing = _artifact_listing(args)
    else:
        listing = _listing(args.file, args.backend)
    if args.json:
        _print_json(listing)
        return 0
    for task in listing.tasks:
        print("\n".join(map(printable, task.lines)))
    return 0


def _artifact_listing(args: argparse.Namespace) -> Listing:
    """The tasks of all runs, jobs counted through, with ops as ``npucore explain`` counts them."""
    from npucore.contract.listing import Listing
    from npucore.errors import InputError, UnsupportedError
    from npucore.files.artifact import Artifact

    if args.backend:
        raise InputError(f"--backend: {args.file} says itself whose words it holds")
    artifact = Artifact.read(args.file)
    listings = [(run, listed) for run in artifact.runs if (listed := _run_listing(run)) is not None]
    if not listings:
        names = ", ".join(dict.fromkeys(run.backend for run in artifact.runs)) or "nothing"
        raise UnsupportedError(f"{args.file} holds no words of any hardware: it is for {names}")
    tasks: list[ListedTask] = []
    for run, listing in listings:
        first_job = 1 + max((task.job for task in tasks), default=-1)
        tasks += (_numbered(task, first_job, run, artifact) for task in listing.tasks)
    return Listing(tuple(tasks))


def _run_listing(run: StoredRun) -> Listing | None:
    from npucore.contract.abilities import ExplainsExports
    from npucore.contract.backend import Exported
    from npucore.running.session import open_backend

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
    from dataclasses import replace

    job, op = first_job + task.job, None
    if task.op is not None and task.op < len(run.ops):
        op = run.ops[task.op]
    what = "no op" if op is None else f"op {op} ({artifact.placements[op].op})"
    title = f"job {job}, {what}: {task.lines[0]}"
    return replace(task, job=job, op=op, lines=(title, *task.lines[1:]))


def _print_json(listing: Listing) -> None:
    import json
    from dataclasses import asdict

    tasks = [asdict(task) for task in listing.tasks]
    for task in tasks:
        del task["lines"]
    print(json.dumps({"tasks": tasks}, indent=2))


def _listing(file: str, backend: str | None) -> Listing:
    from npucore import plugins
    from npucore.contract.abilities import ExplainsWords
    from npucore.errors import InputError, PluginError, UnsupportedError
    from npucore.running.session import open_backend

    arrays = _read(file)
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


def _read(file: str) -> Mapping[str, Array]:
    """The file's arrays by name; bytes that are no array of numpy's are one array."""
    from pathlib import Path

    import numpy as np

    from npucore.files.boundary import read_file
    from npucore.files.stored_arrays import MOST_BYTES, read_arrays

    path = Path(file)
    if path.suffix.lower() in (".npy", ".npz"):
        return read_arrays(path)
    return {"": np.frombuffer(read_file(path, MOST_BYTES), np.uint8)}
