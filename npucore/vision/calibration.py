# SPDX-License-Identifier: MIT
"""Samples to calibrate with: a folder, with folders in it or not, or a list of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from npucore.errors import InputError
from npucore.graph import Graph
from npucore.tensor import Array
from npucore.vision.feeding import Options
from npucore.vision.inputs import read_inputs
from npucore.vision.labels.file import read_text
from npucore.vision.suffixes import IMAGES, SOUNDS

ARRAYS = (".npy", ".npz", *SOUNDS)
MOST_SAMPLES = 100
NO_OPTIONS = Options()
MOST_NAMED = 3  # of the files that were skipped

Sample = dict[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Inputs by name, how the photos among them were fed, and the files that are none."""

    arrays: list[Sample]
    fed: str | None
    skipped: tuple[str, ...]

    @property
    def note(self) -> str:
        """About what was skipped; "" for nothing."""
        if not self.skipped:
            return ""
        named = ", ".join(self.skipped[:MOST_NAMED])
        rest = len(self.skipped) - MOST_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        return f"skipped {named}{more}: no image, sound or array"


def read_samples(
    source: str | Path,
    graph: Graph,
    most: int = MOST_SAMPLES,
    options: Options = NO_OPTIONS,
    *,
    head: str | None = None,
    task: str | None = None,
) -> Samples:
    """At most *most* of what *source* names, spread evenly over all of it.

    A folder is walked with all folders in it, but hidden ones. A list has one sample per line:
    a file, or for several inputs one for each, in their order, relative to the list. *options*,
    *head* and *task* are those of `read_inputs`.

    Raises `InputError` for a sample that cannot be read or does not fit, and if there is none.
    """
    source, skipped = Path(source), list[str]()
    files = _spread(list(_files(source, skipped)), max(most, 0))
    if not files:
        note = Samples([], None, tuple(skipped)).note
        raise InputError(f"{source}: no files to calibrate with" + (f" ({note})" if note else ""))
    arrays, fed = [], None
    for sample in files:
        if len(sample) > 1 and len(sample) != len(graph.inputs):
            raise InputError(f"{sample[0]} ...: {len(sample)} files, {len(graph.inputs)} inputs")
        given = read_inputs(
            graph, sample if len(sample) > 1 else sample[0], options, head=head, task=task
        )
        arrays.append({t.name: a for t, a in zip(graph.inputs, given.arrays, strict=True)})
        fed = fed or next(iter(given.told), None)
    return Samples(arrays, fed, tuple(skipped))


def _files(source: Path, skipped: list[str]) -> Iterator[tuple[str, ...]]:
    """The files of every sample; the names of others go to *skipped*."""
    if source.is_dir():
        return _walked(source, skipped)
    if source.suffix.lower() in (*IMAGES, *ARRAYS):
        return iter([(str(source),)])
    if source.is_file():
        return _listed(source)
    raise InputError(f"{source}: no such folder or list of files")


def _walked(folder: Path, skipped: list[str]) -> Iterator[tuple[str, ...]]:
    """Images, sounds and arrays in order of their names, folder by folder."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not path.name.startswith("."):
                yield from _walked(path, skipped)
        elif path.suffix.lower() in (*IMAGES, *ARRAYS) and not path.name.startswith("."):
            yield (str(path),)
        else:
            skipped.append(path.name)


def _listed(path: Path) -> Iterator[tuple[str, ...]]:
    """The files of every line; a name with spaces is one if there is such a file."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        names = [line] if _found(path, line) else line.split()
        for name in names:
            if not _found(path, name):
                raise InputError(f"{path}, line {number}: {name}: no such file")
        yield tuple(str(_found(path, name)) for name in names)


def _found(path: Path, name: str) -> Path | None:
    """A file that a list names, beside the list or where the command runs."""
    places = (path.parent / name, Path(name))
    return next((place for place in places if place.is_file()), None)


def _spread(files: Sequence[tuple[str, ...]], count: int) -> list[tuple[str, ...]]:
    """So many of *files*, at equal distances: class folders have their share.

    >>> _spread([("a",), ("b",), ("c",), ("d",)], 2)
    [('a',), ('c',)]
    """
    if len(files) <= count:
        return list(files)
    return [files[i * len(files) // count] for i in range(count)]
