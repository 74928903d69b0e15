# SPDX-License-Identifier: MIT
"""Failures that a backend owns up to: ``gaps.toml``."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from npucore.contract.backend import Backend
from npucore.errors import InputError

SHIPPED = "gaps.toml"  # beside the backend's package


class Gap(BaseModel):
    """A known failure. It still runs, and it has to fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tests: str = Field(min_length=1)  # a pattern of ids, as ``ops/convolution-*-s2x2-*``
    kind: Literal["notimpl", "notyet", "never"]  # ours to do, others' to do, the hardware cannot
    why: str = Field(min_length=1)

    def matches(self, name: str) -> bool:
        """Whether the gap is about the test of that id."""
        return fnmatch.fnmatchcase(name, self.tests)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    gap: tuple[Gap, ...] = ()


def read(path: Path) -> tuple[Gap, ...]:
    """The gaps of a file. Raises `InputError` for one that cannot be read or has other keys."""
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def shipped(backend: type[Backend]) -> tuple[Gap, ...]:
    """The gaps in the package of *backend*; none if it ships no such file."""
    package = backend.__module__.partition(".")[0]
    try:
        file = resources.files(package) / SHIPPED
        if not file.is_file():
            return ()
        return _parse(file.read_text(encoding="utf-8"), f"{package}/{SHIPPED}")
    except (ModuleNotFoundError, TypeError):  # a class that no package holds
        return ()


def _parse(text: str, name: str) -> tuple[Gap, ...]:
    try:
        return _File.model_validate(tomllib.loads(text)).gap
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: no TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{name}: {where}: {first['msg']}") from error


def unmatched(gaps: Sequence[Gap], names: Iterable[str]) -> list[Gap]:
    """The gaps that are about none of the tests."""
    known = list(names)
    return [gap for gap in gaps if not any(map(gap.matches, known))]
