# SPDX-License-Identifier: MIT
"""Where Python goes on for each entry of the shared library."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from npucore.errors import NpucoreError

ENTRIES: Mapping[str, str] = {
    "tflite_plugin_create_delegate": "npucore.litert.external.entries:create",
    "tflite_plugin_destroy_delegate": "npucore.litert.external.entries:destroy",
    "CreateEpFactories": "npucore.ort.plugin.entries:create_factories",
    "ReleaseEpFactory": "npucore.ort.plugin.entries:release_factory",
}
"""Name in the library -> function of the entry's arguments as integers, pointers as addresses.

It returns what the entry does, or None for NULL; what it raises is told to the runtime in the
runtime's own way.
"""


def enter(entry: str, *arguments: int) -> int:
    """Call the function of *entry*. Raises `NpucoreError` in place of any exception."""
    module, _, function = ENTRIES[entry].partition(":")
    try:
        answer: int | None = getattr(importlib.import_module(module), function)(*arguments)
    except NpucoreError:
        raise
    except Exception as error:
        raise NpucoreError(f"{type(error).__name__}: {error}") from error
    return answer or 0
