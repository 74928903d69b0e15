# SPDX-License-Identifier: MIT
"""The prebuilt libraries are what the source says, and their slots hold what is written there."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
from pathlib import Path

import pytest

from npucore.errors import InputError, UnsupportedError
from npucore.native.environment import Environment
from npucore.native.library import (
    FOLDER,
    HOME,
    LIBPYTHON,
    SITES,
    SLOT_BYTES,
    bound,
    is_library,
    library,
    slot,
    this_platform,
)
from tools import shims

ENTRIES = (
    b"tflite_plugin_create_delegate",
    b"tflite_plugin_destroy_delegate",
    b"CreateEpFactories",
    b"ReleaseEpFactory",
)
MACHINES = {"x86_64": 62, "aarch64": 183}  # e_machine of an ELF file
LARGEST_BYTES = 16 << 10
ROOT = Path(__file__).parents[2]


def test_source_and_libraries_are_those_of_one_build() -> None:
    """After a change of shim.c: ``python -m tools.shims --write``."""
    libraries = {name: (FOLDER / f"{name}.so").read_bytes() for name in shims.PLATFORMS}
    assert shims.DIGESTS.read_text() == shims.document(libraries)
    assert {path.stem for path in FOLDER.glob("*.so")} == {*shims.PLATFORMS}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(
    importlib.util.find_spec("ziglang") is None, reason="the compiler, ziglang, is not installed"
)
def test_the_compiler_gives_the_same_bytes() -> None:
    shims.check_compiler()
    for name, target in shims.PLATFORMS.items():
        assert shims.built(target) == (FOLDER / f"{name}.so").read_bytes(), name


@pytest.mark.parametrize("name", shims.PLATFORMS)
def test_a_library_is_small_for_its_machine_and_has_the_entries(name: str) -> None:
    data = (FOLDER / f"{name}.so").read_bytes()
    assert len(data) < LARGEST_BYTES
    assert int.from_bytes(data[18:20], "little") == MACHINES[name.partition("-")[0]]
    assert all(entry in data for entry in ENTRIES)
    assert b"libpython3" not in data
    assert slot(data, LIBPYTHON) == slot(data, SITES) == ""


def test_the_wheel_holds_them_and_is_pure() -> None:
    builders = pytest.importorskip("hatchling.builders.wheel")
    builder = builders.WheelBuilder(str(ROOT))
    held = {file.distribution_path for file in builder.recurse_included_files()}
    wanted = {f"npucore/native/shims/{name}.so" for name in shims.PLATFORMS}
    assert wanted | {"npucore/native/shim.c", "npucore/native/shims/digests.json"} <= held


def test_it_is_chosen_by_machine_and_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert library() == FOLDER / f"{this_platform()}.so"
    monkeypatch.setattr(platform, "machine", lambda: "ARM64")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(os, "confstr", lambda name: "glibc 2.36")
    assert this_platform() == "aarch64-linux-gnu"

    def unknown(name: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", unknown)
    assert this_platform() == "aarch64-linux-musl"
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(UnsupportedError, match="no library for riscv64-linux-musl; there are aarc"):
        library()


def test_slots_hold_paths_and_nothing_else_changes() -> None:
    data = library().read_bytes()
    found = bound(data, Environment("/usr/lib/libpython3.11.so", "/usr", ("/vénv/lib", "/b")))
    assert slot(found, LIBPYTHON) == "/usr/lib/libpython3.11.so"
    assert slot(found, HOME) == "/usr"
    assert slot(found, SITES) == "/vénv/lib:/b"
    assert len(found) == len(data)
    assert bound(found, Environment("", "", ())) == data
    assert is_library(found)
    assert not is_library(b"\x7fELF" + bytes(100))


@pytest.mark.parametrize(
    ("sites", "sentence"),
    [
        (("/a:b",), "/a:b: a path with ':' cannot be noted"),
        (("/a" * SLOT_BYTES,), "4096 bytes of paths, and a library has room for 2031"),
    ],
    ids=["colon", "long"],
)
def test_what_a_slot_cannot_hold_is_refused(sites: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        bound(library().read_bytes(), Environment("", "", sites))


def test_digests_name_the_compiler() -> None:
    assert json.loads(shims.DIGESTS.read_text())["compiler"] == " ".join(shims.COMPILER)
