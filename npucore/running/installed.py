# SPDX-License-Identifier: MIT
"""Every installed plugin, imported and asked; a broken one says why and harms nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from npucore import plugins
from npucore.errors import PluginError


@dataclass(frozen=True, slots=True)
class Details:
    """The details of a working plugin; of a broken one *detail* says why.

    Parameters
    ----------
    kind, device
        What a backend runs on here.
    ops
        The largest error against the reference of every op, in LSB of its output.
    targets
        The chips of a family that a backend can be asked for.
    options
        Name of a setting -> a line about it.
    keeps, speed
        Rounding rules that it keeps, and how many times as fast as the reference it is.
    """

    detail: str
    kind: str | None = None
    device: str | None = None
    ops: dict[str, int] | None = None
    targets: list[str] | None = None
    options: dict[str, str] | None = None
    keeps: list[str] | None = None
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """A plugin, where its entry point leads to, and whether it works."""

    name: str
    value: str
    status: Literal["ok", "broken"]
    details: Details = field(default_factory=lambda: Details(""))


def backends() -> list[Installed]:
    """Every installed backend, imported and asked what it runs on, by name."""
    return list(_installed(plugins.BACKENDS, _backend_details))


def frontends() -> list[Installed]:
    """Every installed frontend, imported, by name."""
    return list(_installed(plugins.FRONTENDS, _frontend_details))


def _backend_details(name: str) -> Details:
    """Import a backend and look what there is to run on."""
    kind = plugins.load_backend(name)
    here = kind().availability()
    told = kind.capabilities
    options = {str(key): str(line) for key, line in kind.options.items()}
    ops = {str(op): int(bound) for op, bound in sorted(told.ops.items())}
    return Details(
        str(told.summary),
        str(here.kind),
        str(here.detail),
        ops,
        list(kind.targets),
        options,
        sorted(map(str, told.keeps)),
        told.speed,
    )


def _frontend_details(name: str) -> Details:
    """Import a frontend."""
    return Details(str(plugins.load_frontend(name).summary))


def _installed(group: str, details: Callable[[str], Details]) -> Iterator[Installed]:
    """Every plugin of *group* by name."""
    for name, entries in plugins.names(group).items():
        value = " and ".join(entry.value for entry in entries)
        try:
            yield Installed(name, value, "ok", details(name))
        except PluginError as error:
            yield Installed(name, value, "broken", Details(str(error)))
        except (Exception, SystemExit) as error:  # a plugin's fault, whatever it is
            why = f"{type(error).__name__}: {error}"
            yield Installed(name, value, "broken", Details(why))
