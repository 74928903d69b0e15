# SPDX-License-Identifier: MIT
"""Decoders: how a kind of network is known, and how its outputs are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from npucore.errors import InputError
from npucore.graph import Network
from npucore.tensor import Array
from npucore.vision.boxes import IOU_THRESHOLD, Floats
from npucore.vision.detect import SCORE_THRESHOLD
from npucore.vision.feeding.choice import NO_HINT, Hint
from npucore.vision.feeding.feed import Frame
from npucore.vision.kinds import Answer
from npucore.vision.real_values import real_values

PADDLE = ("sigmoid", "softmax", "save_infer_model", "fetch_name", "maps")
YOLO_THRESHOLD = 0.25  # the default of Ultralytics' predict


@dataclass(frozen=True, eq=False)
class Seen:
    """A network's outputs, and the user's wishes for reading them.

    *arrays* are its outputs as stored. *top* is how many classes to list, *threshold* the score
    from which an object counts; None for what the kind of network usually has. *image* is the
    photo, where it was one, *alphabet* the characters of a network that reads text, *classes* the
    number of names that the user or the file has for classes. *forced* is whether the user has
    named the kind: then numbers that are unusual for it are no reason to decline.
    """

    network: Network
    arrays: Sequence[Array]
    top: int = 5
    threshold: float | None = None
    iou: float = IOU_THRESHOLD
    image: Image.Image | None = None
    alphabet: Sequence[str] = ()
    classes: int | None = None
    forced: bool = False

    @cached_property
    def values(self) -> list[Floats]:
        """The outputs as real values."""
        pairs = zip(self.arrays, self.network.outputs, strict=True)
        return [real_values(array, tensor) for array, tensor in pairs]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the picture that the network sees. Raises `InputError` without."""
        frame = Frame.of(self.network.inputs[0])
        return frame.height, frame.width

    def limit(self, usual: float = SCORE_THRESHOLD) -> float:
        """The score from which an object counts."""
        return usual if self.threshold is None else self.threshold


def no_hint(network: Network) -> Hint:
    """For a kind of network that is fed in no way of its own."""
    return NO_HINT


def always(network: Network) -> bool:
    """For a kind of network that its shapes tell."""
    return True


@dataclass(frozen=True, slots=True)
class Head:
    """A kind of network's last layers.

    *fits* tells by the shapes of a network whether it may be of this kind; *read* gives the
    answer, or None if the numbers say that it is another kind after all. *hint* is how such
    networks are usually fed. Where shapes cannot tell two kinds apart, *unnamed* says for which
    networks this one is taken although it was not named. *certain* is one that an op of the
    network tells, not only shapes.
    """

    name: str  # as --head takes it
    task: str  # as --task takes it
    summary: str  # one line: networks, shapes
    fits: Callable[[Network], bool]
    read: Callable[[Seen], Answer | None]
    hint: Callable[[Network], Hint] = no_hint
    unnamed: Callable[[Network], bool] = always
    certain: bool = False


def picture(network: Network) -> Frame | None:
    """The picture that the first input takes, if it takes one."""
    try:
        return Frame.of(network.inputs[0]) if network.inputs else None
    except InputError:
        return None


def is_paddles(network: Network) -> bool:
    """Whether ends are called as Paddle's exporter calls them."""
    outputs = all(any(p in t.name.lower() for p in PADDLE) for t in network.outputs)
    return outputs and [tensor.name for tensor in network.inputs] == ["x"]


def task_of(network: Network) -> str | None:
    """The task that Ultralytics' metadata name."""
    return network.metadata.properties.get("task")
