# SPDX-License-Identifier: MIT
"""What ExecuTorch's runtime calls: payloads become sessions; what is wrong is one sentence."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.errors import InputError, UnsupportedError
from npucore.executorch import building
from npucore.executorch.__main__ import main
from npucore.executorch.running import Runtime
from npucore.executorch.shim import TYPES, Argument, Shim
from npucore.tensor import Array
from tests.material.contract.exporting import DIGITS

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def payload() -> bytes:
    return npucore.compile(DIGITS, "reference").to_bytes()


def opened(runtime: Runtime, data: bytes) -> int:
    buffer = ctypes.create_string_buffer(data, len(data))
    return runtime.init(ctypes.addressof(buffer), len(data))


def argument(array: Array) -> Argument:
    """As ``shim.cpp`` describes a tensor."""
    kind = next(number for number, dtype in TYPES.items() if dtype == array.dtype)
    sizes = (ctypes.c_int32 * array.ndim)(*array.shape)
    strides = (ctypes.c_int32 * array.ndim)(*(s // array.itemsize for s in array.strides))
    pointer = ctypes.POINTER(ctypes.c_int32)
    made = Argument(array.ctypes.data, array.nbytes, kind, array.ndim)
    made.sizes, made.strides = ctypes.cast(sizes, pointer), ctypes.cast(strides, pointer)
    vars(made)["kept"] = sizes, strides, array
    return made


def ends(session: npucore.Session) -> tuple[list[Array], list[Array]]:
    rng = np.random.default_rng(0)
    given: list[Array] = [rng.integers(0, 100, t.shape).astype(t.dtype) for t in session.inputs]
    return given, [np.zeros(t.shape, t.dtype) for t in session.outputs]


def test_a_payload_is_run_where_its_tensors_lie(payload: bytes, capsys: Capture) -> None:
    runtime = Runtime()
    handle = opened(runtime, payload)
    assert " of 17 ops" in capsys.readouterr().err
    session = runtime.sessions[handle]
    given, results = ends(session)
    assert runtime.execute(handle, [argument(array) for array in (*given, *results)]) == 0
    for mine, wanted in zip(results, session.run(given), strict=True):
        np.testing.assert_array_equal(mine, wanted)
    runtime.destroy(handle)
    runtime.destroy(handle)
    assert runtime.sessions == {}


def test_another_order_of_axes_in_memory_is_respected() -> None:
    array = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4).transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(argument(array).array(), array)


@pytest.mark.parametrize("cut", [0, 3, 100, -1], ids=["nothing", "three", "hundred", "almost all"])
def test_a_damaged_payload_has_no_handle(payload: bytes, capsys: Capture, cut: int) -> None:
    assert opened(Runtime(), payload[:cut]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("npucore: payload: ")


@pytest.mark.parametrize("wrong", ["few", "shape", "type", "handle"])
def test_tensors_that_do_not_fit_are_said(payload: bytes, capsys: Capture, wrong: str) -> None:
    runtime = Runtime()
    handle = opened(runtime, payload)
    given, results = ends(runtime.sessions[handle])
    capsys.readouterr()
    if wrong == "few":
        results = []
    elif wrong == "shape":
        results[0] = results[0].reshape(-1, 1)
    elif wrong == "type":
        given[0] = given[0].astype(np.float64)
    else:
        handle += 1
    assert runtime.execute(handle, [argument(array) for array in (*given, *results)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("npucore: ")


def test_a_type_that_numpy_lacks_is_refused() -> None:
    made = argument(np.zeros(2, np.float32))
    made.type = 15
    with pytest.raises(UnsupportedError, match="a tensor of ExecuTorch's type 15"):
        made.array()


def test_without_executorch_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(building, "find_spec", lambda name: None)
    assert main(["--json"]) == 2
    said = capsys.readouterr()
    assert said.err == "npucore: ExecuTorch is not installed: pip install 'npucore[executorch]'\n"
    assert said.out == ""


def test_a_missing_and_a_foreign_library_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="is missing; build it here: python -m npucore"):
        Shim(tmp_path / "nothing.so", "1.5.1")
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(UnsupportedError, match=r"cannot be used .*; build it here"):
        Shim(tmp_path / "text.so", "1.5.1")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(building, "installed", lambda: ("1.5.1", tmp_path))
    return tmp_path


def test_what_the_compiler_says_is_told(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "false")
    with pytest.raises(UnsupportedError, match=r"^false: "):
        building.build(fake / "library.so")
    assert not (fake / "library.so").exists()


def test_without_a_compiler_nothing_is_written(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(UnsupportedError, match=r"no C\+\+ compiler: g\+\+ or clang\+\+ is needed"):
        building.build(fake / "folder" / "library.so")
    assert list(fake.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(fake: Path) -> None:
    (fake / "file").touch()
    with pytest.raises(InputError, match=r"file: Not a directory|file: File exists"):
        building.build(fake / "file" / "library.so")


def test_the_environment_names_another_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(building.VARIABLE, "/elsewhere/library.so")
    assert building.place() == Path("/elsewhere/library.so")
