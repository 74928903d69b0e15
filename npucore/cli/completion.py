# SPDX-License-Identifier: MIT
"""Completion scripts for shells, written by shtab (``npucore[completion]``)."""

from __future__ import annotations

import argparse

from npucore.cli.parser import COMPLETION, make_parser
from npucore.errors import InputError

SHELLS = ("bash", "zsh", "tcsh")
FILES = ("MODEL", "SOURCE", "FILE", "[NAME=]FILE", "OUT.npz", "OUT.png", "OUT.mp4", "OUT.json")
FOLDERS = ("FOLDER", "DIR")


def script(shell: str) -> str:
    """A script that completes commands, options, choices and files.

    Raises `InputError` for a shell that is unknown, and where shtab is not installed.
    """
    if shell not in SHELLS:
        raise InputError(f"{COMPLETION} {shell!r}, wanted {', '.join(SHELLS)}")
    try:
        import shtab
    except ImportError:
        raise InputError(
            f"{COMPLETION} needs shtab, which is not installed (pip install 'npucore[completion]')"
        ) from None
    parser, subparsers = make_parser()
    for child in subparsers.choices.values():
        for action in child._actions:
            _complete(action, shtab.FILE, shtab.DIRECTORY)
    text: str = shtab.complete(parser, shell)
    return text


def _complete(action: argparse.Action, file: object, folder: object) -> None:
    """Say whether an argument is a file or a folder, as shtab wants it said."""
    if action.metavar in FILES:
        action.complete = file  # type: ignore[attr-defined]
    elif action.metavar in FOLDERS:
        action.complete = folder  # type: ignore[attr-defined]
