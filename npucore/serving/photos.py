# SPDX-License-Identifier: MIT
"""Photos through the detectors among the models that are served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from PIL import Image

from npucore.errors import InputError
from npucore.serving.models import Model
from npucore.vision import heads
from npucore.vision.detect import Detection
from npucore.vision.detection import NoDetectorError
from npucore.vision.feeding import choose
from npucore.vision.feeding.feed import Frame
from npucore.vision.image import read_image
from npucore.vision.kinds import Objects
from npucore.vision.reading import USUAL, Reading

TASK = "detect"
GRAY = (114, 114, 114)


@dataclass(frozen=True, slots=True)
class Found:
    """The objects in a photo of *size* (width, height), best first, and names of classes."""

    size: tuple[int, int]
    objects: tuple[Detection, ...]
    labels: Mapping[int, str]

    def label(self, found: Detection) -> str:
        """Its class, by name or, without one, by number."""
        return self.labels.get(found.index, str(found.index))


class Detector:
    """A model that finds things in photos."""

    def __init__(self, model: Model, reading: Reading = USUAL) -> None:
        network = model.session.network
        self.model, self.reading = model, reading
        hint = heads.hint(network, reading.head, reading.task)
        self.frame = Frame.of(network.inputs[0])
        self._feed = choose(network, network.inputs[0], hint=hint)

    @cached_property
    def labels(self) -> list[str]:
        """Names of its classes, in their order. They follow from an answer, hence one inference."""
        gray = Image.new("RGB", (self.frame.width, self.frame.height), GRAY)
        fed = self._feed(gray)
        network, outputs = self.model.session.network, self.model.session.run(fed.array)
        _, names = self.reading.answer(network, outputs, gray, fed.placement)
        return [names.labels[index] for index in sorted(names.labels)]

    def find(self, photo: bytes, threshold: float | None = None) -> Found:
        """The objects in *photo*, a file's bytes, of a score from *threshold* on.

        Raises `InputError` for what is no photo, and what `Model.infer` raises.
        """
        image = read_image(photo)
        fed, network = self._feed(image), self.model.session.network
        outputs = self.model.infer({network.inputs[0].name: fed.array})
        reading = self.reading if threshold is None else replace(self.reading, threshold=threshold)
        arrays = [array for _, array in outputs]
        answer, names = reading.answer(network, arrays, image, fed.placement)
        if not isinstance(answer, Objects):
            raise NoDetectorError(type(answer).__name__.lower())
        return Found(image.size, answer.objects, names.labels)


class Detectors:
    """The detectors among models; each is made when it is first asked for."""

    def __init__(self, reading: Reading = USUAL) -> None:
        self._reading = reading
        self._made: dict[Model, Detector | None] = {}
        self._making = threading.Lock()

    def among(self, models: Mapping[str, Model]) -> dict[str, Detector]:
        """Those of *models* that are detectors, by name."""
        with self._making:
            for model in models.values():
                if model not in self._made:
                    self._made[model] = self._make(model)
            made = {name: self._made[model] for name, model in models.items()}
        return {name: detector for name, detector in made.items() if detector is not None}

    def named(self, models: Mapping[str, Model]) -> Callable[[str | None], Detector]:
        """The way to the detector of a name, None for the first. It raises `InputError`."""

        def find(name: str | None) -> Detector:
            known = self.among(models)
            if name is None and known:
                return next(iter(known.values()))
            if name not in known:
                there = (
                    f"there is {', '.join(known)}" if known else "no model that is served is one"
                )
                raise InputError(f"no detector {name or 'at all'}, {there}")
            return known[name]

        return find

    def _make(self, model: Model) -> Detector | None:
        network = model.session.network
        if len(network.inputs) != 1:
            return None
        try:
            fitting = heads.chosen(network, self._reading.head, self._reading.task)
            detects = bool(fitting) and fitting[0].task == TASK
            return Detector(model, self._reading) if detects else None
        except InputError:  # its input takes no photo
            return None
