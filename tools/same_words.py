# SPDX-License-Identifier: MIT
"""Whether networks compile to the same bytes as before: digests of their artefacts, compared.

``python -m tools.same_words MODEL... -o before.json`` notes the digest of every model's artefact
on every backend and setting below; ``--against before.json`` compares with such a note, names each
difference and exits 1. An artefact holds the words, the constants, the addresses, and why each op
runs where it does, so that equal digests mean that nothing which is emitted has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import npucore

SUFFIXES = (".tflite", ".onnx")
SETTINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rocket", {}),
    ("rocket", {"trust": "proven"}),
    ("rocket", {"trust": "paper"}),
    ("rocket", {"trust": "paper", "per_channel": "requantize", "groups": "part"}),
    ("vsim:a311d", {}),
    ("vsim:a311d", {"trust": "paper", "per_channel": "requantize"}),
    ("vsim:s905d3", {"trust": "paper"}),
    ("vsim:stm32mp2", {"trust": "paper"}),
    ("vsim:imx8mp", {}),
    ("vsim:imx8mp", {"trust": "paper", "per_channel": "requantize"}),
)


def models(places: Sequence[str]) -> Iterator[Path]:
    """The files, and those of the folders."""
    for place in map(Path, places):
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in inside if path.suffix in SUFFIXES)


def digest(path: Path, backend: str, options: dict[str, Any]) -> str:
    """Of the artefact's bytes, or what is said instead of one."""
    try:
        artifact = npucore.compile(path, backend, device="simulator", **options)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "model.npu")
            artifact.write(file)
            return hashlib.sha256(file.read_bytes()).hexdigest()
    except npucore.NpucoreError as error:
        return f"{type(error).__name__}: {error}".replace(str(path), path.name)


def digests(places: Sequence[str]) -> dict[str, str]:
    """By model, backend and setting."""
    found = {}
    for path in models(places):
        for backend, options in SETTINGS:
            setting = " ".join([backend, *(f"{key}={value}" for key, value in options.items())])
            found[f"{path.parent.name}/{path.name} {setting}"] = digest(path, backend, options)
    return found


def differences(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """A line for each artefact that is not what it was, or is in one note alone."""
    return [
        f"{name}: {before.get(name, 'not there')} before, {now.get(name, 'not there')} now"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def main() -> int:
    """Note or compare."""
    parser = argparse.ArgumentParser(prog="tools.same_words", description=__doc__)
    parser.add_argument("place", nargs="+", help="model files, or folders of them")
    parser.add_argument("-o", "--output", help="where to note the digests")
    parser.add_argument("--against", help="a note to compare with")
    args = parser.parse_args()
    now = digests(args.place)
    if args.output:
        Path(args.output).write_text(json.dumps(now, indent=1) + "\n")
    changed = []
    if args.against:
        changed = differences(json.loads(Path(args.against).read_text()), now)
    compiled = sum(len(value) == 64 for value in now.values())
    print(*changed, f"{len(now)} artefacts, {compiled} compiled, {len(changed)} differ", sep="\n")
    return bool(changed)


if __name__ == "__main__":
    sys.exit(main())
