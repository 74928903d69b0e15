# SPDX-License-Identifier: MIT
"""Every installed plugin, imported and asked; a broken one says why and harms nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

from npucore import plugins
from npucore.cli.printable import printable
from npucore.cli.tables import print_table
from npucore.errors import PluginError


@dataclass(frozen=True, slots=True)
class Details:
    """What a working plugin says of itself."""

    detail: str
    kind: str | None = None
    device: str | None = None
    ops: dict[str, int] | None = None
    targets: list[str] | None = None
    options: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """A plugin and whether it works."""

    name: str
    value: str
    status: Literal["ok", "broken"]
    details: Details = field(default_factory=lambda: Details(""))


def backend_details(name: str) -> Details:
    """Import a backend and look what there is to run on."""
    kind = plugins.load_backend(name)
    here = kind().availability()
    told = kind.capabilities
    options = {str(key): str(line) for key, line in kind.options.items()}
    ops = {str(op): int(bound) for op, bound in sorted(told.ops.items())}
    return Details(
        str(told.summary), str(here.kind), str(here.detail), ops, list(kind.targets), options
    )


def frontend_details(name: str) -> Details:
    """Import a frontend."""
    return Details(str(plugins.load_frontend(name).summary))


def installed(group: str, details: Callable[[str], Details]) -> Iterator[Installed]:
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


def print_json(found: list[Installed]) -> None:
    """Print *found* as one JSON document."""
    from npucore.cli.reports import base as reports

    print(
        reports.PluginsReport(
            [
                reports.PluginReport(
                    name=plugin.name,
                    value=plugin.value,
                    status=plugin.status,
                    **asdict(plugin.details),
                )
                for plugin in found
            ]
        ).json_text()
    )


def print_text(found: list[Installed], with_device: bool) -> None:
    """Print *found* as a table."""
    columns = ("name", "status", *(("runs on",) if with_device else ()), "about")
    rows = []
    for plugin in found:
        device = plugin.details.device and f"{plugin.details.kind}: {plugin.details.device}"
        about = " ".join(plugin.details.detail.split())
        middle = (device or "",) if with_device else ()
        rows.append((plugin.name, plugin.status, *middle, printable(about)))
    if rows:
        print_table(columns, rows)
    else:
        print("none is installed")
