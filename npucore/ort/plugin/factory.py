# SPDX-License-Identifier: MIT
"""The maker of a `Provider` for every session that asks for npucore."""

from __future__ import annotations

import atexit
import ctypes
from importlib.metadata import version
from typing import Any

from npucore.errors import NpucoreError
from npucore.ort.memory import physical_bytes
from npucore.ort.plugin.api import Api
from npucore.ort.plugin.callbacks import Callbacks, retire
from npucore.ort.plugin.provider import Provider
from npucore.ort.plugin.tables import CPU_DEVICE, OUT, POINTER, SIZE, FactoryTable
from npucore.ort.providers import PROVIDER

VENDOR = "npucore"
SIZE_OUT = ctypes.POINTER(SIZE)


class Factory:
    """``OrtEpFactory``: there is one for each time that the library is registered."""

    def __init__(self, base: int) -> None:
        self._api = api = Api(base)
        self.providers: dict[int, Provider] = {}
        self._callbacks = callbacks = Callbacks(api)
        nothing = callbacks.nothing(POINTER, POINTER)
        self._table = callbacks.fill(
            FactoryTable(),
            GetName=callbacks.text(PROVIDER),
            GetVendor=callbacks.text(VENDOR),
            GetVersion=callbacks.text(version(VENDOR)),
            GetVendorId=callbacks.number(0, ctypes.c_uint32),
            IsStreamAware=callbacks.number(False, ctypes.c_bool),
            GetSupportedDevices=callbacks.status(
                self._devices, POINTER, OUT, SIZE, OUT, SIZE, SIZE_OUT
            ),
            CreateEp=callbacks.status(self._create, POINTER, OUT, OUT, SIZE, POINTER, POINTER, OUT),
            ReleaseEp=callbacks.plain(self._release, POINTER, POINTER),
            CreateAllocator=callbacks.null(POINTER, POINTER, POINTER, OUT),
            ReleaseAllocator=nothing,
            CreateDataTransfer=callbacks.null(POINTER, OUT),
            CreateSyncStreamForDevice=callbacks.null(POINTER, POINTER, POINTER, OUT),
        )
        self.address = ctypes.addressof(self._table)

        atexit.register(self._retire)

    def close(self) -> None:
        """Forget what is left."""
        atexit.unregister(self._retire)
        self.providers.clear()

    def _retire(self) -> None:
        """Be ready for the end of Python."""
        retire(self._table, "ReleaseEp", "ReleaseAllocator")
        for provider in self.providers.values():
            provider.retire()

    def _devices(
        self, this: int, devices: Any, count: int, out: Any, room: int, found: Any
    ) -> None:
        """Offer the CPU: ONNX Runtime does not see the NPUs that hang on it."""
        found[0] = 0
        for number in range(count):
            if self._api.plain("HardwareDevice_Type", devices[number]) == CPU_DEVICE and room:
                arguments = this, devices[number], None, None
                out[0] = self._api.get("CreateEpDevice", *arguments)
                found[0] = 1
                return

    def _create(
        self, this: int, devices: Any, data: Any, count: int, options: int, log: int, out: Any
    ) -> None:
        if count != 1:
            raise NpucoreError(f"{count} devices for one session, wanted 1")
        provider = Provider(self._api, self._api.entries(options), physical_bytes())
        self.providers[provider.address] = provider
        out[0] = provider.address

    def _release(self, this: int, provider: int) -> None:
        self.providers.pop(provider, None)
