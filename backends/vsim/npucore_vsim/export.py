# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts.

===============  ============  =============================================================
``words``        (W,) uint32   the jobs' descriptors in order, addresses 0
``jobs``         (J, 3) int64  kind (index of *descriptors*), op in the graph or -1,
                               1 if the next job is another part of the same operation
``relocations``  (R, 4) int64  job, field (index of *fields*), buffer (index of *buffers*), offset
===============  ============  =============================================================

The manifest has the names that *descriptors*, *fields* and *buffers* count. The rest is every
family's: `npucore.family.export`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, Listing
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address
from npucore.family.export import Stored, exported, without_ends
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.disasm import list_descriptor
from npucore_vsim.extents import ADDRESSES
from npucore_vsim.job import Job
from npucore_vsim.link import commands_bytes
from npucore_vsim.program import VsimCompiled
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.validate.extents import complaint

BACKEND = "vsim"
BUFFERS = (CONSTANTS, ACTIVATIONS)
DESCRIPTORS = {kind.__name__: kind for kind in (NNDescriptor, TPDescriptor)}
FIELDS = tuple(name for names in ADDRESSES.values() for name in names)
DTYPES = (np.int8, np.uint8)


def export(compiled: VsimCompiled) -> Exported:
    """A compiled graph for a file."""
    kinds = list(DESCRIPTORS)
    words = [np.array(job.descriptor.words, np.uint32) for job in compiled.jobs]
    rows = [
        (kinds.index(type(job.descriptor).__name__), -1 if job.op is None else job.op, job.more)
        for job in compiled.jobs
    ]
    holes = [
        (number, FIELDS.index(name), BUFFERS.index(address.buffer), address.offset)
        for number, job in enumerate(compiled.jobs)
        for name, address in job.addresses.items()
    ]
    arrays = {
        "words": np.concatenate([np.zeros(0, np.uint32), *words]),
        "jobs": np.array(rows, np.int64).reshape(-1, 3),
    }
    tables = {"descriptors": kinds, "fields": FIELDS, "buffers": BUFFERS}
    return exported(compiled, arrays, holes, tables)


def restore(
    exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor], chip: Chip
) -> VsimCompiled:
    """Undo `export` for a graph with these ends.

    Every number is checked, and that every job stays within its buffers as far as its descriptor
    says: `InvalidModelError`. What coefficients say is not judged here.
    """
    stored = Stored.read(exported, BACKEND, chip.name)
    jobs = _jobs(stored, chip)
    return VsimCompiled(
        chip=chip,
        jobs=jobs,
        constants=stored.constants,
        inputs=stored.ports("inputs", inputs, _span, "image"),
        outputs=stored.ports("outputs", outputs, _span, "image"),
        activations_bytes=stored.activations_bytes,
        commands_bytes=commands_bytes(jobs),
    )


def _span(tensor: Tensor) -> int:
    if tensor.dtype not in DTYPES:
        raise ValueError(f"{tensor.dtype}, wanted a byte for each value")
    return tensor.elements


def listing(exported: Exported, chip: Chip) -> Listing:
    """What the words say, with the addresses that they wait for. Raises as `restore` does."""
    jobs = restore(without_ends(exported), (), (), chip).jobs
    return Listing(
        tuple(
            list_descriptor(number, job.descriptor, job.op, _listed(job))
            for number, job in enumerate(jobs)
        )
    )


def _listed(job: Job) -> dict[str, ListedAddress]:
    return {name: ListedAddress(a.buffer, a.offset) for name, a in job.addresses.items()}


def _jobs(stored: Stored, chip: Chip) -> tuple[Job, ...]:
    rows = stored.array("jobs", np.int64, 2, columns=3)
    kinds = [DESCRIPTORS[name] for name in stored.names("descriptors", list(DESCRIPTORS))]
    known = bool(((rows[:, 0] >= 0) & (rows[:, 0] < len(kinds))).all())
    stored.require(known, "a job of no kind")
    stored.require(bool((rows[:, 1] >= -1).all()), "a job of an op below -1")
    stored.require(bool(np.isin(rows[:, 2], (0, 1)).all()), "a job with more than one more part")
    stored.require(not len(rows) or not rows[-1, 2], "a last job that is not the last")
    addresses = _addresses(stored, len(rows))
    words, at, jobs = stored.array("words", np.uint32, 1), 0, []
    for number, (kind, op, more) in enumerate(rows.tolist()):
        mine = words[at:][: kinds[kind].length]
        complete = mine.size == kinds[kind].length
        stored.require(complete, f"{words.size} words, which end in job {number}")
        at += mine.size
        descriptor = kinds[kind].decode(mine.tolist())
        job = Job(descriptor, addresses[number], bool(more), None if op < 0 else op)
        if why := complaint(job, stored.sizes, chip):
            stored.invalid(f"job {number}: {why}")
        jobs.append(job)
    stored.require(at == words.size, f"{words.size} words, but jobs of {at}")
    return tuple(jobs)


def _addresses(stored: Stored, jobs: int) -> list[dict[str, Address]]:
    """Of every job, by field."""
    fields, buffers = stored.names("fields", FIELDS), stored.names("buffers", BUFFERS)
    places, sizes = np.full(jobs, len(fields)), [stored.sizes[name] for name in buffers]
    found: list[dict[str, Address]] = [{} for _ in range(jobs)]
    for number, name, place, at in stored.relocations(places, sizes, ("job", "field")).tolist():
        found[number][fields[name]] = Address(buffers[place], at)
    return found
