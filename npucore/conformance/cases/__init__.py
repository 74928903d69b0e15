# SPDX-License-Identifier: MIT
"""One file for every op, of the op's name: ``cases()``."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator

from npucore.conformance.case import Case

SHARED = (
    "elementwise",
    "networks",
    "over_axes",
    "recurrent",
    "resized",
    "windowed",
)  # what the files of several ops use


@functools.cache
def every_case() -> tuple[Case, ...]:
    """All cases about single ops, in the order of the ops' names."""
    return tuple(case for name in _names() for case in cases_of(name))


def cases_of(op: str) -> Iterator[Case]:
    """The cases about the op of that name."""
    yield from importlib.import_module(f"{__name__}.{op}").cases()


@functools.cache
def _names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in SHARED)
