# SPDX-License-Identifier: MIT
"""Where the shared library hands ONNX Runtime's calls over: `npucore.native.entries`."""

from __future__ import annotations

import ctypes

from npucore.ort.plugin.factory import Factory
from npucore.ort.plugin.provider import Provider
from npucore.ort.plugin.tables import OUT

FACTORIES: dict[int, Factory] = {}
"""Address -> what C holds, which is to live until ONNX Runtime releases it."""


def create_factories(
    name: int, base: int, logger: int, factories: int, room: int, count: int
) -> None:
    """``CreateEpFactories``; raises `NpucoreError` for a runtime that is too old."""
    factory = Factory(base)
    FACTORIES[factory.address] = factory
    ctypes.cast(factories, OUT)[0] = factory.address
    ctypes.cast(count, ctypes.POINTER(ctypes.c_size_t))[0] = 1


def release_factory(factory: int) -> None:
    """``ReleaseEpFactory``."""
    found = FACTORIES.pop(factory, None)
    if found is not None:
        found.close()


def providers() -> list[Provider]:
    """Those of the sessions that are open."""
    return [each for factory in FACTORIES.values() for each in factory.providers.values()]
