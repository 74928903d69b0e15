# SPDX-License-Identifier: MIT
"""Backends by name, opened with the options that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from npucore import plugins
from npucore.contract.backend import Backend, DeviceKind
from npucore.errors import NpucoreError, PluginError, UnsupportedError

FALLBACK = "reference"

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
    backend: Backends, fallback: str | None = FALLBACK, **options: Any
) -> tuple[list[Backend], list[Backend]]:
    """(what the user chose, the same with the fallback behind it), best first.

    Raises `UnsupportedError` for an option that none of them has.
    """
    chosen = [b if isinstance(b, Backend) else open_backend(b, **options) for b in _listed(backend)]
    every = list(chosen)
    if fallback is not None and fallback not in [b.name for b in chosen]:
        every.append(open_backend(fallback, **options))
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
    return FALLBACK
