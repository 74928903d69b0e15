# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts.

==============  ======================  ========================================================
``words``       (W,) uint32             the jobs' descriptors in order, addresses 0
``jobs``        (J, 3) int64            kind (index of *descriptors*), op in the graph or -1,
                                        1 if the next job is another part of the same operation
``relocations`` (R, 4) int64            job, field (index of *fields*), buffer, offset
``constants``   (C,) uint8              coefficients, as the NPU reads them
==============  ======================  ========================================================

The manifest has the names that *descriptors*, *fields* and *buffers* count, the chip, the bytes of
activations, and where the inputs and outputs lie among them; their shapes are those of the tensors
that the artefact has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, Listing
from npucore.errors import InvalidModelError
from npucore.files.document import Document
from npucore.tensor import Array, Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.disasm import list_descriptor
from npucore_vsim.extents import ADDRESSES, extents
from npucore_vsim.job import KERNEL_ADDRESS_SHIFT, Address, Job
from npucore_vsim.program import ACTIVATIONS, CONSTANTS, Compiled, Port
from npucore_vsim.registers import NNDescriptor, TPDescriptor

VERSION = 1
BUFFERS = (CONSTANTS, ACTIVATIONS)
DESCRIPTORS = {kind.__name__: kind for kind in (NNDescriptor, TPDescriptor)}
FIELDS = tuple(name for names in ADDRESSES.values() for name in names)
LARGEST_BYTES = 1 << 31  # of activations: a wrong size must not become an allocation beyond reason
DTYPES = (np.int8, np.uint8)


def export(compiled: Compiled, chip: Chip) -> Exported:
    """A compiled graph for a file."""
    kinds = list(DESCRIPTORS)
    words = [np.array(job.descriptor.words, np.uint32) for job in compiled.jobs]
    rows = [
        (kinds.index(type(job.descriptor).__name__), -1 if op is None else op, job.more)
        for job, op in zip(compiled.jobs, compiled.ops, strict=True)
    ]
    holes = [
        (number, FIELDS.index(name), BUFFERS.index(address.buffer), address.offset)
        for number, job in enumerate(compiled.jobs)
        for name, address in job.addresses.items()
    ]
    return Exported(
        {
            "version": VERSION,
            "chip": chip.name,
            "descriptors": kinds,
            "fields": list(FIELDS),
            "buffers": list(BUFFERS),
            "activations_bytes": compiled.activations_bytes,
            "inputs": [port.offset for port in compiled.inputs],
            "outputs": [port.offset for port in compiled.outputs],
        },
        {
            "words": np.concatenate([np.zeros(0, np.uint32), *words]),
            "jobs": np.array(rows, np.int64).reshape(-1, 3),
            "relocations": np.array(holes, np.int64).reshape(-1, 4),
            "constants": compiled.constants,
        },
    )


def restore(
    exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor], chip: Chip
) -> Compiled:
    """Undo `export` for a graph with these ends.

    Every number is checked, and that every job stays within its buffers as far as its descriptor
    says: `InvalidModelError`. What coefficients say is not judged here.
    """
    manifest = Document(exported.manifest, "vsim")
    _check_version(manifest, chip)
    size = manifest["activations_bytes"].integer(0, LARGEST_BYTES)
    constants = _array(exported, "constants", np.uint8, 1)
    sizes = {CONSTANTS: constants.size, ACTIVATIONS: size}
    jobs, ops = _jobs(exported, manifest, sizes, chip)
    return Compiled(
        jobs=jobs,
        ops=ops,
        constants=constants,
        inputs=_ports(manifest["inputs"], inputs, size),
        outputs=_ports(manifest["outputs"], outputs, size),
        activations_bytes=size,
    )


def listing(exported: Exported, chip: Chip) -> Listing:
    """What the words say, with the addresses that they wait for. Raises as `restore` does."""
    compiled = restore(_without_ends(exported), (), (), chip)
    return Listing(
        tuple(
            list_descriptor(number, job.descriptor, op, _listed(job))
            for number, (job, op) in enumerate(zip(compiled.jobs, compiled.ops, strict=True))
        )
    )


def _without_ends(exported: Exported) -> Exported:
    return Exported({**exported.manifest, "inputs": [], "outputs": []}, exported.arrays)


def _listed(job: Job) -> dict[str, ListedAddress]:
    return {name: ListedAddress(a.buffer, a.offset) for name, a in job.addresses.items()}


def _check_version(manifest: Document, chip: Chip) -> None:
    if manifest["version"].integer() != VERSION:
        manifest["version"].invalid(f"{VERSION}, the version that is known here")
    if manifest["chip"].text() != chip.name:
        manifest["chip"].invalid(chip.name)


def _names(names: Document, known: Sequence[str]) -> list[str]:
    """A table of names, all of which have to be known."""
    found = [name.text() for name in names.items()]
    for name in names.items():
        if name.text() not in known:
            name.invalid(" or ".join(known))
    return found


def _jobs(
    exported: Exported, manifest: Document, sizes: dict[str, int], chip: Chip
) -> tuple[tuple[Job, ...], tuple[int | None, ...]]:
    rows = _array(exported, "jobs", np.int64, 2, columns=3)
    kinds = [DESCRIPTORS[n] for n in _names(manifest["descriptors"], list(DESCRIPTORS))]
    _require(bool(((rows[:, 0] >= 0) & (rows[:, 0] < len(kinds))).all()), "a job of no kind")
    _require(bool((rows[:, 1] >= -1).all()), "a job of an op below -1")
    _require(bool(np.isin(rows[:, 2], (0, 1)).all()), "a job with more than one more part")
    _require(not len(rows) or not rows[-1, 2], "a last job that is not the last")
    addresses = _addresses(exported, manifest, len(rows), sizes)
    words, at, jobs = _array(exported, "words", np.uint32, 1), 0, []
    for number, (kind, _, more) in enumerate(rows.tolist()):
        mine = words[at:][: kinds[kind].length]
        _require(mine.size == kinds[kind].length, f"{words.size} words, which end in job {number}")
        at += mine.size
        job = Job(kinds[kind].decode(mine.tolist()), addresses[number], bool(more))
        _check(number, job, sizes, chip)
        jobs.append(job)
    _require(at == words.size, f"{words.size} words, but jobs of {at}")
    return tuple(jobs), tuple(None if op < 0 else op for op in rows[:, 1].tolist())


def _addresses(
    exported: Exported, manifest: Document, jobs: int, sizes: dict[str, int]
) -> list[dict[str, Address]]:
    """Of every job, by field."""
    holes = _array(exported, "relocations", np.int64, 2, columns=4)
    fields, buffers = _names(manifest["fields"], FIELDS), _names(manifest["buffers"], BUFFERS)
    limits = np.array([sizes[name] for name in buffers], np.int64)
    job, field, buffer, offset = holes.T
    _require(bool(((job >= 0) & (job < jobs)).all()), "an address for no job")
    _require(bool(((field >= 0) & (field < len(fields))).all()), "an address for no field")
    _require(bool(((buffer >= 0) & (buffer < len(buffers))).all()), "an address in no buffer")
    _require(bool(((offset >= 0) & (offset < limits[buffer])).all()), "an address out of range")
    _require(len(np.unique(holes[:, :2], axis=0)) == len(holes), "two addresses for a field")
    found: list[dict[str, Address]] = [{} for _ in range(jobs)]
    for number, name, place, at in holes.tolist():
        found[number][fields[name]] = Address(buffers[place], at)
    return found


def _check(number: int, job: Job, sizes: dict[str, int], chip: Chip) -> None:
    """Raise `InvalidModelError` for a job that would not stay in its buffers."""
    descriptor = job.descriptor
    known = ADDRESSES[type(descriptor)]
    _require(not any(descriptor.unknown_bits), f"job {number}: bits that mean nothing")
    for name in known:
        _require(not getattr(descriptor, name), f"job {number}: {name} is absolute")
    strange = [name for name in job.addresses if name not in known]
    _require(not strange, f"job {number}: an address for a field that it has not")
    try:
        reached = extents(descriptor, chip)
    except ValueError as error:
        raise InvalidModelError(f"vsim: job {number}: {error}") from None
    for name, (low, end) in reached.items():
        _require(name in job.addresses, f"job {number}: no address for {name}")
        buffer, offset = job.addresses[name]
        inside = offset + low >= 0 and offset + end <= sizes[buffer]
        _require(inside, f"job {number}: {name} reaches byte {offset + end} of {sizes[buffer]}")
    whole = 1 << KERNEL_ADDRESS_SHIFT
    kernel = job.addresses.get("kernel_address")
    _require(kernel is None or not kernel.offset % whole, f"job {number}: coefficients astray")


def _ports(offsets: Document, tensors: Sequence[Tensor], size: int) -> tuple[Port, ...]:
    given = offsets.items()
    _require(len(given) == len(tensors), f"{len(given)} images for {len(tensors)} tensors")
    return tuple(_made_ports(given, tensors, size))


def _made_ports(given: Sequence[Document], tensors: Sequence[Tensor], size: int) -> Iterator[Port]:
    for offset, tensor in zip(given, tensors, strict=True):
        _require(
            tensor.dtype in DTYPES, f"{tensor.name}: {tensor.dtype}, wanted a byte for each value"
        )
        start = offset.integer(0, size)
        end = start + tensor.elements
        _require(end <= size, f"{tensor.name} ends at {end} of {size} bytes")
        yield Port(tensor.name, tensor.shape, str(tensor.dtype), start)


def _array(
    exported: Exported, name: str, dtype: type[np.generic], rank: int, columns: int | None = None
) -> Array:
    array = exported.arrays.get(name)
    if array is None or array.dtype != dtype or array.ndim != rank:
        raise InvalidModelError(f"vsim: no {np.dtype(dtype)} array {name!r} of rank {rank}")
    _require(columns is None or array.shape[-1] == columns, f"{name} of shape {array.shape}")
    return array


def _require(condition: bool, why: str) -> None:
    if not condition:
        raise InvalidModelError(f"vsim: {why}")
