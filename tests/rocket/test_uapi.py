# SPDX-License-Identifier: MIT
"""The driver's interface, byte by byte, against what a C compiler says of its header."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from npucore_rocket import uapi

STRUCTS = {
    "drm_rocket_create_bo": uapi.CreateBo,
    "drm_rocket_prep_bo": uapi.PrepBo,
    "drm_rocket_fini_bo": uapi.FiniBo,
    "drm_rocket_task": uapi.Task,
    "drm_rocket_job": uapi.Job,
    "drm_rocket_submit": uapi.Submit,
}
NUMBERS = {
    "CREATE_BO": 0xC0186440,
    "SUBMIT": 0x40186441,
    "PREP_BO": 0x40106442,
    "FINI_BO": 0x40086443,
}
SIZES = {"create_bo": 24, "prep_bo": 16, "fini_bo": 8, "task": 8, "job": 40, "submit": 24}
OFFSETS = {
    "create_bo": [0, 4, 8, 16],
    "prep_bo": [0, 4, 8],
    "fini_bo": [0, 4],
    "task": [0, 4],
    "job": [0, 8, 16, 24, 28, 32, 36],
    "submit": [0, 8, 12, 16],
}


def fields(struct: type[ctypes.Structure]) -> list[str]:
    places = [(name, getattr(struct, name)) for name, *_ in struct._fields_]
    return [f"{name}@{place.offset}:{place.size}" for name, place in places]


@pytest.mark.parametrize("name", NUMBERS)
def test_requests_have_their_numbers(name: str) -> None:
    assert getattr(uapi, name) == NUMBERS[name]


@pytest.mark.parametrize("name", SIZES)
def test_structs_have_their_sizes_and_offsets(name: str) -> None:
    struct = STRUCTS[f"drm_rocket_{name}"]
    assert ctypes.sizeof(struct) == SIZES[name]
    assert [getattr(struct, field).offset for field, *_ in struct._fields_] == OFFSETS[name]


def test_the_reference_says_the_same(shared: Path) -> None:
    text = (shared / "spec" / "drm-accel-uapi.txt").read_text()
    found = re.findall(r"^struct rocket (\w+) size (\d+) : (.*)$", text, re.MULTILINE)
    assert {name for name, _, _ in found} == STRUCTS.keys()
    for name, size, layout in found:
        assert ctypes.sizeof(STRUCTS[name]) == int(size)
        assert fields(STRUCTS[name]) == layout.split()
    numbers = re.findall(r"^ioctl rocket DRM_IOCTL_ROCKET_(\w+) (0x\w+)", text, re.MULTILINE)
    assert len(numbers) == 4
    for name, number in numbers:
        assert getattr(uapi, name) == int(number, 16)
