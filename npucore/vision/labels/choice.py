# SPDX-License-Identifier: MIT
"""Choose the names of an answer's classes: the user's, the file's, its kind's, or known ones."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from npucore.errors import InputError
from npucore.metadata import Metadata
from npucore.vision.kinds import Answer, Classes, Objects, Segments
from npucore.vision.labels import known
from npucore.vision.labels.file import load_labels, parse_labels
from npucore.vision.labels.structured import from_value

NAMES = "names"  # the property of Ultralytics' files
FROM_ONE = (".pbtxt",)  # label maps of the Object Detection API, whose numbers begin at 1


@dataclass(frozen=True, slots=True)
class Names:
    """Names by class, and what there is to say about them; "" for nothing."""

    labels: Mapping[int, str]
    note: str = ""


def brought(metadata: Metadata) -> dict[int, str]:
    """The names that a model's file has; none if they cannot be read."""
    try:
        if metadata.labels:
            return parse_labels(metadata.labels)
        if NAMES in metadata.properties:
            return from_value(ast.literal_eval(metadata.properties[NAMES]))
    except (InputError, ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return {}
    return {}


def choose(answer: Answer, metadata: Metadata, path: str | Path | None = None) -> Names:
    """The names for *answer*, of a network with *metadata*; *path* is the user's label file.

    Raises `InputError` as `load_labels`.
    """
    total = answer.total if isinstance(answer, Classes | Objects | Segments) else None
    if path is not None:
        return _users(load_labels(path, total), answer, total, Path(path))
    if (mine := brought(metadata)) and (total is None or max(mine) < total):
        return Names(mine)
    if isinstance(answer, Objects) and answer.names:
        return Names(answer.names)
    if (form := known.fitting(answer.kind, total)) is not None:
        return Names(known.names(form), f"names: {form.title}, which fit; --labels names others")
    return Names({})


def _users(labels: dict[int, str], answer: Answer, total: int | None, path: Path) -> Names:
    """The user's names, compared with the number of classes."""
    if total is None or not labels:
        return Names(labels)
    if max(labels) + 1 == total:
        return Names(labels)
    if path.suffix.lower() in FROM_ONE and isinstance(answer, Objects) and max(labels) == total:
        lower = {index - 1: name for index, name in labels.items() if index}
        return Names(lower, f"{path.name} counts from 1, the network from 0: taken as such")
    said = f"{path.name} names {max(labels) + 1} classes, the network has {total}"
    if min(labels):
        said = f"{path.name} names classes up to {max(labels)}, the network's end at {total - 1}"
    form = known.fitting(answer.kind, total)
    if form is not None and known.recognised(labels) == form.file:
        return Names(known.names(form), f"{said}: {form.title} are taken")
    return Names(labels, f"{said}: names may be wrong")
