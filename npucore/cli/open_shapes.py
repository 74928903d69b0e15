# SPDX-License-Identifier: MIT
"""Sizes that a model leaves open, bound by the photo that it is given."""

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
NO_PHOTO = (".npy", ".npz", *SOUNDS)
COLOURS = (1, 3)


def load(args: argparse.Namespace, bound: dict[str, Shape], unread: bool) -> Graph:
    """The model of *args*; what it leaves open is bound by its photo, which is said.

    Raises `OpenShapeError` where no photo says anything.
    """
    from npucore import loading

    given, signature = dict(bound), getattr(args, "signature", None)
    bound, said = dict(bound), list[str]()

    def read(load: Callable[..., Graph], shapes: Mapping[str, Shape]) -> Graph:
        return load(args.model, args.frontend, shapes, signature, unread=unread)

    while True:
        try:
            graph = read(loading.load_as_bound, bound)
        except OpenShapeError as error:
            file = _photo(error.name, args)
            shape = None if file is None or error.name in bound else by_photo(error.shape, file)
            if shape is None:
                return read(loading.load, bound)
            bound[error.name] = shape
            said.append(f"note: {error.name} is {shape}, by {file}; --shape binds it otherwise")
        except InvalidModelError as error:
            if bound == given:
                raise
            advice = _advice(lambda: read(loading.load, given))
            raise InputError(f"the photo's rows and columns do not fit: {error}{advice}") from error
        else:
            for note in said:
                print(printable(note), file=sys.stderr)
            return graph


def _advice(read: Callable[[], Graph]) -> str:
    """The end of what is said where the user gives no sizes, if some work."""
    try:
        read()
    except OpenShapeError as error:
        _, found, words = str(error).partition("bind it, as with ")
        return f"; bind them, as with {words}" if found else ""
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


def _photo(name: str, args: argparse.Namespace) -> Path | None:
    """The image file among what the user gives for an input, if it is one that can be opened."""
    given: list[str] = list(getattr(args, "input", None) or [])
    if (source := getattr(args, "source", None)) is not None:
        given.append(source)
    named = [text.removeprefix(f"{name}=") for text in given if text.startswith(f"{name}=")]
    for text in named or given[:1]:
        path = Path(text)
        if path.suffix.lower() in NO_PHOTO or not path.is_file():
            return None
        try:
            _looked_at(path)
        except InputError:
            return None
        return path
    return None


def _looked_at(path: Path) -> None:
    """Raise `InputError` for what is no image, as a video."""
    from npucore.vision.image import load_image

    load_image(path)
