# SPDX-License-Identifier: MIT
"""Faces are loaded by those who use them."""

from __future__ import annotations

import subprocess
import sys

import pytest

FACES = (
    "npucore.executorch",
    "npucore.faces",
    "npucore.frigate",
    "npucore.litert",
    "npucore.native",
    "npucore.onnx",
    "npucore.ort",
    "npucore.serving",
    "npucore.torch",
    "npucore.ultralytics",
)

ORIGINALS = ("ai_edge_litert", "executorch", "onnxruntime", "ray", "torch", "ultralytics", "zmq")


def loaded(code: str) -> set[str]:
    """Faces, and what they stand for, in a new process after *code*."""
    lines = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.startswith((*FACES, *ORIGINALS))}


@pytest.mark.parametrize(
    "code",
    ["import npucore", "import npucore; npucore.Session", "import npucore.cli"],
    ids=["package", "session", "cli"],
)
def test_the_core_loads_no_face(code: str) -> None:
    assert loaded(code) == set()


@pytest.mark.parametrize(
    "face", ["npucore.executorch", "npucore.litert", "npucore.ort", "npucore.torch"]
)
def test_a_face_loads_no_other_and_not_what_it_stands_for(face: str) -> None:
    names = loaded(f"import {face}")
    assert face in names
    assert all(name.startswith((face, "npucore.faces", "npucore.native")) for name in names)
