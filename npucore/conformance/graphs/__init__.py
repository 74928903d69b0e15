# SPDX-License-Identifier: MIT
"""Cases of several ops: what real networks are made of, and how ops may hang together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

from npucore.conformance.case import Case
from npucore.conformance.graphs import blocks, layouts, wiring
from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import BYTES, Maker, Problem


@functools.cache
def every_graph() -> tuple[Case, ...]:
    """All cases of several ops, in both kinds of bytes."""
    named = (case for module in (blocks, wiring) for case in _cases(module))
    return (*named, *layouts.cases())


def _cases(module: ModuleType) -> Iterator[Case]:
    shape = module.__name__.rpartition(".")[2]
    for name, build in vars(module).items():
        if inspect.isfunction(build) and build.__module__ == module.__name__:
            for dtype in BYTES:
                make = partial(_make, build=build, dtype=dtype)
                yield Case("graph", f"{name}-{dtype}", make, shape)


def _make(m: Maker, build: Callable[[Net], Problem], dtype: str) -> Problem:
    return build(Net(m, dtype))
