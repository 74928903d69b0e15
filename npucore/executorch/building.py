# SPDX-License-Identifier: MIT
"""The library that makes npucore known to ExecuTorch's runtime, built for the one installed here.

Its interface is C++ and nobody's promise, so it is compiled against the headers of the wheel whose
``libexecutorch.so`` it will be used with, and refused with any other (docs/adr/0047).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from npucore.errors import InputError, UnsupportedError
from npucore.files.atomic import check_writable, replacing, scratch_folder

PACKAGE = "executorch"
SOURCE = Path(__file__).with_name("shim.cpp")
NAME = "libnpucore_executorch.so"
VARIABLE = "NPUCORE_EXECUTORCH"
COMMAND = "python -m npucore.executorch"
COMPILERS = ("g++", "clang++")
FLAGS = (
    *("-std=c++17", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-s"),
    "-DC10_USING_CUSTOM_GENERATED_MACROS",  # as the wheel's own CMake files have it
)
INSIDE = "include/executorch/runtime/core/portable_type/c10"
SHOWN_LINES = 3  # of what the compiler says


def place() -> Path:
    """Where the library lies: NPUCORE_EXECUTORCH, or within this Python's environment."""
    return Path(os.environ.get(VARIABLE) or Path(sys.prefix) / "lib" / "npucore" / NAME)


def installed() -> tuple[str, Path]:
    """Version and folder of the installed ExecuTorch. Raises `UnsupportedError` without one."""
    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    try:
        return version(PACKAGE), Path(folders[0])
    except (PackageNotFoundError, IndexError):
        raise UnsupportedError(
            "ExecuTorch is not installed: pip install 'npucore[executorch]'"
        ) from None


def build(output: str | Path | None = None) -> Path:
    """Compile the library, and give its place; by default `place`.

    Raises `UnsupportedError` without ExecuTorch or a compiler, and where it does not compile,
    `InputError` for a place that cannot be written.
    """
    number, folder = installed()
    compiler = os.environ.get("CXX") or next(filter(shutil.which, COMPILERS), None)
    if compiler is None:
        raise UnsupportedError(f"no C++ compiler: {' or '.join(COMPILERS)} is needed, or CXX")
    path = place() if output is None else Path(output)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: {error.strerror or error}") from error
    check_writable(path)
    with scratch_folder() as scratch:
        _compile(compiler, number, folder, made := scratch / NAME)
        with replacing(path) as file:
            file.write(made.read_bytes())
    return path


def _compile(compiler: str, number: str, folder: Path, output: Path) -> None:
    words = [
        *(compiler, *FLAGS, f'-DNPUCORE_BUILT_FOR="{number}"'),
        *(f"-I{folder / 'include'}", f"-I{folder / INSIDE}", str(SOURCE), "-o", str(output)),
        *(f"-L{folder / 'lib'}", "-lexecutorch", f"-Wl,-rpath,{folder / 'lib'}"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line] or [done.stderr]
        raise UnsupportedError(f"{compiler}: {' '.join(said[:SHOWN_LINES])}")
