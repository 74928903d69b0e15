# SPDX-License-Identifier: MIT
"""Backends by name, opened with the options that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from npucore import plugins
from npucore.contract.backend import Backend, DeviceKind
from npucore.errors import NpucoreError, PluginError, UnsupportedError
from npucore.files.artifact import StoredRun
from npucore.graph import Graph
from npucore.running.fallback import FASTEST, REFERENCE, standing_behind

FALLBACK = FASTEST

Backends = str | Backend | Sequence[str | Backend] | None


def open_backend(name: str, **options: Any) -> Backend:
    """The backend of that name, ``name`` or ``name:target``, with those options that it has.

    Raises `PluginError` for one that is not installed or breaks when it is opened.
    """
    name, _, target = name.partition(":")
    backend = plugins.load_backend(name)
    mine = {key: value for key, value in options.items() if key in backend.options}
    try:
        return backend(target or None, **mine)
    except NpucoreError:
        raise
    except Exception as error:  # a plugin's fault, whatever it is
        raise PluginError(f"backend {name!r} is broken: {type(error).__name__}: {error}") from error


def open_all(
    backend: Backends,
    fallback: str | None = REFERENCE,
    graph: Graph | None = None,
    **options: Any,
) -> tuple[list[Backend], list[Backend]]:
    """(what the user chose, the same with the fallbacks for *graph* behind it), best first.

    Raises `UnsupportedError` for an option that none of them has.
    """
    chosen = [b if isinstance(b, Backend) else open_backend(b, **options) for b in _listed(backend)]
    taken = [b.name for b in chosen]
    behind = standing_behind(fallback, taken, graph)
    every = [*chosen, *(open_backend(n, **options) for n in behind if n not in taken)]
    for key in options:
        if not any(key in b.options for b in every):
            names = ", ".join(b.name for b in every)
            raise UnsupportedError(f"no option {key!r} in {names}")
    return chosen, every


def _listed(backend: Backends) -> Sequence[str | Backend]:
    if backend is None:
        return [best_available()]
    return [backend] if isinstance(backend, str | Backend) else backend


def best_available() -> str:
    """The backend to use when the user names none: hardware that is there, else the CPU."""
    for name in plugins.names(plugins.BACKENDS):
        try:
            kind = open_backend(name).availability().kind
        except Exception:  # a broken plugin: `npucore backends` shows it
            continue
        if kind is DeviceKind.HARDWARE:
            return name
    return REFERENCE


def open_stored(run: StoredRun) -> Backend:
    """The backend that compiled *run*. Raises `UnsupportedError` for an option it has lost."""
    options = plugins.load_backend(run.backend).options
    if lost := sorted(run.settings.keys() - options.keys()):
        raise UnsupportedError(f"{run.backend} has no option {lost[0]!r}")
    name = run.backend if run.target is None else f"{run.backend}:{run.target}"
    return open_backend(name, **run.settings)
