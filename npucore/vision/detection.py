# SPDX-License-Identifier: MIT
"""Things in images, videos and what a camera sees: frames through a detector, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from PIL import Image

from npucore.contract.backend import Availability
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.cache import Choice
from npucore.running.opening import FALLBACK, Backends
from npucore.running.placed import Choices
from npucore.running.placing import placing_of
from npucore.running.session import Model, Session
from npucore.running.start import Start
from npucore.tensor import Array, Shape
from npucore.vision import heads
from npucore.vision.feeding import Fed, Options, choose
from npucore.vision.frames import Frame
from npucore.vision.frames import frames as frames_of
from npucore.vision.inference import opened
from npucore.vision.kinds import Objects
from npucore.vision.labels import Names
from npucore.vision.reading import NO_OPTIONS, USUAL, Reading


class NoDetectorError(InputError):
    """A network gives something else than objects; *kind* is what."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no detector: the network gives {kind}; if it is one, name its head")
        self.kind = kind


@dataclass(frozen=True, slots=True, eq=False)
class DetectedFrame:
    """An image or a frame of a video, how it was fed, and what is in it.

    *answer* has the objects; their places are relative to *image*. *fps* is of the video.
    """

    name: str
    image: Image.Image
    fed: Fed
    answer: Objects
    names: Names
    fps: float | None = None


class Detections:
    """Iterates over what is in each frame, in their order. Closes its session when it ends.

    It is a context manager for those who stop before.

    Parameters
    ----------
    session
        Of a network with one input.
    source
        The frames to look at.
    reading, feeding
        As in `detect`.
    streams
        Inferences that are under way at once.
    """

    def __init__(
        self,
        session: Session,
        source: Iterator[Frame],
        reading: Reading = USUAL,
        feeding: Options = NO_OPTIONS,
        streams: int = 1,
    ) -> None:
        self.frames = 0
        """Frames that have been given out."""
        self.seconds = 0.0
        """Time that they took here; what the caller does with them is not counted."""
        self.session, self.streams = session, streams
        self._source, self._reading = source, reading
        network = session.network
        hint = heads.hint(network, reading.head, reading.task)
        self._feed = choose(network, session.inputs[0], feeding, hint)
        self._under_way: deque[tuple[Frame, Fed, Future[list[Array]]]] = deque()

    @property
    def fps(self) -> float:
        """Frames per second, of those that have been given out."""
        return self.frames / self.seconds if self.seconds > 0 else 0.0

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the backends that the user wants, best first."""
        return self.session.chosen

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Where every op of the network runs."""
        return self.session.placement

    @property
    def devices(self) -> dict[str, Availability]:
        """The device of each backend that runs a part, by the backend's name."""
        used = dict.fromkeys(run.backend for run in self.session.runs)
        return {backend.name: backend.availability() for backend in used}

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> DetectedFrame:
        start = perf_counter()
        try:
            found = self._next()
        except BaseException:
            self.close()
            raise
        finally:
            self.seconds += perf_counter() - start
        self.frames += 1
        return found

    def _next(self) -> DetectedFrame:
        for frame in self._source:
            fed = self._feed(frame.image)
            if len(self._under_way) == self.streams:
                found = self._result()
                self._under_way.append((frame, fed, self.session.submit(fed.array)))
                return found
            self._under_way.append((frame, fed, self.session.submit(fed.array)))
        if not self._under_way:
            raise StopIteration
        return self._result()

    def _result(self) -> DetectedFrame:
        frame, fed, future = self._under_way.popleft()
        answer, names = self._reading.answer(
            self.session.network, future.result(), frame.image, fed.placement
        )
        if not isinstance(answer, Objects):
            raise NoDetectorError(type(answer).__name__.lower())
        return DetectedFrame(frame.name, frame.image, fed, answer, names, frame.fps)

    def close(self) -> None:
        """Stop, and close the session. Safe to call twice."""
        self._under_way.clear()
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def detect(
    model: Model | Start,
    source: str | Path,
    backend: Backends = None,
    *,
    reading: Reading = USUAL,
    feeding: Options = NO_OPTIONS,
    streams: int = 1,
    frames: int | None = None,
    fallback: str | None = FALLBACK,
    strict: bool = False,
    rounding: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    memory: int | None = None,
    placement: str | None = None,
    host: str | None = None,
    cache: Choice = None,
    say: Callable[[str], None] | None = None,
    **options: Any,
) -> Detections:
    """Find things in an image, a folder of images, a video or what a camera (``camera:0``) sees.

    At most *frames* are looked at, *streams* of them under way at once. *reading* has names of the
    classes and the least score of an object. *say* is told notes about the model. All other
    arguments are those of `Session`. Raises `InputError` for a source that cannot be read and a
    network of several inputs, and, with the first frame, for one that is no detector.
    """
    if streams < 1:
        raise InputError(f"streams {streams}, wanted a number from 1 on")
    rate, placing = feeding.rate, placing_of(placement, host, strict)
    choices = Choices(backend, fallback, strict, rounding, memory, placing, options)
    start = opened(model, choices, lambda _: source, cache, shapes=shapes, rate=rate, say=say)
    if len(start.network.inputs) != 1:
        raise InputError(f"{len(start.network.inputs)} inputs, wanted one image")
    reading.check(start.network)
    return _detections(start, islice(frames_of(str(source)), frames), reading, feeding, streams)


def _detections(
    start: Start, source: Iterator[Frame], reading: Reading, feeding: Options, streams: int
) -> Detections:
    session = Session(start)
    try:
        return Detections(session, source, reading, feeding, streams)
    except BaseException:
        session.close()
        raise
