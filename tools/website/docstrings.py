# SPDX-License-Identifier: MIT
"""An extension of Griffe: docstrings as the site shows them.

Examples become blocks of code, where Markdown would take them for quotations, and a source that is
named behind the parameters goes before them, where numpydoc would take it for one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from griffe import Extension

if TYPE_CHECKING:
    from griffe import Module, Object

EXAMPLE = re.compile(r"(?:^>>> .*\n(?:^(?!>>>)[^\n]*\S[^\n]*\n?)*)+", re.MULTILINE)

SOURCE = re.compile(r"\n\n(Source: [^\n]*(?:\n[^\n]+)*)\s*\Z")


def fenced(text: str) -> str:
    r"""*text* with a fence around each run of examples; comments for the doctest runner go.

    >>> fenced("One.\n\n>>> 1 + 1  # doctest: +SKIP\n2\n\nTwo.")
    'One.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nTwo.'
    """
    blocks = EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", f"{text}\n")
    return re.sub(r" *# doctest: .*", "", blocks).rstrip("\n")


def source_first(text: str) -> str:
    r"""*text* with what begins with ``Source:`` before its first section.

    >>> source_first("One.\n\nParameters\n----------\nx\n    Two.\n\nSource: three.")
    'One.\n\nSource: three.\n\nParameters\n----------\nx\n    Two.'
    """
    section, source = re.search(r"^\w+\n---+$", text, re.MULTILINE), re.search(SOURCE, text)
    if section is None or source is None or source.start() < section.start():
        return text
    start = section.start()
    return f"{text[:start]}{source[1]}\n\n{text[start : source.start()]}"


class Docstrings(Extension):
    """Changes every docstring."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """Change the docstring in place, before anything reads it."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(source_first(obj.docstring.value))

    def on_package(self, *, pkg: Module, **kwargs: Any) -> None:
        """The package itself, for which Griffe has an event of its own."""
        self.on_object(obj=pkg)
