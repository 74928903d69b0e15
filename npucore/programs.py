# SPDX-License-Identifier: MIT
"""Programs that were written for other runtimes, run with npucore in their place."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from npucore.errors import FallbackError, InputError
from npucore.executorch import modules as executorch
from npucore.faces.settings import Settings
from npucore.faces.ultralytics.registration import register, say
from npucore.litert import modules as litert
from npucore.ort import modules as ort
from npucore.running.session import Backends
from npucore.torch import modules as torch

ERROR = 1  # the status of a program that an exception ends


def run_program(
    program: str | Path,
    arguments: Sequence[str] = (),
    *,
    backend: Backends = None,
    strict: bool = False,
    verbose: bool = False,
    placement: str | None = None,
    memory: int | None = None,
    **options: Any,
) -> int:
    """Run a Python program in this process, with npucore where it imports another runtime.

    Returns its exit status. ``tflite_runtime``, ``ai_edge_litert``, ``tensorflow.lite`` and
    ``onnxruntime`` need not be installed; a TensorFlow that this process has imported before keeps
    what it has. ``torch.compile`` uses npucore where it would use Inductor, ExecuTorch knows
    npucore's delegates, and ``ultralytics`` opens artefacts. An exception that ends the program is
    printed as Python prints it. The keywords are fields of `npucore.faces.settings.Settings` and
    count where the program itself says nothing.

    Raises `InputError` for a program that cannot be read, `PluginError` for an unknown backend, and
    `FallbackError` if *strict* has ended it.
    """
    path = Path(program)
    if not path.is_file():
        raise InputError(f"{path}: {'it is a folder' if path.is_dir() else 'no such file'}")
    settings = Settings(backend, strict, verbose, placement, options, memory)
    settings.check(os.environ)
    with _in_place(settings), _as_main(path, arguments):
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            return _status(end.code)
        except Exception as error:
            cause = getattr(error, "inner_exception", error.__cause__)  # torch's name for it
            if isinstance(cause, FallbackError):
                raise cause from None
            _print(error, str(path))
            return ERROR
    return 0


@contextmanager
def _in_place(settings: Settings) -> Iterator[None]:
    with ExitStack() as undo:
        undo.enter_context(litert.in_place(litert.names(settings)))
        undo.enter_context(ort.in_place(settings))
        undo.enter_context(torch.in_place(settings))
        undo.enter_context(executorch.in_place())
        register(undo, settings, say)
        yield


def _status(code: object) -> int:
    """As Python turns the argument of ``sys.exit`` into a status."""
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return ERROR


def _print(error: Exception, program: str) -> None:
    """The traceback from the program's own frames on."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename != program:
        frames = frames.tb_next
    traceback.print_exception(error.with_traceback(frames))


@contextmanager
def _as_main(path: Path, arguments: Sequence[str]) -> Iterator[None]:
    kept = sys.argv, sys.path
    sys.argv = [str(path), *arguments]
    sys.path = [str(path.resolve().parent), *sys.path]
    try:
        yield
    finally:
        sys.argv, sys.path = kept
