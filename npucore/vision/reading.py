# SPDX-License-Identifier: MIT
"""A photo or a sound through a network, and the answer: what the command line does, in Python."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from npucore.errors import InputError
from npucore.graph import Network
from npucore.running.session import Session
from npucore.tensor import Array
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.depth import eight_bits
from npucore.vision.feeding import Fed, Options, Placement, choose
from npucore.vision.image import load_image
from npucore.vision.kinds import Answer, Text, moved
from npucore.vision.labels import Names, load_alphabet, load_labels
from npucore.vision.labels import choose as choose_names
from npucore.vision.labels.choice import brought
from npucore.vision.labels.lines import UnclearError
from npucore.vision.sound import load_sound, to_samples
from npucore.vision.suffixes import SOUNDS

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a network's outputs are read.

    *labels* is the user's label file, for a network that reads text its alphabet. *top* is how
    many classes to list, *threshold* the score from which an object counts, None for what is
    usual. *head* and *task* name the kind of network where its shapes do not tell.
    """

    labels: str | Path | None = None
    top: int = 5
    threshold: float | None = None
    head: str | None = None
    task: str | None = None

    def check(self, network: Network) -> None:
        """Raise `InputError` before the work for names that do not fit *network*."""
        reads = self._reads_text(network)
        if self.labels is not None:
            with contextlib.suppress(UnclearError):  # until the number of classes is known
                (load_alphabet if reads else load_labels)(self.labels)

    def answer(
        self,
        network: Network,
        outputs: Sequence[Array],
        image: Image.Image | None = None,
        place: Placement | None = None,
    ) -> tuple[Answer, Names]:
        """The answer, and names for its classes; places on the photo that lies at *place*."""
        reads = self._reads_text(network)
        alphabet = load_alphabet(self.labels) if reads and self.labels is not None else ()
        found = interpret(
            network,
            outputs,
            self.top,
            self.threshold,
            head=self.head,
            task=self.task,
            image=image,
            alphabet=alphabet,
            classes=None if reads else self._classes(network),
        )
        names = choose_names(found, network.metadata, None if reads else self.labels)
        if alphabet and isinstance(found, Text) and not found.spelled and self.labels is not None:
            count = f"{len(alphabet)} characters, the network has {found.total} classes"
            names = Names({}, f"{Path(self.labels).name} has {count}: it is another alphabet")
        return (found if place is None else moved(found, place)), names

    def _reads_text(self, network: Network) -> bool:
        fitting = heads.chosen(network, self.head, self.task)
        return bool(fitting) and fitting[0].task == TEXT

    def _classes(self, network: Network) -> int | None:
        """How many classes somebody has names for."""
        if self.labels is None:
            mine = brought(network.metadata)
            return max(mine) + 1 if mine else None
        with contextlib.suppress(UnclearError):
            return max(load_labels(self.labels)) + 1
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """A network's answer about a photo or a sound; places are relative to the photo."""

    answer: Answer
    names: Names
    fed: Fed
    image: Image.Image | None  # None of a sound


NO_OPTIONS, USUAL = Options(), Reading()


def ask(
    session: Session,
    source: str | Path | Image.Image,
    reading: Reading = USUAL,
    options: Options = NO_OPTIONS,
) -> Reply:
    """Feed a photo or a sound to a network of one input, run it, and read the answer.

    *source* is a file, or an image of any mode. Raises `InputError` for one that cannot be read,
    for a network that takes none, and for options and names that do not fit.
    """
    network = session.network
    if len(network.inputs) != 1:
        raise InputError(f"{len(network.inputs)} inputs, wanted one image")
    reading.check(network)
    image: Image.Image | None
    if not isinstance(source, Image.Image) and Path(source).suffix.lower() in SOUNDS:
        image, fed = None, to_samples(load_sound(source, options.rate), network.inputs[0])
    else:
        image = eight_bits(source) if isinstance(source, Image.Image) else load_image(source)
        hint = heads.hint(network, reading.head, reading.task)
        fed = choose(network, network.inputs[0], options, hint)(image)
    answer, names = reading.answer(network, session.run(fed.array), image, fed.placement)
    return Reply(answer, names, fed, image)
