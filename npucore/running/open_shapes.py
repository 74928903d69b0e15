# SPDX-License-Identifier: MIT
"""Sizes for what a file leaves open, tried until the model can be read with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from npucore.errors import NpucoreError, OpenShapeError
from npucore.graph import Graph
from npucore.tensor import Shape

Read = Callable[[Mapping[str, Shape]], Graph]
Open = tuple[int | str, ...]

PICTURE_RANK, COLOURS = 4, (1, 3, 4)
MOST_INPUTS = 64
ANYTHING: Open = ("N", 3, "H", "W")  # where a file declares nothing
NAMELESS = "?"


@dataclass(frozen=True, slots=True)
class Usual:
    """Sizes that networks of one kind take: rows, columns, and the length of anything else."""

    rows: int
    columns: int
    length: int

    def shape(self, declared: Open, batch: int, known: Mapping[str, int]) -> Shape:
        """*declared*, whose open sizes are names, with these sizes.

        The axis *batch* is 1; sizes of one name are the same, *known* has some.

        >>> usual = Usual(224, 224, 128)
        >>> usual.shape(("N", 3, "H", "W"), 0, {}), usual.shape(("T", "N", 4), 0, {"N": 2})
        ((1, 3, 224, 224), (1, 2, 4))
        """
        usual = {batch: 1, **self._of_picture(declared)}
        return tuple(
            size if isinstance(size, int) else known.get(size, usual.get(axis, self.length))
            for axis, size in enumerate(declared)
        )

    def _of_picture(self, declared: Open) -> dict[int, int]:
        if len(declared) != PICTURE_RANK:
            return {}
        if declared[1] in COLOURS:
            return {2: self.rows, 3: self.columns}
        return {1: self.rows, 2: self.columns} if declared[3] in COLOURS else {}


EVERY = (
    Usual(224, 224, 128),  # classifiers; words of a sentence
    Usual(48, 320, 512),  # a line of text; a short piece of sound
    Usual(640, 640, 16_000),  # detectors; a second of sound
    Usual(32, 32, 1),
)


def found(read: Read, given: Mapping[str, Shape]) -> dict[str, Shape] | None:
    """Shapes, *given* ones among them, with which *read* ends; None if no usual ones do."""
    tried = (_tried(read, given, usual, first) for usual in EVERY for first in (False, True))
    return next((shapes for shapes in tried if shapes is not None), None)


def _tried(
    read: Read, given: Mapping[str, Shape], usual: Usual, first_open: bool
) -> dict[str, Shape] | None:
    """Usual shapes if *read* takes them; the batch is axis 0, or else the first that is open."""
    shapes, known = dict(given), dict[str, int]()
    for _ in range(MOST_INPUTS):
        try:
            read(shapes)
        except OpenShapeError as error:
            if error.name in shapes:
                return None
            declared = error.shape or ANYTHING
            opened = [axis for axis, size in enumerate(declared) if isinstance(size, str)]
            shape = usual.shape(declared, opened[0] if first_open else 0, known)
            shapes[error.name] = shape
            known |= {str(declared[axis]): shape[axis] for axis in opened}
            known.pop(NAMELESS, None)
        except NpucoreError:
            return None
        else:
            return shapes
    return None


def advised(
    error: OpenShapeError, chosen: Mapping[str, Shape] | None, given: Mapping[str, Shape]
) -> OpenShapeError:
    """*error* with what to type: an example for every open input, if any works."""
    if chosen is None:
        advice = f"bind it with --shape {error.name}=SIZES (no usual sizes fit)"
        return OpenShapeError(f"{error}: {advice}", error.name, error.shape)
    new = {name: shape for name, shape in chosen.items() if name not in given}
    words = " ".join(f"--shape {name}={','.join(map(str, new[name]))}" for name in new)
    return OpenShapeError(f"{error}: bind it, as with {words}", error.name, error.shape, words)


def noted(graph: Graph, chosen: Mapping[str, Shape], given: Mapping[str, Shape]) -> Graph:
    """*graph* with a note for every input whose sizes are not given."""
    notes = tuple(
        f"{name} is shown as {shape}: the file leaves it open"
        for name, shape in chosen.items()
        if name not in given
    )
    return dataclasses.replace(graph, notes=(*graph.notes, *notes))
