# SPDX-License-Identifier: MIT
"""A compiled graph that runs, and loads itself onto a new device after one has failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from npucore.contract.backend import Program
from npucore.errors import DeviceError
from npucore.tensor import Array
from npucore_vsim.device import Device
from npucore_vsim.image import Image
from npucore_vsim.program import Compiled


class VsimProgram(Program):
    """From any thread; callers wait for each other. Each program has a device of its own.

    Raises `DeviceError` for what a device refuses or fails; it is opened again for the next
    inference.
    """

    def __init__(self, compiled: Compiled, open_device: Callable[[], Device]) -> None:
        self._compiled, self._open = compiled, open_device
        self._lock, self._closed = threading.Lock(), False
        self._loaded: tuple[Device, Image] | None = None
        self._image()

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Copy in, run all jobs, copy out."""
        with self._lock:
            if self._closed:
                raise DeviceError("the program is closed")
            try:
                return self._image().run(inputs)
            except BaseException:  # an interrupt from the keyboard, too: the jobs still run
                self._unload()
                raise

    def _image(self) -> Image:
        """The program as it lies on the device; loaded if it is not there."""
        if self._loaded is None:
            device = self._open()
            try:
                self._loaded = device, Image(self._compiled, device)
            except BaseException:
                device.close()
                raise
        return self._loaded[1]

    def _unload(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            device, image = loaded
            image.unload()
            device.close()

    def close(self) -> None:
        """Give the device back, when the inference under way has ended. Safe to call twice."""
        with self._lock:
            self._closed = True
            self._unload()
