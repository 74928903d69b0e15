# SPDX-License-Identifier: MIT
"""What a board's own self-test has found, kept for that board and kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from npucore.errors import InputError, InvalidModelError
from npucore.evidence import Evidence
from npucore.family.rules import Rule
from npucore.files.atomic import replacing
from npucore.files.document import Document

VERSION = 1
FOLDER = "npucore"


@dataclass(frozen=True, slots=True)
class Measured:
    """Names of rules that a board has confirmed and refuted."""

    confirmed: frozenset[str] = frozenset()
    refuted: frozenset[str] = frozenset()

    def level(self, rule: str, evidence: Evidence) -> Evidence:
        """How well a rule is known on this board.

        >>> Measured(frozenset(["clamp above"])).level("clamp above", Evidence.PAPER).name
        'SHOWN'
        """
        return max(evidence, Evidence.SHOWN) if rule in self.confirmed else evidence

    def known(self, rule: Rule) -> Evidence | None:
        """The same of a rule; None for one that the board has refuted."""
        return None if rule.name in self.refuted else self.level(rule.name, rule.evidence)


def path(backend: str) -> Path:
    """Where a backend's records are: below XDG_DATA_HOME, by default ~/.local/share."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / FOLDER / f"{backend}-measured.json"


_of_this_process: dict[tuple[Path, str], Measured] = {}
"""Records of modelled boards, which say nothing about any board."""


def recall(backend: str, board: str) -> Measured:
    """What was recorded for *board*; nothing if nothing was, or if it has no name.

    Raises `InputError` for a record that cannot be read.
    """
    file = path(backend)
    if not board:
        return Measured()
    if (modelled := _of_this_process.get((file, board))) is not None:
        return modelled
    try:
        document = Document(json.loads(file.read_text()), "record")
        if document["version"].integer() != VERSION:
            document["version"].invalid(str(VERSION))
        found = dict(document["boards"].entries()).get(board)
        if found is None:
            return Measured()
        return Measured(_names(found["confirmed"]), _names(found["refuted"]))
    except FileNotFoundError:
        return Measured()
    except (OSError, ValueError, InvalidModelError) as error:
        raise InputError(f"{file}: no record of a self-test ({error}); delete it") from error


def record(backend: str, board: str, measured: Measured, *, modelled: bool = False) -> None:
    """Keep *measured* for *board*, in place of what was there; if *modelled* not in the file."""
    target, boards = path(backend), dict[str, dict[str, list[str]]]()
    if modelled:
        _of_this_process[target, board] = measured
        return
    if target.exists():
        boards = json.loads(target.read_text())["boards"]
    boards[board] = {
        "confirmed": sorted(measured.confirmed),
        "refuted": sorted(measured.refuted),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as file:
        file.write(json.dumps({"version": VERSION, "boards": boards}, indent=2).encode())


def _names(document: Document) -> frozenset[str]:
    names: Iterable[Document] = document.items()
    return frozenset(name.text() for name in names)
