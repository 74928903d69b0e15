# SPDX-License-Identifier: MIT
"""A world in which onnx, and what comes with it, is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx, which writes the model, is not installed")

from onnx import TensorProto, helper

WITHOUT = """
import sys
for name in ("onnx", "google", "google.protobuf", "ml_dtypes"):
    sys.modules[name] = None
from npucore.cli import main
raise SystemExit(main(["show", sys.argv[1]]))
"""


def test_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in ("x", "y")]
    node = helper.make_node("Relu", ["x"], ["y"])
    path = tmp_path / "relu.onnx"
    path.write_bytes(
        helper.make_model(helper.make_graph([node], "g", ends[:1], ends[1:])).SerializeToString()
    )
    words = [sys.executable, "-c", WITHOUT, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    wanted = "npucore: ONNX models need the package onnx: pip install 'npucore[onnx]'\n"
    assert done.stderr == wanted
