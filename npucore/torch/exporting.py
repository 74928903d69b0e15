# SPDX-License-Identifier: MIT
"""PyTorch's exported programs as ONNX models, by torch's own exporter."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from npucore.errors import UnsupportedError

EXPORTER = "torch.onnx"
_exporting = threading.Lock()  # the exporter keeps its registry, and graphs, in the process


def program_of(module: Any, inputs: Sequence[Any]) -> Any:
    """*module* as a ``torch.export.ExportedProgram``. Raises `UnsupportedError`.

    Refused, too, is what would be lost on the way: changes of its state, random numbers.
    """
    import torch

    with _exporting, _quiet(), _told("torch.export"), torch.no_grad():
        program = torch.export.export(module, tuple(inputs), strict=False)
        signature = program.run_decompositions({}).graph_signature  # which it only has then
    changed = {**signature.buffers_to_mutate, **signature.user_inputs_to_mutate}
    if changed:
        raise UnsupportedError(f"it changes {next(iter(changed.values()))} in place")
    for node in program.graph.nodes:
        is_random = torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
        if is_random and not _is_idle(node):
            raise UnsupportedError(f"{node.target} gives random numbers")
    return program


def _is_idle(node: Any) -> bool:
    """Whether it is a dropout outside training."""
    return "dropout" in str(node.target) and node.args[-1] is False


def model_of(program: Any, optimize: bool = True) -> Any:
    """An ExportedProgram as a ModelProto, whose nodes name those of the program.

    Raises `UnsupportedError` where ONNX has no counterpart.
    """
    import torch

    with _exporting, _quiet(), _told(EXPORTER):
        return torch.onnx.export(
            program,
            dynamo=True,
            external_data=False,
            verbose=False,
            optimize=optimize,
        ).model_proto


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what torch says of its own parts: which it does without, which are old."""
    logger = logging.getLogger(EXPORTER)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _told(who: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise UnsupportedError(f"{who} needs {error.name}: pip install 'npucore[torch]'") from error
    except Exception as error:  # of dozens of classes
        raise UnsupportedError(f"{who}: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    """The sentence of the innermost cause: what is around it tells of stages."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
