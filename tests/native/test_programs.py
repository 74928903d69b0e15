# SPDX-License-Identifier: MIT
"""The library within programs: of another Python, and of no Python at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.native.environment import Environment, this_environment
from npucore.native.library import bound, library

SOURCE = Path(__file__).parents[1] / "material" / "native" / "host.c"
LIBPYTHON = this_environment().libpython
LINKED = ("-Wall", "-Werror", "-o")

ORT = """
import ctypes, sys
lib = ctypes.PyDLL(sys.argv[1])
made = []
@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)
def status(code, text):
    made.append((code, text.decode()))
    return 77
api = (ctypes.c_void_p * 1)(ctypes.cast(status, ctypes.c_void_p).value)
@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)
def get(version):
    return ctypes.addressof(api)
base = (ctypes.c_void_p * 1)(ctypes.cast(get, ctypes.c_void_p).value)
count = ctypes.c_size_t(5)
import npucore.native.entries as entries
entries.ENTRIES = {"CreateEpFactories": "no.such:module"}
lib.CreateEpFactories.restype = ctypes.c_void_p
print(lib.CreateEpFactories(b"npu", base, None, None, ctypes.c_size_t(1), ctypes.byref(count)))
print(*made, count.value)
"""
WITHOUT = """
import ctypes, sys
report = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda text: print(text.decode()))
create = ctypes.PyDLL(sys.argv[1]).tflite_plugin_create_delegate
create.restype = ctypes.c_void_p
print(create(None, None, 0, report))
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if (compiler := shutil.which("gcc") or shutil.which("cc")) is None:
        pytest.skip("no C compiler")
    program = tmp_path_factory.mktemp("host") / "host"
    subprocess.run([compiler, *LINKED, str(program), str(SOURCE), "-ldl"], check=True)
    return program


def said(program: Path, *words: str, **environment: str) -> str:
    command = [str(program), *words]
    clean = {"PATH": "/usr/bin:/bin", **environment}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def python(code: str, *words: str) -> str:
    command = [sys.executable, *words[1:], "-c", code, words[0]]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_program_in_c_makes_delegates(host: Path, tmp_path: Path) -> None:
    if not LIBPYTHON:
        pytest.skip("this Python has no shared library")
    written = str(tmp_path / "libteflon.so")
    assert main(["delegate", "-o", written]) == 0
    assert said(host, written) == "made\nmade\n"
    assert said(host, written, "backend", "rocket", "cores", "2") == "made\nmade\n"
    assert (
        said(host, written, "backend", "nope")
        .splitlines()[0]
        .startswith("reported: npucore: no backend called 'nope'; installed: ")
    )
    assert said(host, written, NPUCORE_BACKEND="nope").count("none\n") == 2


def test_a_program_in_c_is_told_what_is_missing(host: Path, tmp_path: Path) -> None:
    assert "this is no Python program, and neither NPUCORE_LIBPYTHON nor this library names" in (
        said(host, str(library()))
    )
    assert "Python cannot be loaded: /no/libpython.so: cannot open shared object file" in (
        said(host, str(library()), NPUCORE_LIBPYTHON="/no/libpython.so")
    )
    if LIBPYTHON:
        alone = Environment(LIBPYTHON, this_environment().home, ())
        (unbound := tmp_path / "none.so").write_bytes(bound(library().read_bytes(), alone))
        assert "reported: npucore: No module named 'npucore'" in said(host, str(unbound))
        path = ":".join(filter(os.path.isdir, sys.path))
        assert said(host, str(unbound), PYTHONPATH=path) == "made\nmade\n"


def test_the_variable_names_another_python(host: Path) -> None:
    if not LIBPYTHON:
        pytest.skip("this Python has no shared library")
    path = ":".join(filter(os.path.isdir, sys.path))
    named = {"NPUCORE_LIBPYTHON": LIBPYTHON, "PYTHONPATH": path}
    assert "made" in said(host, str(library()), PYTHONHOME=this_environment().home, **named)


def test_a_python_without_npucore_is_told_so() -> None:
    told = python(WITHOUT, str(library()), "-S", "-I")  # no site-packages
    assert told == "npucore: No module named 'npucore'\nNone\n"


def test_onnx_runtime_is_told_by_a_status() -> None:
    status, told = python(ORT, str(library())).splitlines()
    assert status == "77"
    assert told == "(11, \"npucore: ModuleNotFoundError: No module named 'no'\") 0"
