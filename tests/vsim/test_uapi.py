# SPDX-License-Identifier: MIT
"""The driver's interface, byte by byte, against what a C compiler says of its headers."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from npucore_vsim import uapi

STRUCTS = {
    "drm_etnaviv_timespec": uapi.Timespec,
    "drm_etnaviv_param": uapi.Param,
    "drm_etnaviv_gem_new": uapi.GemNew,
    "drm_etnaviv_gem_info": uapi.GemInfo,
    "drm_etnaviv_gem_cpu_prep": uapi.GemCpuPrep,
    "drm_etnaviv_gem_cpu_fini": uapi.GemCpuFini,
    "drm_etnaviv_gem_submit_bo": uapi.SubmitBo,
    "drm_etnaviv_gem_submit": uapi.GemSubmit,
    "drm_etnaviv_wait_fence": uapi.WaitFence,
    "sync_file_info": uapi.FileInfo,
}
NUMBERS = {
    "GET_PARAM": 0xC0106440,
    "GEM_NEW": 0xC0106442,
    "GEM_INFO": 0xC0106443,
    "GEM_CPU_PREP": 0x40186444,
    "GEM_CPU_FINI": 0x40086445,
    "GEM_SUBMIT": 0xC0486446,
    "WAIT_FENCE": 0x40206447,
    "FILE_INFO": 0xC0383E04,
}
OFFSETS = {  # and the size
    "drm_etnaviv_timespec": [0, 8, 16],
    "drm_etnaviv_param": [0, 4, 8, 16],
    "drm_etnaviv_gem_new": [0, 8, 12, 16],
    "drm_etnaviv_gem_info": [0, 4, 8, 16],
    "drm_etnaviv_gem_cpu_prep": [0, 4, 8, 24],
    "drm_etnaviv_gem_cpu_fini": [0, 4, 8],
    "drm_etnaviv_gem_submit_bo": [0, 4, 8, 16],
    "drm_etnaviv_gem_submit": [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 52, 56, 64, 68, 72],
    "drm_etnaviv_wait_fence": [0, 4, 8, 12, 16, 32],
    "sync_file_info": [0, 32, 36, 40, 44, 48, 56],
}
CONSTANTS = {
    "MODEL": 0x01,
    "REVISION": 0x02,
    "SOFTPIN_START": 0x1B,
    "PRODUCT_ID": 0x1C,
    "CUSTOMER_ID": 0x1D,
    "ECO_ID": 0x1E,
    "MAX_PIPES": 4,
    "WRITE_COMBINED": 0x20000,
    "PREP_READ": 1,
    "PREP_WRITE": 2,
    "BO_READ": 1,
    "BO_WRITE": 2,
    "PIPE_3D": 0,
    "FENCE_FD_OUT": 4,
    "SOFTPIN": 8,
}


def fields(struct: type[ctypes.Structure]) -> list[str]:
    places = [getattr(struct, name) for name, *_ in struct._fields_]
    return [f"@{place.offset}:{place.size}" for place in places]


@pytest.mark.parametrize("name", NUMBERS)
def test_requests_have_the_headers_numbers(name: str) -> None:
    assert getattr(uapi, name) == NUMBERS[name]


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants_have_the_headers_values(name: str) -> None:
    assert getattr(uapi, name) == CONSTANTS[name]


@pytest.mark.parametrize("name", STRUCTS)
def test_structs_lie_as_in_the_header(name: str) -> None:
    struct = STRUCTS[name]
    offsets = [getattr(struct, field).offset for field, *_ in struct._fields_]
    assert [*offsets, ctypes.sizeof(struct)] == OFFSETS[name]


def test_the_reference_says_the_same(shared: Path) -> None:
    text = (shared / "spec" / "drm-accel-uapi.txt").read_text()
    found = re.findall(r"^struct etnaviv (\w+) size (\d+) : (.*)$", text, re.MULTILINE)
    ours = [(name, size, layout) for name, size, layout in found if name in STRUCTS]
    assert len(ours) == 9
    for name, size, layout in ours:
        assert ctypes.sizeof(STRUCTS[name]) == int(size)
        assert fields(STRUCTS[name]) == re.findall(r"@\d+:\d+", layout)
    requests = re.findall(r"^ioctl etnaviv DRM_IOCTL_ETNAVIV_(\w+) (0x\w+)", text, re.MULTILINE)
    numbers = {name: int(number, 16) for name, number in requests}
    assert {name: numbers[name] for name in NUMBERS if name in numbers} == {
        name: number for name, number in NUMBERS.items() if name in numbers
    }
    assert len(numbers.keys() & NUMBERS.keys()) == 7
