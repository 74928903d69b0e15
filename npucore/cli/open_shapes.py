# SPDX-License-Identifier: MIT
"""Sizes that a model leaves open, bound by the photo or the sound that it is given."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from npucore.cli.printable import printable
from npucore.errors import InputError, InvalidModelError, OpenShapeError
from npucore.tensor import Shape
from npucore.vision.suffixes import SOUNDS

if TYPE_CHECKING:
    from npucore.graph import Graph

STEP = 32  # rows and columns that networks halve five times come in such steps
ARRAYS = (".npy", ".npz")
COLOURS = (1, 3)


def load(args: argparse.Namespace, bound: dict[str, Shape], unread: bool) -> Graph:
    """The model of *args*; what it leaves open is bound by its photo or sound, which is said.

    Raises `OpenShapeError` where neither says anything.
    """
    from npucore.running import loading

    given, signature = dict(bound), getattr(args, "signature", None)
    bound, said = dict(bound), list[str]()

    def read(load: Callable[..., Graph], shapes: Mapping[str, Shape]) -> Graph:
        return load(args.model, args.frontend, shapes, signature, unread=unread)

    while True:
        try:
            graph = read(loading.load_as_bound, bound)
        except OpenShapeError as error:
            file, shape = _file(error.name, args), None
            if file is not None and error.name not in bound:
                shape = _by_file(error.shape, file, args)
            if shape is None:  # what the file has bound may be what does not fit
                return read(loading.load, given)
            bound[error.name] = shape
            said.append(f"note: {error.name} is {shape}, by {file}; --shape binds it otherwise")
        except InvalidModelError as error:
            if bound == given:
                raise
            advice = _advice(lambda: read(loading.load, given))
            raise InputError(f"the sizes of the file do not fit: {error}{advice}") from error
        else:
            for note in said:
                print(printable(note), file=sys.stderr)
            return graph


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
    from npucore.vision.image import load_image

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


def _by_file(
    shape: tuple[int | str, ...] | None, file: Path, args: argparse.Namespace
) -> Shape | None:
    """A shape with the sizes of a photo or a sound."""
    if file.suffix.lower() not in SOUNDS:
        return by_photo(shape, file)
    from npucore.vision.sound import load_sound

    return by_sound(shape, len(load_sound(file, args.rate).samples))


def _file(name: str, args: argparse.Namespace) -> Path | None:
    """The photo or sound among what the user gives for an input, if it can be opened."""
    given: list[str] = list(getattr(args, "input", None) or [])
    if (source := getattr(args, "source", None)) is not None:
        given.append(source)
    named = [text.removeprefix(f"{name}=") for text in given if text.startswith(f"{name}=")]
    path = Path((named or given[:1] or [""])[0])
    if path.suffix.lower() in ARRAYS or not path.is_file():
        return None
    if path.suffix.lower() in SOUNDS:
        return path
    try:
        _looked_at(path)
    except InputError:
        return None
    return path


def _looked_at(path: Path) -> None:
    """Raise `InputError` for what is no image, as a video."""
    from npucore.vision.image import load_image

    load_image(path)
