# SPDX-License-Identifier: MIT
"""Delegates: what programs load to have a network run elsewhere chooses a backend here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from npucore.errors import NpucoreError
from npucore.faces.settings import OWN, Settings

OURS = "npucore"


class Delegate:
    """Stands in for the library of a delegate. Nothing is loaded.

    The options ``backend``, ``placement``, ``strict`` and ``verbose`` are npucore's, whatever the
    library. Others are settings of the backends if *library* is npucore's own by its name; those
    of other libraries mean nothing here, which is said on the standard error.

    Raises `ValueError` for a backend that is not installed and for a value that cannot be.
    """

    def __init__(
        self, library: str | os.PathLike[str], options: Mapping[Any, Any] | None = None
    ) -> None:
        self._library = Path(os.fspath(library)).name
        given = {str(key): str(value) for key, value in (options or {}).items()}
        mine = OURS in self._library
        foreign = {} if mine else {key: given.pop(key) for key in [*given] if key not in OWN}
        try:
            self.settings = Settings.of_text(given)
            if self.settings.backend or mine:
                self.settings.check(os.environ)
        except NpucoreError as error:
            raise ValueError(str(error)) from error
        for text in () if mine else self._replaced(foreign):
            print(f"npucore: {text}", file=sys.stderr, flush=True)

    def _replaced(self, unused: Mapping[str, Any]) -> Iterator[str]:
        yield f"takes the place of {self._library}, which is not loaded"
        if unused:
            words = ", ".join(f"{key}={value}" for key, value in unused.items())
            yield f"options of {self._library} that mean nothing here: {words}"

    def _get_native_delegate_pointer(self) -> int:
        raise ValueError(f"{self._library}: this delegate works in npucore's own Interpreter only")


def load_delegate(
    library: str | os.PathLike[str], options: Mapping[Any, Any] | None = None
) -> Delegate:
    """A `Delegate`, as LiteRT's function of this name gives it. Raises `ValueError`."""
    try:
        return Delegate(library, options)
    except ValueError as error:
        raise ValueError(f"Failed to load delegate from {library}\n{error}") from error
