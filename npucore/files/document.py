# SPDX-License-Identifier: MIT
"""Untrusted JSON: every look-up checks the type and range of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, TypeVar

from npucore.errors import InvalidModelError

LARGEST = (1 << 63) - 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """A value of a JSON file, and its place there. Wrong ones raise `InvalidModelError`.

    >>> manifest = Document({"runs": [{"backend": "cpu"}]}, "manifest")
    >>> manifest["runs"].items()[0]["backend"].text()
    'cpu'
    >>> manifest["runs"].integer()
    Traceback (most recent call last):
    npucore.errors.InvalidModelError: manifest.runs: a list, wanted an integer
    """

    value: object
    place: str

    def __getitem__(self, key: str) -> Document:
        found = self._of(dict, "an object")
        if key not in found:
            raise InvalidModelError(f"{self.place}: no {key!r}")
        return Document(found[key], f"{self.place}.{key}")

    def get(self, key: str) -> Document:
        """A member of an object, null if it has none of that name."""
        found = self._of(dict, "an object")
        return Document(found.get(key), f"{self.place}.{key}")

    def entries(self) -> list[tuple[str, Document]]:
        """The names and values of an object, in order."""
        return [(key, self[key]) for key in self._of(dict, "an object")]

    def items(self) -> list[Document]:
        """The elements of a list."""
        elements = self._of(list, "a list")
        return [Document(value, f"{self.place}[{i}]") for i, value in enumerate(elements)]

    def text(self) -> str:
        """A string."""
        return self._of(str, "a text")

    def boolean(self) -> bool:
        """True or false."""
        return self._of(bool, "true or false")

    def integer(self, low: int = 0, high: int = LARGEST) -> int:
        """An integer from *low* to *high*, both included."""
        number = self._of(int, "an integer")
        if not low <= number <= high:
            self.invalid(f"{low} to {high}")
        return number

    def real(self) -> float:
        """A number; those that JSON lacks are the texts ``inf``, ``-inf`` and ``nan``."""
        if self.value in ("inf", "-inf", "nan"):
            return float(self.text())
        return float(self.integer(-LARGEST)) if type(self.value) is int else self._of(float, "real")

    def integers(self, low: int = 0, high: int = LARGEST) -> tuple[int, ...]:
        """A list of integers from *low* to *high*."""
        return tuple(element.integer(low, high) for element in self.items())

    def optional(self) -> Document | None:
        """None for null, else the document itself."""
        return None if self.value is None else self

    def optional_text(self) -> str | None:
        """None for null, else a string."""
        return None if self.value is None else self.text()

    def optional_integer(self, low: int = 0, high: int = LARGEST) -> int | None:
        """None for null, else an integer from *low* to *high*."""
        return None if self.value is None else self.integer(low, high)

    def invalid(self, wanted: str) -> NoReturn:
        """Raise `InvalidModelError`: what stands here is not what was wanted."""
        raise InvalidModelError(f"{self.place}: {_short(self.value)}, wanted {wanted}")

    def _of(self, kind: type[T], wanted: str) -> T:
        if type(self.value) is not kind:  # exactly: a bool is no integer here
            self.invalid(wanted)
        return self.value


def _short(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
