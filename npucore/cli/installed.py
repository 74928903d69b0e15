# SPDX-License-Identifier: MIT
"""Installed plugins as text and as a report."""

from __future__ import annotations

from dataclasses import asdict

from npucore.cli.printable import printable
from npucore.cli.tables import print_table
from npucore.running.installed import Installed


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
