# SPDX-License-Identifier: MIT
"""Programs that were written for LiteRT run with no line changed, and answer the same."""

from __future__ import annotations

import re
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("ai_edge_litert", reason="the original, LiteRT, is not installed")

import ai_edge_litert.interpreter as original

import npucore
from npucore.cli import main
from npucore.errors import FallbackError, InputError, PluginError
from npucore.litert.modules import in_place
from tests.material.litert.models import classifier, detector

PROGRAMS = Path(__file__).parents[1] / "material" / "litert"
NUMBER = re.compile(r"-?\d+\.\d+|\d+")
TIME = re.compile(r"^time: .*\n", re.MULTILINE)
BEST = 6  # numbers of an answer: of those behind it, some are nearly equal
LARGEST_ERROR = 0.02  # of scores and boxes; classes are whole numbers
Answer = Callable[[str, str], str]


class Reference(original.Interpreter):  # type: ignore[misc]  # LiteRT has no types
    """LiteRT's, by default with its reference kernels, and without the delegate of a stick."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings.pop("experimental_delegates", None)
        kernels = original.OpResolverType.BUILTIN_REF
        super().__init__(*args, experimental_op_resolver_type=kernels, **settings)


ORIGINAL = {"Interpreter": Reference, "load_delegate": lambda library, options=None: None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    Image.fromarray(rng.integers(0, 256, (40, 30, 3), np.uint8)).save(tmp_path / "photo.png")
    (tmp_path / "classifier.tflite").write_bytes(classifier())
    (tmp_path / "detector.tflite").write_bytes(detector())
    return tmp_path


WORDS = {
    "classify": ["-m", "classifier.tflite", "-i", "photo.png", "-k", "10"],
    "detect": ["detector.tflite", "photo.png"],
    "label_image": ["-m", "classifier.tflite", "-i", "photo.png", "--num_threads", "2"],
}


@pytest.fixture
def answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Answer:
    """A program's output without times, on one of npucore's backends, or on LiteRT itself."""

    def run(name: str, backend: str) -> str:
        monkeypatch.chdir(folder)
        program = str(PROGRAMS / f"{name}.py")
        capsys.readouterr()
        if backend == "litert":
            monkeypatch.setattr(sys, "argv", [program, *WORDS[name]])
            with in_place(ORIGINAL):
                assert run_plainly(program) == 0
        else:
            assert main(["exec", "--backend", backend, program, *WORDS[name]]) == 0
        done = capsys.readouterr()
        if backend != "litert":
            assert f"on {backend}" in done.err
        return TIME.sub("", done.out)

    return run


def run_plainly(program: str) -> int:
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.mark.parametrize("name", WORDS)
def test_an_unchanged_program_answers_on_reference_as_on_litert(answer: Answer, name: str) -> None:
    mine = answer(name, "reference")
    assert len(NUMBER.findall(mine)) >= 5
    assert mine == answer(name, "litert")


@pytest.mark.parametrize("name", WORDS)
def test_an_unchanged_program_runs_on_rocket(answer: Answer, name: str) -> None:
    mine, theirs = (NUMBER.findall(answer(name, where)) for where in ("rocket", "litert"))
    best, wanted = (np.array(numbers[:BEST], np.float64) for numbers in (mine, theirs))
    np.testing.assert_allclose(best, wanted, rtol=0, atol=LARGEST_ERROR)


NETWORKS = {
    "classify": ("mobilenet_v1_0.25_128_quant.tflite", "cat.bmp"),
    "detect": ("ssdlite_mobiledet_coco_qat_postprocess.tflite", "kite_and_cold.jpg"),
    "label_image": ("mobilenet_v2_1.0_224_quant.tflite", "grace_hopper.bmp"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_an_unchanged_program_answers_alike_about_a_photo(
    shared: Path, folder: Path, answer: Answer, name: str
) -> None:
    model, photo = NETWORKS[name]
    (folder / "photo.png").unlink()
    Image.open(shared / "models" / "images" / photo).save(folder / "photo.png")
    for target in ("classifier.tflite", "detector.tflite"):
        (folder / target).write_bytes((shared / "models" / "tflite" / model).read_bytes())
    mine, theirs, rocket = (answer(name, where) for where in ("reference", "litert", "rocket"))
    assert mine == theirs
    best, wanted = (np.array(NUMBER.findall(x)[:2], np.float64) for x in (rocket, theirs))
    np.testing.assert_allclose(best, wanted, rtol=0, atol=2 * LARGEST_ERROR)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], str]:
    """A program of these lines."""

    def program(text: str) -> str:
        path = tmp_path / "program.py"
        path.write_text(text)
        return str(path)

    return program


Write = Callable[[str], str]


@pytest.mark.parametrize(
    ("text", "status", "printed"),
    [
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit('no camera')", 1, "no camera\n"),
        ("x = 1", 0, ""),
    ],
    ids=["number", "none", "text", "end"],
)
def test_the_status_is_the_programs(
    write: Write, capsys: pytest.CaptureFixture[str], text: str, status: int, printed: str
) -> None:
    assert main(["exec", write(text)]) == status
    assert capsys.readouterr().err == printed


def test_an_exception_is_printed_as_python_does_it(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("def f():\n    1 / 0\n\nf()\n")
    assert main(["exec", path]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'  File "{path}", line 4, in <module>'
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_a_program_sees_itself_its_arguments_and_its_folder(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "beside.py").write_text("HERE = 'beside'")
    path = write("import sys, beside; print(sys.argv, beside.HERE, __name__)")
    assert npucore.run_program(path, ["--backend", "x"]) == 0
    assert capsys.readouterr().out == f"{[path, '--backend', 'x']} beside __main__\n"
    del sys.modules["beside"]


def test_litert_is_itself_again_afterwards(write: Write) -> None:
    argv, path = list(sys.argv), list(sys.path)
    program = write(
        "import ai_edge_litert.interpreter as here, tensorflow as tf, tflite_runtime.interpreter\n"
        "assert here.Interpreter.__module__.startswith('npucore.')\n"
        "assert tf.lite.Interpreter is here.Interpreter\n"
        "assert tf.lite.experimental.load_delegate is here.load_delegate\n"
    )
    assert npucore.run_program(program) == 0
    assert (sys.argv, sys.path) == (argv, path)
    assert sys.modules["ai_edge_litert.interpreter"] is original
    assert not {"tensorflow", "tensorflow.lite", "tflite_runtime"} & sys.modules.keys()


def test_an_installed_tensorflow_keeps_all_else(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "site" / "tensorflow" / "lite" / "python"
    inside.mkdir(parents=True)
    (inside / "interpreter.py").write_text("raise AssertionError('the original is imported')")
    (inside / "__init__.py").touch()
    own = "from tensorflow.lite.python.interpreter import Interpreter\nkept = 2\n"
    (inside.parent / "__init__.py").write_text(own)
    (inside.parents[1] / "__init__.py").write_text("from tensorflow import lite\nkept = 1\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    program = write(
        "import tensorflow as tf\n"
        "assert tf.lite.Interpreter.__module__.startswith('npucore.')\n"
        "assert (tf.kept, tf.lite.kept) == (1, 2)\n"
    )
    assert npucore.run_program(program) == 0
    for name in ("tensorflow", "tensorflow.lite"):
        monkeypatch.delitem(sys.modules, name)


READY = "ready"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
def test_signals_reach_the_program_as_in_python(write: Write, number: signal.Signals) -> None:
    path = write(
        "import signal, sys, time\n"
        "def stop(*_): raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "try:\n"
        f"    print({READY!r}, flush=True)\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(7)\n"
    )
    command = [sys.executable, "-m", "npucore", "exec", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        process.send_signal(number)
        assert process.wait(30) == 7


def test_strict_ends_a_program_that_would_fall_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    words = [str(PROGRAMS / "classify.py"), *WORDS["classify"]]
    assert main(["exec", "--backend", "rocket", "--strict", *words]) == 3
    done = capsys.readouterr()
    assert done.out == ""
    assert "1 of 4 ops would run on reference; the first is softmax" in done.err
    assert "Traceback" not in done.err
    with pytest.raises(FallbackError):
        npucore.run_program(words[0], words[1:], backend="rocket", strict=True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.py"], "nowhere.py: no such file"),
        (["."], ".: it is a folder"),
        (["--backend", "nope", "PROGRAM"], "no backend called 'nope'"),
        (["--option", "colour=red", "PROGRAM"], "no option 'colour' in reference"),
    ],
    ids=["missing", "folder", "backend", "option"],
)
def test_what_cannot_be_run_is_said(
    write: Write, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    path = write("raise AssertionError")
    assert main(["exec", *(path if word == "PROGRAM" else word for word in words)]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("keywords", "error"),
    [({"backend": "nope"}, PluginError), ({"colour": "red"}, InputError)],
    ids=["backend", "option"],
)
def test_the_function_raises_what_the_command_says(
    write: Write, keywords: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        npucore.run_program(write("x = 1"), **keywords)


def test_the_page_shows_what_is_said(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path(__file__).parents[2] / "docs" / "litert.md"
    shown = re.findall(r"^npucore: .*$", page.read_text(), re.MULTILINE)
    models = shared / "models"
    model = str(models / "tflite" / "mobilenet_v1_1.0_224_quant.tflite")
    words = ["--model", model, "--input", str(models / "images" / "cat.bmp")]
    assert main(["exec", "--backend", "rocket", str(PROGRAMS / "classify.py"), *words]) == 0
    assert len(shown) == 1
    assert shown[0] in capsys.readouterr().err.splitlines()
