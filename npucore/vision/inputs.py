# SPDX-License-Identifier: MIT
"""From files, photos and arrays to a network's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from npucore.errors import InputError
from npucore.files.stored_arrays import read_array
from npucore.graph import Network
from npucore.tensor import Array, Tensor
from npucore.vision import heads
from npucore.vision.depth import eight_bits
from npucore.vision.feeding import Fed, Options, Placement, choose
from npucore.vision.image import load_image
from npucore.vision.sound import load_sound, to_samples
from npucore.vision.suffixes import SOUNDS

Source = str | Path | Image.Image | Array
"""The file of a photo, a sound or an array (``.npy``, ``.npz``); a photo; or an array."""

Sources = Source | Sequence[Source] | Mapping[str, Source]
"""For the only input, for every one in the model's order, or for every one by its name."""

ARRAYS = (".npy", ".npz")
NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Arrays in the network's order, the file that each came from, and the photo if there was one.

    *files* has "" for what came from none. *fed* is how each array was made of a photo or a sound,
    None for one that was taken as it is.
    """

    arrays: tuple[Array, ...]
    files: tuple[str, ...]
    image: Image.Image | None
    fed: tuple[Fed | None, ...]

    @property
    def placement(self) -> Placement | None:
        """Where the photo lies in the network's picture."""
        return next((fed.placement for fed in self.fed if fed is not None), None)

    @property
    def told(self) -> list[str]:
        """How photos and sounds were fed, a line for each."""
        return [fed.text for fed in self.fed if fed is not None]


def wanted(tensors: Sequence[Tensor]) -> str:
    """The inputs of a network, for people.

    >>> wanted((Tensor("x", (1, 8), "int8"),))
    'x int8 (1, 8)'
    """
    return ", ".join(f"{t.name} {t.dtype} {t.shape}" for t in tensors) or "nothing"


def read_inputs(
    network: Network,
    sources: Sources,
    options: Options = NO_OPTIONS,
    *,
    head: str | None = None,
    task: str | None = None,
) -> Inputs:
    """Read *sources* and feed photos and sounds among them as *options* say.

    *head* and *task* name the kind of network where its shapes do not tell. Raises `InputError` for
    what cannot be read or does not fit *network*.
    """
    listed = _listed(network, sources)
    arrays, image, every = list[Array](), None, list[Fed | None]()
    for tensor, source in zip(network.inputs, listed, strict=True):
        photo, fed = None, None
        if isinstance(source, np.ndarray):
            array = source
        elif not isinstance(source, Image.Image) and _suffix(source) in ARRAYS:
            array = read_array(Path(source), tensor)
        elif not isinstance(source, Image.Image) and _suffix(source) in SOUNDS:
            fed = to_samples(load_sound(source, options.rate), tensor)
            array = fed.array
        else:
            photo = _photo(source)
            hint = heads.hint(network, head, task)
            fed = choose(network, tensor, options, hint)(photo)
            array = fed.array
        image = image or photo
        arrays.append(array)
        every.append(fed)
    files = tuple(str(s) if isinstance(s, str | Path) else "" for s in listed)
    return Inputs(tuple(arrays), files, image, tuple(every))


def _listed(network: Network, sources: Sources) -> list[Source]:
    """A source for every input, in the network's order."""
    names = [tensor.name for tensor in network.inputs]
    if isinstance(sources, Mapping):
        if unknown := [name for name in sources if name not in names]:
            raise InputError(f"no input called {unknown[0]!r}; inputs: {wanted(network.inputs)}")
        if missing := [tensor for tensor in network.inputs if tensor.name not in sources]:
            raise InputError(f"nothing is given for {wanted(missing)}")
        return [sources[name] for name in names]
    if isinstance(sources, str | Path | Image.Image | np.ndarray):
        by_name = isinstance(sources, str | Path) and _suffix(sources) == ".npz"
        given: list[Source] = [sources] * (len(names) if by_name else 1)
    else:
        given = list(sources)
    if len(given) != len(names):
        raise InputError(f"{len(given)} inputs, wanted {len(names)}: {wanted(network.inputs)}")
    return given


def _suffix(path: str | Path) -> str:
    return Path(path).suffix.lower()


def _photo(source: str | Path | Image.Image) -> Image.Image:
    return eight_bits(source) if isinstance(source, Image.Image) else load_image(source)
