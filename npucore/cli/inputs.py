# SPDX-License-Identifier: MIT
"""From the user's files to a network's inputs."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from npucore.errors import InputError
from npucore.files.stored_arrays import read_array
from npucore.graph import Network
from npucore.tensor import Array, Tensor
from npucore.vision.suffixes import SOUNDS

if TYPE_CHECKING:
    from PIL.Image import Image

    from npucore.vision.feeding import Fed, Placement


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Arrays in the graph's order, the file that each came from, and the photo if one was read.

    *fed* is how each array was made of a photo, None for one that was read as it is.
    """

    arrays: tuple[Array, ...]
    files: tuple[str, ...]
    image: Image | None
    fed: tuple[Fed | None, ...]

    @property
    def placement(self) -> Placement | None:
        """Where the photo lies in the network's picture."""
        return next((fed.placement for fed in self.fed if fed is not None), None)


def wanted(tensors: tuple[Tensor, ...]) -> str:
    """What a network takes, for people.

    >>> wanted((Tensor("x", (1, 8), "int8"),))
    'x int8 (1, 8)'
    """
    return ", ".join(f"{t.name} {t.dtype} {t.shape}" for t in tensors) or "nothing"


def read_inputs(graph: Network, args: argparse.Namespace) -> Inputs:
    """Read what --input names. Raises `InputError` for what does not fit *graph*."""
    files = _assigned(graph, args)
    arrays, image, every = [], None, []
    for tensor in graph.inputs:
        path, fed = Path(files[tensor]), None
        if _suffix(path) in (".npy", ".npz"):
            array = read_array(path, tensor)
        elif _suffix(path) in SOUNDS:
            fed = _heard(path, tensor, args)
            array = fed.array
        else:
            photo, fed = _fed(path, tensor, graph, args)
            array, image = fed.array, image or photo
        arrays.append(array)
        every.append(fed)
    names = tuple(files[tensor] for tensor in graph.inputs)
    return Inputs(tuple(arrays), names, image, tuple(every))


def _assigned(graph: Network, args: argparse.Namespace) -> dict[Tensor, str]:
    """The file of every input."""
    files: dict[Tensor, str] = {}
    for text in args.input:
        for tensor, file in _assignment(text, graph):
            if tensor in files:
                raise InputError(f"--input {text}: {tensor.name} has {files[tensor]} already")
            files[tensor] = file
    missing = tuple(tensor for tensor in graph.inputs if tensor not in files)
    if missing:
        raise InputError(f"{args.model} wants --input FILE (or NAME=FILE) for {wanted(missing)}")
    return files


def _assignment(text: str, graph: Network) -> list[tuple[Tensor, str]]:
    """One --input: NAME=FILE, a file for the only input, or an .npz for all of them."""
    for tensor in graph.inputs:
        if text.startswith(f"{tensor.name}="):
            return [(tensor, text[len(tensor.name) + 1 :])]
    if len(graph.inputs) == 1 or _suffix(text) == ".npz":
        if "=" in text and not Path(text).exists():
            name = text.partition("=")[0]
            raise InputError(f"no input called {name!r}; inputs: {wanted(graph.inputs)}")
        return [(tensor, text) for tensor in graph.inputs]
    raise InputError(f"--input {text}: wanted NAME=FILE, inputs: {wanted(graph.inputs)}")


def _suffix(path: str | Path) -> str:
    return Path(path).suffix.lower()


def _heard(path: Path, tensor: Tensor, args: argparse.Namespace) -> Fed:
    """A sound."""
    from npucore.vision.sound import load_sound, to_samples

    return to_samples(load_sound(path, args.rate), tensor)


def _fed(path: Path, tensor: Tensor, graph: Network, args: argparse.Namespace) -> tuple[Image, Fed]:
    """A photo, and what is fed of it."""
    from npucore.cli import feeding
    from npucore.vision import heads
    from npucore.vision.feeding import choose
    from npucore.vision.image import load_image

    image = load_image(path)
    hint = heads.hint(graph, args.head, args.task)
    return image, choose(graph, tensor, feeding.options(args), hint)(image)
