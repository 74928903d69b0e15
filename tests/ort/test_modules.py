# SPDX-License-Identifier: MIT
"""Programs of ONNX Runtime's run with no line changed, whether it is installed or not."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import npucore
from npucore.cli import main
from npucore.ort.modules import NOT_THEIRS, VERSION
from tests.material.ort.models import floats

Write = Callable[[str], str]
Capture = pytest.CaptureFixture[str]
installed = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="ONNX Runtime is not installed"
)
PROGRAM = """
import numpy as np, sys
import onnxruntime as ort
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument

options = SessionOptions()
options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
options.intra_op_num_threads = 2
assert "CPUExecutionProvider" in ort.get_available_providers()
session = InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
x = np.ones(session.get_inputs()[0].shape, np.float32)
try:
    session.run(None, {"x": x[0]})
except InvalidArgument as error:
    print(str(error)[:41])
print(np.round(session.run(["y"], {"x": x})[0], 5).tolist(), ort.__version__)
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A program of these lines; a model lies beside it."""
    (tmp_path / "floats.onnx").write_bytes(floats())

    def program(text: str) -> str:
        path = tmp_path / "program.py"
        path.write_text(text)
        return str(path)

    return program


@installed
@pytest.mark.parametrize("backend", ["reference", "rocket"])
def test_an_unchanged_program_answers_as_on_onnx_runtime(
    write: Write, tmp_path: Path, capsys: Capture, backend: str
) -> None:
    program, model = write(PROGRAM), str(tmp_path / "floats.onnx")
    done = subprocess.run([sys.executable, program, model], capture_output=True, check=True)
    assert main(["exec", "--backend", backend, program, model]) == 0
    mine = capsys.readouterr()
    assert mine.out == done.stdout.decode()
    assert f"npucore: floats.onnx: {0 if backend == 'rocket' else 5} of " in mine.err


def test_onnx_runtime_need_not_be_installed(
    write: Write, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "onnxruntime"]:
        monkeypatch.delitem(sys.modules, name)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else find(name)
    )
    program, model = write(PROGRAM), str(tmp_path / "floats.onnx")
    assert main(["exec", "--backend", "reference", program, model]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT"
    assert second.endswith(VERSION)
    assert "onnxruntime" not in sys.modules


@installed
def test_onnx_runtime_is_itself_again_afterwards(write: Write) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession
    program = write(
        "import onnxruntime, onnxruntime.tools\n"
        "assert onnxruntime.InferenceSession.__module__.startswith('npucore.')\n"
        "assert onnxruntime.OrtValue.__module__.startswith('npucore.')\n"
        f"assert not any(hasattr(onnxruntime, name) for name in {NOT_THEIRS})\n"
    )
    assert npucore.run_program(program) == 0
    assert onnxruntime.InferenceSession is session
    assert onnxruntime.OrtValue.__module__.startswith("onnxruntime.")


@installed
def test_it_is_not_imported_for_a_program_that_does_not_ask(write: Write) -> None:
    program = write("import sys; sys.exit('onnxruntime' in sys.modules)")
    command = [sys.executable, "-m", "npucore", "exec", program]
    assert subprocess.run(command, check=False).returncode == 0


@installed
def test_a_module_that_is_imported_within_is_changed_and_changed_back(write: Write) -> None:
    program = write(
        "import onnxruntime\n"
        "assert onnxruntime.InferenceSession.__module__.startswith('npucore.')\n"
    )
    lines = (
        "import sys, npucore\n"
        f"assert npucore.run_program({program!r}) == 0\n"
        "import onnxruntime\n"
        "assert onnxruntime.InferenceSession.__module__.startswith('onnxruntime.')\n"
    )
    subprocess.run([sys.executable, "-c", lines], check=True)


def test_strict_ends_a_program_that_would_fall_back(
    write: Write, tmp_path: Path, capsys: Capture
) -> None:
    words = [write(PROGRAM), str(tmp_path / "floats.onnx")]
    assert main(["exec", "--backend", "rocket", "--strict", *words]) == 3
    said = capsys.readouterr().err
    assert "ops would run on" in said
    assert "Traceback" not in said


def test_inputs_of_any_size_are_allowed_unless_memory_is_given(
    write: Write, tmp_path: Path, capsys: Capture
) -> None:
    words = [write(PROGRAM), str(tmp_path / "floats.onnx")]
    assert main(["exec", "--backend", "reference", "--memory", "1K", *words]) == 1
    assert "at most 0.0 MiB are allowed" in capsys.readouterr().err
