# SPDX-License-Identifier: MIT
"""Label files with a structure: JSON, protobuf text, and the ``names:`` of a YAML file.

YAML is read as far as label files go: a list of dashes, a map of numbers, or either in brackets.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping

from npucore.errors import InputError

Labels = dict[int, str]

KEYS = ("names", "labels", "classes", "id2label", "label_names", "categories", "class_names")
NAME_KEYS = ("display_name", "name", "label", "supercategory")
_ITEM = re.compile(r"\bitem\s*:?\s*\{(.*?)\}", re.DOTALL)
_FIELD = re.compile(r"(\w+)\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|([^\s,}]+))")
_YAML_KEY = re.compile(r"^(?:names|labels|classes)\s*:(.*)$", re.MULTILINE)
_YAML_RECORD = re.compile(r"(?:id|name|label)\s*:\s")
_YAML_DASH = re.compile(r"-\s+(\S.*)")
_YAML_ENTRY = re.compile(r"(?:-|[\"']?(\d+)[\"']?\s*:)\s*(.*)")


def parse(text: str) -> Labels | None:
    """Names by index; None for a text of none of these forms.

    Raises `InputError` for one that begins like them and holds no names.
    """
    start = text.lstrip()[:1]
    if start in ("[", "{"):
        return _json(text)
    if _ITEM.search(text):
        return _items(text)
    if match := _YAML_KEY.search(text):
        return _yaml(match[1], text[match.end() :])
    rows = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    if len(rows) > 1 and all(_YAML_DASH.fullmatch(row.strip()) for row in rows):
        return _yaml("", text)
    return None


def _json(text: str) -> Labels:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            raise InputError("begins like JSON, but is none") from None
    return from_value(found)


def from_value(found: object) -> Labels:
    """Names out of lists and maps, as JSON and Python literals have them.

    >>> from_value({"0": "cat", "1": "dog"}), from_value({"cat": 0, "dog": 1})
    ({0: 'cat', 1: 'dog'}, {0: 'cat', 1: 'dog'})
    >>> from_value({"id2label": {"0": ["n02123045", "tabby"]}})
    {0: 'tabby'}
    """
    if isinstance(found, Mapping):
        for key in KEYS:
            if isinstance(found.get(key), list | dict):
                return from_value(found[key])
        if found and all(str(key).strip().isdigit() for key in found):
            return {int(key): _name(value) for key, value in found.items()}
        if found and all(isinstance(v, int | str) and str(v).isdigit() for v in found.values()):
            return {int(value): str(key) for key, value in found.items()}
        raise InputError("a map without names of classes by their numbers")
    if isinstance(found, list) and found:
        return _entries(found)
    raise InputError("no list and no map of names")


def _entries(found: list[object]) -> Labels:
    """A list of names, or of objects that may have a number of their own."""
    numbers = [_number(entry) for entry in found]
    if all(number is not None for number in numbers) and len(set(numbers)) == len(found):
        return {n: _name(e) for n, e in zip(numbers, found, strict=True) if n is not None}
    return {index: _name(entry) for index, entry in enumerate(found)}


def _number(entry: object) -> int | None:
    if isinstance(entry, Mapping):
        for key in ("id", "index", "class_id"):
            if isinstance(entry.get(key), int):
                return int(entry[key])
    return None


def _name(entry: object) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping):
        for key in NAME_KEYS:
            if isinstance(entry.get(key), str):
                return str(entry[key])
    if isinstance(entry, list) and entry and isinstance(entry[-1], str):
        return entry[-1]  # ImageNet's: [number in WordNet, name]
    if isinstance(entry, int | float) or entry is None:
        return "" if entry is None else str(entry)
    raise InputError(f"{str(entry)[:40]!r}, wanted a name")


def _items(text: str) -> Labels:
    """The Object Detection API's label maps; their numbers begin at 1."""
    found: Labels = {}
    for item in _ITEM.findall(text):
        fields = {name: next(filter(None, values), "") for name, *values in _FIELD.findall(item)}
        if not fields.get("id", "").isdigit():
            raise InputError("an item without an id")
        name = fields.get("display_name") or fields.get("name")
        if not name:
            raise InputError(f"item {fields['id']} has no name")
        found[int(fields["id"])] = name
    return found


def _yaml(rest: str, following: str) -> Labels:
    inline = _plain(rest)
    if inline[:1] in ("[", "{"):
        return _bracketed(inline + following)
    found: Labels = {}
    for line in following.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _YAML_ENTRY.fullmatch(line.strip())
        if match is None or (match[1] is not None and line[:1] not in (" ", "\t")):
            break  # the next key of the file
        if _YAML_RECORD.match(match[2]):
            raise InputError("names: a list of records; wanted names, or numbers and names")
        found[len(found) if match[1] is None else int(match[1])] = _plain(match[2])
    if not found:
        raise InputError("names: without any")
    return found


def _bracketed(text: str) -> Labels:
    """A list or a map in brackets, over one line or several."""
    close = {"[": "]", "{": "}"}[text[0]]
    inside = text[1:].partition(close)[0]
    parts = [part for part in _separated(inside) if part]
    if close == "]":
        return {index: _plain(part) for index, part in enumerate(parts)}
    pairs = [part.partition(":") for part in parts]
    if not all(_plain(key).isdigit() for key, _, _ in pairs):
        raise InputError("names: a map without numbers")
    return {int(_plain(key)): _plain(name) for key, _, name in pairs}


def _separated(text: str) -> Iterable[str]:
    """Split at commas outside of quotes."""
    for part in re.findall(r"(?:[^,\"']|\"[^\"]*\"|'[^']*')+", text):
        yield part.strip()


def _plain(value: str) -> str:
    """A scalar without its quotes, or without the comment behind it."""
    value = value.strip()
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
        return value[1:-1]
    return value if value[:1] in ("[", "{") else value.partition(" #")[0].strip()
