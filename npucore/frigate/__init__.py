# SPDX-License-Identifier: MIT
"""A door for Frigate: a server for its ``zmq`` detector, and a detector plug-in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from npucore.files.atomic import replacing


def write_frigate_plugin(path: str | Path) -> None:
    """Write the file that makes npucore a detector of Frigate. Raises `InputError` if it cannot."""
    with replacing(path) as file:
        file.write((files(__name__) / "plugin.py").read_bytes())
