# SPDX-License-Identifier: MIT
"""Sizes that a model leaves open, bound by the photo or the sound that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from npucore.errors import InputError, InvalidModelError, OpenShapeError
from npucore.graph import Graph
from npucore.running import loading
from npucore.tensor import Shape
from npucore.vision.image import load_image
from npucore.vision.sound import load_sound
from npucore.vision.suffixes import SOUNDS

STEP = 32  # rows and columns that networks halve five times come in such steps
ARRAYS = (".npy", ".npz")
COLOURS = (1, 3)

Load = Callable[..., Graph]


def load(
    model: str | Path,
    file_of: Callable[[str], str | Path | None],
    *,
    frontend: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
    rate: int | None = None,
    unread: bool = False,
    say: Callable[[str], None] | None = None,
) -> Graph:
    """As `npucore.load`; what the file leaves open is bound by a photo or a sound.

    *file_of* gives the file for the input of a name, None for nothing; *rate* is of sounds. *say*
    is told what was bound, and the notes of the graph. Raises `OpenShapeError` where neither
    *shapes* nor a file says anything.
    """
    graph, bound = read_bound(model, file_of, frontend, shapes, signature, rate, unread=unread)
    if say is not None:
        for note in (*bound, *graph.notes):
            say(note)
    return graph


def read_bound(
    model: str | Path,
    file_of: Callable[[str], str | Path | None],
    frontend: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
    rate: int | None = None,
    *,
    unread: bool = False,
) -> tuple[Graph, list[str]]:
    """As `load`: the graph, and what is to be said about sizes that files have bound."""

    def read(load: Load, shapes: Mapping[str, Shape]) -> Graph:
        return load(model, frontend, shapes, signature, unread=unread)

    return _bound(read, dict(shapes or {}), file_of, rate)


def _bound(
    read: Callable[[Load, Mapping[str, Shape]], Graph],
    given: dict[str, Shape],
    file_of: Callable[[str], str | Path | None],
    rate: int | None,
) -> tuple[Graph, list[str]]:
    """The graph, and what is to be said about sizes that files have bound."""
    bound, said = dict(given), list[str]()
    while True:
        try:
            return read(loading.load_as_bound, bound), said
        except OpenShapeError as error:
            file, shape = _readable(file_of(error.name)), None
            if file is not None and error.name not in bound:
                shape = _by_file(error.shape, file, rate)
            if shape is None:  # what the file has bound may be what does not fit
                return read(loading.load, given), []
            bound[error.name] = shape
            said.append(f"{error.name} is {shape}, by {file}; --shape binds it otherwise")
        except InvalidModelError as error:
            if bound == given:
                raise
            advice = _advice(lambda: read(loading.load, given))
            raise InputError(f"the sizes of the file do not fit: {error}{advice}") from error


def _advice(read: Callable[[], Graph]) -> str:
    """The end of what is said where the user gives no sizes, if some work."""
    try:
        read()
    except OpenShapeError as error:
        return f"; bind them, as with {error.words}" if error.words else ""
    return ""


def by_photo(shape: tuple[int | str, ...] | None, file: Path) -> Shape | None:
    """A shape with the photo's rows and columns, in steps of 32; None if it is no picture's."""
    if shape is None or len(shape) != 4:
        return None
    first = shape[1] in COLOURS
    if not first and shape[3] not in COLOURS:
        return None
    width, height = load_image(file).size
    sizes = {2 if first else 1: _stepped(height), 3 if first else 2: _stepped(width)}
    return tuple(
        size if isinstance(size, int) else sizes.get(axis, 1) for axis, size in enumerate(shape)
    )


def _stepped(size: int) -> int:
    """The nearest multiple of 32, one at least.

    >>> _stepped(333), _stepped(10)
    (320, 32)
    """
    return max(1, round(size / STEP)) * STEP


def by_sound(shape: tuple[int | str, ...] | None, samples: int) -> Shape | None:
    """A shape of so many samples, (samples) or (batch, samples); None if it is no sound's.

    >>> by_sound(("batch", "samples"), 16_000), by_sound((1, 49, "bands"), 16_000)
    ((1, 16000), None)
    """
    if shape is None or len(shape) > 2 or not shape or isinstance(shape[-1], int):
        return None
    return (*(size if isinstance(size, int) else 1 for size in shape[:-1]), samples)


def _by_file(shape: tuple[int | str, ...] | None, file: Path, rate: int | None) -> Shape | None:
    """A shape with the sizes of a photo or a sound."""
    if file.suffix.lower() not in SOUNDS:
        return by_photo(shape, file)
    return by_sound(shape, len(load_sound(file, rate).samples))


def _readable(file: str | Path | None) -> Path | None:
    """A photo or a sound that can be opened; None for anything else, as a video."""
    if file is None:
        return None
    path = Path(file)
    if path.suffix.lower() in ARRAYS or not path.is_file():
        return None
    if path.suffix.lower() in SOUNDS:
        return path
    try:
        load_image(path)
    except InputError:
        return None
    return path
