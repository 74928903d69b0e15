# SPDX-License-Identifier: MIT
"""A compiled graph that runs: leases a lane for each inference, and loads itself onto it."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from npucore.contract.backend import PendingInference, Program
from npucore.errors import DeviceError
from npucore.family.code import Compiled
from npucore.family.device import Device
from npucore.family.image import AnyImage, Image, Loading
from npucore.family.lanes import Lane, Lanes
from npucore.family.trace import Notes
from npucore.tensor import Array

MakeImage = Callable[[Any, Device[Any], Loading], AnyImage]


class FamilyProgram(Program):
    """From any thread, on as many lanes at once as there are.

    *image* loads *compiled* onto a device, and raises `DeviceError` for jobs that must not run.
    Running raises `DeviceError` for what a device refuses or fails; a lane that has failed is
    opened again for the next inference.
    """

    def __init__(
        self,
        image: MakeImage,
        compiled: Compiled[Any, Any],
        lanes: Lanes,
        loading: Loading | None = None,
        notes: Notes | None = None,
    ) -> None:
        self._make, self._compiled, self._lanes = image, compiled, lanes
        self._loading, self._notes = loading or Loading(), notes or Notes(None)
        self._closed = False
        self._under_way: weakref.WeakSet[LaneInference] = weakref.WeakSet()
        self.in_flight = len(lanes.every)
        lanes.join()
        try:
            with lanes.all() as every:
                for lane in every:
                    with self._failing(lane):
                        self._image(lane)
        except BaseException:
            self.close()
            raise

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Convert, run all jobs, convert back."""
        return self.submit(inputs).result()

    def submit(self, inputs: Sequence[Array]) -> LaneInference:
        """Convert and queue all jobs; waits only while no lane is free.

        If this thread itself keeps the lanes busy, its oldest inference is waited for.
        """
        if self._closed:
            raise DeviceError("the program is closed")
        lane = self._lanes.take()
        try:
            with self._failing(lane):
                image = self._image(lane)
                clock = lane.device.clock_ns
                with self._notes.span("convert inputs and submit", lane.number, clock):
                    image.start(inputs)
        except BaseException:
            self._lanes.put(lane)
            raise
        job = LaneInference(lambda: self._finish(lane, image), lambda: self._lanes.put(lane))
        self._under_way.add(job)
        self._lanes.remember(job)
        return job

    def _finish(self, lane: Lane, image: AnyImage) -> list[Array]:
        with self._failing(lane):
            clock = lane.device.clock_ns
            with self._notes.span("wait for the NPU", lane.number, clock):
                image.wait()
            with self._notes.span("convert outputs", lane.number, clock):
                return image.results()

    @contextlib.contextmanager
    def _failing(self, lane: Lane) -> Iterator[None]:
        """A lane is thrown away whose device fails, or whose jobs are left for an interrupt."""
        try:
            yield
        except (DeviceError, KeyboardInterrupt):
            lane.close()
            raise

    def _image(self, lane: Lane) -> AnyImage:
        """The program as it lies on a lane; loaded if it is not there."""
        found = lane.loaded.get(self)
        if isinstance(found, Image):
            return found
        lane.loaded[self] = image = self._make(self._compiled, lane.device, self._loading)
        self._notes.names.update(image.names())
        return image

    def _unload(self, lane: Lane) -> None:
        image = lane.loaded.pop(self, None)
        with contextlib.suppress(DeviceError), self._failing(lane):
            if image is not None:
                image.free()

    def clock_ns(self) -> int | None:
        """The latest time on any lane, if the kernel's time is modelled."""
        if not self._lanes.modelled:
            return None
        return max(lane.device.clock_ns() for lane in self._lanes.every)

    def close(self) -> None:
        """Take this program from all lanes; the last one closes them. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for job in list(self._under_way):
            job.end()
        with self._lanes.all() as every:
            for lane in every:
                self._unload(lane)
        self._lanes.leave()


class LaneInference(PendingInference):
    """An inference under way; its lane is free again when it has been waited for."""

    def __init__(self, finish: Callable[[], list[Array]], free: Callable[[], None]) -> None:
        super().__init__([])
        self._finish, self._free = finish, free
        self._lock, self._ended = threading.Lock(), False
        self._error: DeviceError | None = None

    def end(self) -> None:
        """Wait for the outputs, so that the lane is free; `result` says how it went."""
        with self._lock:
            if self._ended:
                return
            self._ended, self._error = True, DeviceError("this inference has failed before")
            try:
                self._outputs = self._finish()
                self._error = None
            except DeviceError as error:
                self._error = error
            finally:
                self._free()

    def result(self) -> list[Array]:
        """Wait for the outputs. Raises `DeviceError` for what the device failed at."""
        self.end()
        if self._error is not None:
            raise self._error
        return self._outputs

    def __del__(self) -> None:
        """An inference that is dropped ends all the same, so that its lane is not lost."""
        with contextlib.suppress(Exception):
            self.end()
