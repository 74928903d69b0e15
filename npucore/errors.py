# SPDX-License-Identifier: MIT
"""Every exception npucore raises on purpose."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS = 500


class NpucoreError(Exception):
    """Root of them all; catch this to catch only what npucore means to say.

    Its text has at most `MOST_CHARACTERS`: what a file says of itself may have any length.
    """

    def __str__(self) -> str:
        text = super().__str__()
        if len(text) <= MOST_CHARACTERS:
            return text
        half = MOST_CHARACTERS // 2 - 3
        return f"{text[:half]} ... {text[-half:]}"


class InvalidModelError(NpucoreError):
    """The model file or graph is malformed: a shape, dtype or quantization contradicts its op."""


class UnsupportedError(NpucoreError):
    """The model is valid, but this frontend or backend cannot express it (yet)."""


class OpenShapeError(UnsupportedError):
    """An input has sizes that its file leaves open: *shape* has their names, None is no shape.

    *words* are what to type to bind all that is open, empty if that was not looked for.
    """

    def __init__(
        self, text: str, name: str, shape: tuple[int | str, ...] | None, words: str = ""
    ) -> None:
        super().__init__(text)
        self.name, self.shape, self.words = name, shape, words


class FallbackError(UnsupportedError):
    """An op did not run where the user asked for it, and the user asked for strictness."""


class InputError(NpucoreError, ValueError):
    """What the caller handed over does not fit: a missing file, a wrong shape, dtype or name."""


class PluginError(NpucoreError):
    """A backend or frontend is unknown, named twice, not importable, or breaks its contract."""


class DeviceError(NpucoreError):
    """The kernel, the board or the simulator refused or failed a job."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the nearest of *known*; empty if none is near.

    >>> did_you_mean("rockt", ["reference", "rocket"]), did_you_mean("x", ["rocket"])
    ("; did you mean 'rocket'?", '')
    """
    from difflib import get_close_matches  # only who has made a mistake needs it

    near = get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
