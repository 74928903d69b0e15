# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts: what is the same for every family.

===============  ============  =================================================================
``relocations``  (R, 4) int64  job, place in it, buffer (an index), offset: an address to fill in
``constants``    (C,) uint8    weights and the like, as the NPU reads them
===============  ============  =================================================================

The manifest has the version, the chip, the bytes of activations, and where the inputs and outputs
lie among them; their shapes are those of the tensors that the artefact has. A file comes from a
stranger: every number is checked, `InvalidModelError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from npucore.contract.backend import Exported
from npucore.errors import InvalidModelError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Bytes, Compiled, Port
from npucore.files.document import Document
from npucore.quantize import Int64s
from npucore.tensor import Array, Tensor

VERSION = 1
FORMS = "forms"  # of the inputs, where one lies otherwise than its kind does; [] for the others
LARGEST_BYTES = 1 << 31  # of activations: a wrong size must not become an allocation beyond reason


def exported(
    compiled: Compiled[Any, Any],
    arrays: Mapping[str, Array],
    relocations: Sequence[tuple[int, int, int, int]],
    names: Mapping[str, Sequence[str]] | None = None,
) -> Exported:
    """A compiled graph for a file. *arrays* hold its words; *names* are tables that they index."""
    forms = [[int(n) for n in port.form or ()] for port in compiled.inputs]
    return Exported(
        {
            "version": VERSION,
            **({FORMS: forms} if any(forms) else {}),
            "chip": compiled.chip.name,
            **{table: list(entries) for table, entries in (names or {}).items()},
            "activations_bytes": compiled.activations_bytes,
            "inputs": [port.offset for port in compiled.inputs],
            "outputs": [port.offset for port in compiled.outputs],
        },
        {
            **arrays,
            "relocations": np.array(relocations, np.int64).reshape(-1, 4),
            "constants": compiled.constants,
        },
    )


Form = Callable[[Tensor, Sequence[int]], tuple[Any, int]]
"""Of the numbers of a form in a file: the form, and the tensor's bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An artefact as a family's *backend* reads it for a chip; checked as it is read."""

    backend: str
    manifest: Document
    arrays: Mapping[str, Array]
    constants: Bytes
    activations_bytes: int

    @classmethod
    def read(cls, exported: Exported, backend: str, chip: str) -> Stored:
        """Raises `InvalidModelError` for another version or chip, or sizes out of range."""
        manifest = Document(exported.manifest, backend)
        if manifest["version"].integer() != VERSION:
            manifest["version"].invalid(f"{VERSION}, the version that is known here")
        if manifest["chip"].text() != chip:
            manifest["chip"].invalid(chip)
        size = manifest["activations_bytes"].integer(0, LARGEST_BYTES)
        constants = _array(backend, exported.arrays, "constants", np.uint8, 1, None)
        return cls(backend, manifest, exported.arrays, constants, size)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of the buffers that the file fills."""
        return {CONSTANTS: self.constants.size, ACTIVATIONS: self.activations_bytes}

    def array(
        self, name: str, dtype: type[np.generic], rank: int, columns: int | None = None
    ) -> Array:
        """The array of that name, dtype and rank, with so many columns."""
        return _array(self.backend, self.arrays, name, dtype, rank, columns)

    def names(self, table: str, known: Sequence[str]) -> list[str]:
        """A table of names, all of which have to be known."""
        entries = self.manifest[table].items()
        for entry in entries:
            if entry.text() not in known:
                entry.invalid(" or ".join(known))
        return [entry.text() for entry in entries]

    def relocations(
        self, places: Int64s, sizes: Sequence[int], what: tuple[str, str] = ("job", "place")
    ) -> Int64s:
        """Each within its job's *places*, and within the buffer that it points to.

        *what* an address is for: a job, and a place in it.
        """
        holes = self.array("relocations", np.int64, 2, columns=4)
        job, place, buffer, offset = holes.T
        owner, spot = what
        self.require(bool(((job >= 0) & (job < len(places))).all()), f"an address for no {owner}")
        inside = (place >= 0) & (place < places[job])
        self.require(bool(inside.all()), f"an address for no {spot}")
        limits = np.array(sizes, np.int64)
        found = bool(((buffer >= 0) & (buffer < len(limits))).all())
        self.require(found, "an address in no buffer")
        in_range = bool(((offset >= 0) & (offset < limits[buffer])).all())
        self.require(in_range, "an address out of range")
        once = len(np.unique(holes[:, :2], axis=0)) == len(holes)
        self.require(once, f"two addresses for a {spot}")
        return holes

    def ports(
        self,
        end: str,
        tensors: Sequence[Tensor],
        span: Callable[[Tensor], int],
        what: str,
        form: Form | None = None,
    ) -> tuple[Port, ...]:
        """The inputs or outputs, by *end*; *what* a place is called.

        *span* gives a tensor's bytes, *form* the form and bytes of one that lies otherwise; both
        raise `ValueError` for one that can have no place.
        """
        offsets = self.manifest[end].items()
        count = f"{len(offsets)} {what}s for {len(tensors)} tensors"
        self.require(len(offsets) == len(tensors), count)
        every: list[tuple[int, ...]] = [()] * len(tensors)
        if form is not None and (forms := self.manifest.get(FORMS).optional()) is not None:
            every = [each.integers() for each in forms.items()]
            self.require(len(every) == len(tensors), f"{len(every)} forms for {count}")
        rows = zip(offsets, tensors, every, strict=True)
        return tuple(self._port(place, tensor, span, form, f) for place, tensor, f in rows)

    def _port(
        self,
        offset: Document,
        tensor: Tensor,
        span: Callable[[Tensor], int],
        form: Form | None,
        numbers: Sequence[int],
    ) -> Port:
        try:
            own, size = form(tensor, numbers) if form and numbers else (None, span(tensor))
        except ValueError as error:
            self.invalid(f"{tensor.name}: {error}")
        start = offset.integer(0, self.activations_bytes)
        end = start + size
        inside = end <= self.activations_bytes
        self.require(inside, f"{tensor.name} ends at {end} of {self.activations_bytes} bytes")
        return Port(tensor, start, own)

    def require(self, condition: bool, why: str) -> None:
        """Raise `InvalidModelError` unless *condition* holds."""
        if not condition:
            self.invalid(why)

    def invalid(self, why: str) -> NoReturn:
        """Raise `InvalidModelError`."""
        raise InvalidModelError(f"{self.backend}: {why}")


def without_ends(exported: Exported) -> Exported:
    """The same as if the graph had no inputs and outputs, for readers of the words alone."""
    manifest = {**exported.manifest, "inputs": [], "outputs": []}
    manifest.pop(FORMS, None)
    return Exported(manifest, exported.arrays)


def _array(
    backend: str,
    arrays: Mapping[str, Array],
    name: str,
    dtype: type[np.generic],
    rank: int,
    columns: int | None,
) -> Array:
    array = arrays.get(name)
    if array is None or array.dtype != dtype or array.ndim != rank:
        raise InvalidModelError(f"{backend}: no {np.dtype(dtype)} array {name!r} of rank {rank}")
    if columns is not None and array.shape[-1] != columns:
        raise InvalidModelError(f"{backend}: {name} of shape {array.shape}")
    return array
