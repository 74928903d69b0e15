# SPDX-License-Identifier: MIT
"""RapidOCR, three networks with open sizes behind ONNX Runtime, unchanged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rapidocr_onnxruntime", reason="RapidOCR is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.long]

PROGRAM = """
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr_onnxruntime import RapidOCR
image = Image.new("RGB", (320, 96), "white")
font = ImageFont.load_default(40)
ImageDraw.Draw(image).text((12, 24), "npucore 2026", fill="black", font=font)
result, _ = RapidOCR()(np.asarray(image))
print([(text, round(float(score), 3)) for _, text, score in result or []])
"""


@pytest.mark.parametrize("backend", ["reference", "rocket"])
def test_it_reads_what_it_reads_on_onnx_runtime(backend: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    words = ["-m", "npucore", "exec", "--backend", backend]
    want, got = (
        subprocess.run(
            [sys.executable, *before, program], capture_output=True, text=True, check=True
        )
        for before in ([], words)
    )
    assert "npucore 2026" in want.stdout
    assert got.stdout == want.stdout
    networks = [line for line in got.stderr.splitlines() if line.startswith("npucore: ch_")]
    assert len(networks) == 3
    assert all(f" on {backend}" in line for line in networks)
