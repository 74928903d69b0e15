# SPDX-License-Identifier: MIT
"""Label files: from bytes to the names of classes by their index."""

from __future__ import annotations

from pathlib import Path

from npucore.errors import InputError
from npucore.files.boundary import read_file
from npucore.vision.labels import lines, structured

NAMELESS = ("", "n/a", "N/A", "???")  # how lists mark the numbers that no class has
LARGEST_BYTES = 1 << 24


def load_labels(path: str | Path, classes: int | None = None) -> dict[int, str]:
    """Read the names of classes by their index; an index that has no name is absent.

    Forms, told by the content: one name per line, the first of index 0; an index and a name per
    line (``0 person``, ``0: person``, ``0=person``, tabs, CSV with and without a heading);
    WordNet's ``n01440764 tench``; JSON lists and maps either way round; ``item {id: 1 name: ""}``;
    the ``names:`` of a YAML file. UTF-8, UTF-16 and, if it is neither, Latin-1; all line ends;
    comments (``#``) and quotes are left out. Only an index or the place of a line gives a number.

    *classes* is how many the network has. It decides what an empty line between names is: a class
    without a name, no class, or the end of the list, after which a remark follows.

    Raises `InputError` for a file that cannot be read, names nothing, or leaves that open.
    """
    text = read_text(path)
    try:
        labels = parse_labels(text, classes)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from None
    if labels:
        return labels
    raise InputError(f"{path}: no labels; wanted one name per line")


def parse_labels(text: str, classes: int | None = None) -> dict[int, str]:
    r"""The names in *text*, see `load_labels`.

    >>> parse_labels("person\nn/a\ncar\n")
    {0: 'person', 2: 'car'}
    >>> parse_labels("1  person\n7: traffic light")
    {1: 'person', 7: 'traffic light'}
    >>> parse_labels('["person", "car"]')
    {0: 'person', 1: 'car'}
    """
    found = structured.parse(text)
    if found is None:
        found = lines.parse(text, classes)
    named = {index: " ".join(name.split()) for index, name in found.items()}
    return {index: name for index, name in sorted(named.items()) if name not in NAMELESS}


def load_alphabet(path: str | Path) -> tuple[str, ...]:
    """The characters of a network that reads text: one per line, spaces and all.

    Raises `InputError` for a file that cannot be read or is empty.
    """
    text = read_text(path)
    characters = text.removesuffix("\n").split("\n") if text else []
    if not characters:
        raise InputError(f"{path}: no characters; wanted one per line")
    return tuple(characters)


def read_text(path: str | Path) -> str:
    """A file as text, with line feeds alone. Raises `InputError` for one that is none."""
    text = _decoded(read_file(path, LARGEST_BYTES))
    if text is None or "\0" in text:
        raise InputError(f"{path}: no text, wanted a list")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    """By its mark, by its zeros (UTF-16 without a mark), or the first encoding that fits."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[1:2] == b"\0":
        encodings = ["utf-16-le"]
    elif data[:1] == b"\0":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
