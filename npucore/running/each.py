# SPDX-License-Identifier: MIT
"""The same network on one backend after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from npucore import plugins
from npucore.errors import NpucoreError, UnsupportedError
from npucore.graph import Graph
from npucore.running.benchmark import Benchmark, benchmark


def benchmark_each(
    graph: Graph, names: Sequence[str] | None, options: dict[str, Any], **settings: Any
) -> Iterator[tuple[str, Benchmark | NpucoreError]]:
    """`benchmark` of each backend, of every installed one without *names*, or why there is none.

    *options* go to the backends that have them, *settings* are the other arguments of `benchmark`.
    Raises `UnsupportedError` for an option that no backend has.
    """
    known = {name: _options(name) for name in names or plugins.names(plugins.BACKENDS)}
    for key in options:
        if not any(key in each for each in known.values()):
            raise UnsupportedError(f"no option {key!r} in {', '.join(known)}")
    for name, own in known.items():
        mine = {key: value for key, value in options.items() if key in own}
        try:
            yield name, benchmark(graph, name, **settings, **mine)
        except NpucoreError as error:
            yield name, error


def _options(name: str) -> frozenset[str]:
    try:
        return frozenset(plugins.load_backend(name.partition(":")[0]).options)
    except NpucoreError:
        return frozenset()
