# SPDX-License-Identifier: MIT
"""Devices to run on, each leased to one inference at a time, in the order of asking."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Protocol

from npucore.errors import DeviceError
from npucore.family.device import Device


class Loadable(Protocol):
    """What a program puts on a device."""

    def unload(self) -> None:
        """Let go of the device's memory; the device is being closed."""
        ...

    def free(self) -> None:
        """Give the memory back to a device that stays open."""
        ...


class Endable(Protocol):
    """An inference that holds a lane."""

    def end(self) -> None:
        """Wait for it, which gives the lane back. Safe to call twice."""
        ...


class Lane:
    """A device, opened when it is needed, and what programs have loaded onto it."""

    def __init__(self, number: int, open_device: Callable[[], Device[Any]]) -> None:
        self.number, self._open = number, open_device
        self._device: Device[Any] | None = None
        self.loaded: dict[object, Loadable] = {}

    @property
    def device(self) -> Device[Any]:
        """The device. Raises `DeviceError` if it cannot be opened."""
        if self._device is None:
            self._device = self._open()
        return self._device

    def close(self) -> None:
        """Unload everything and close the device; it is opened again when it is needed."""
        device, self._device = self._device, None
        for image in self.loaded.values():
            image.unload()
        self.loaded.clear()
        if device is not None:
            device.close()


class Lanes:
    """*count* lanes. The first program makes them, the last one closes them.

    *modelled* says that the devices' clock is not everybody's.
    """

    def __init__(
        self, open_device: Callable[[], Device[Any]], count: int = 1, modelled: bool = False
    ) -> None:
        self.modelled = modelled
        self.every = tuple(Lane(number, open_device) for number in range(count))
        self._free = deque(self.every)
        self._waiting: deque[Future[Lane]] = deque()
        self._lock, self._collecting = threading.Lock(), threading.Lock()
        self._users = 0
        self._mine = threading.local()

    def join(self) -> None:
        """One more program."""
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        """One program less; with the last one everything is closed, jobs under way ended."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            with self.all() as every:
                for lane in every:
                    lane.close()

    def take(self) -> Lane:
        """The lane that has been free for longest; waits for one.

        A thread that would wait for lanes which its own inferences hold ends those first.
        """
        while True:
            with self._lock:
                if self._free:
                    return self._free.popleft()
                if not (own := self._own()):
                    turn: Future[Lane] = Future()
                    self._waiting.append(turn)
                    break
            self._end_oldest(own)
        try:
            return turn.result()
        except BaseException:
            self._give_up(turn)
            raise

    def remember(self, inference: Endable) -> None:
        """Note *inference*, which the calling thread has begun, and which holds a lane."""
        own = self._own()
        while own and own[0]() is None:  # nobody can wait for it
            own.popleft()
        own.append(weakref.ref(inference))

    def _own(self) -> deque[weakref.ref[Endable]]:
        """What this thread has begun, and may not have ended, the oldest first."""
        found: deque[weakref.ref[Endable]] = self._mine.__dict__.setdefault("begun", deque())
        return found

    @staticmethod
    def _end_oldest(own: deque[weakref.ref[Endable]]) -> None:
        inference = own.popleft()()
        if inference is not None:
            inference.end()

    def _give_up(self, turn: Future[Lane]) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.put(turn.result())

    def put(self, lane: Lane) -> None:
        """Give a lane back, to the thread that has waited for longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(lane)
            else:
                self._free.append(lane)

    @contextmanager
    def all(self) -> Iterator[tuple[Lane, ...]]:
        """All lanes for a while. One at a time may ask for them: two would wait for each other."""
        with self._collecting:
            taken = []
            try:
                for _ in self.every:
                    taken.append(self.take())
                yield tuple(taken)
            finally:
                for lane in taken:
                    self.put(lane)

    @contextmanager
    def lease(self) -> Iterator[Lane]:
        """A lane for a while; it is thrown away if its device fails under it."""
        lane = self.take()
        try:
            yield lane
        except DeviceError:
            lane.close()
            raise
        finally:
            self.put(lane)
