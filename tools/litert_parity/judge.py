# SPDX-License-Identifier: MIT
"""Whether an operator gives what LiteRT gives.

LiteRT may abort the whole process over a dtype that its kernel does not know, so every sample is
tried in a process of its own.
"""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.errors import NpucoreError
from npucore.running.session import Session
from npucore.tensor import Array
from npucore_tflite import parse
from npucore_tflite.writing.file import OperatorSpec, model
from tools.litert_parity.sample import DTYPES, Draw, Maker, Sample
from tools.litert_parity.table import TABLE

EQUAL, REFUSED, DIFFERS, UNKNOWN = "equal", "refused", "differs", "not in LiteRT"
RELATIVE, OF_LARGEST = 1e-5, 1e-6


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome for an operator in one dtype."""

    operator: str
    dtype: str
    status: str
    detail: str = ""


def judge(names: Sequence[str] = tuple(TABLE)) -> list[Judged]:
    """Every operator of *names* in every dtype."""
    pairs = ((name, dtype) for name in names for dtype in DTYPES)
    return [_apart(name, dtype) for name, dtype in pairs]


def _apart(name: str, dtype: str) -> Judged:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.write(write, json.dumps(answer(name, dtype)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    status, detail = json.loads(said) if said else (UNKNOWN, "aborts")
    return Judged(name, dtype, status, detail)


def answer(name: str, dtype: str) -> tuple[str, str]:
    """(status, detail), in this process."""
    try:
        sample, data = written(TABLE[name], name, dtype)
        want = litert(data, sample.values)
    except Exception as error:  # whatever LiteRT or its writer raises: it has no such kernel
        return UNKNOWN, str(error)[:200]
    try:
        with Session(parse(data), "reference") as session:
            got = session.run(list(sample.values))
    except NpucoreError as error:
        return REFUSED, str(error)
    except Exception as error:
        return DIFFERS, f"{type(error).__name__}: {error}"
    return _compared(got, want)


def written(make: Maker, name: str, dtype: str) -> tuple[Sample, bytes]:
    """A sample and its file."""
    sample = make(Draw(dtype, zlib.crc32(f"{name}-{dtype}".encode())))
    operator = OperatorSpec(
        name, sample.operands, sample.results, sample.options, version=sample.version
    )
    inputs = [t for t in dict.fromkeys(sample.operands) if t is not None and t.data is None]
    return sample, model([operator], inputs, sample.results)


def litert(data: bytes, values: Sequence[Array]) -> list[Array]:
    """The outputs of LiteRT's reference kernels."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interpreter: Any = Interpreter(
            model_content=data, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
        )
    interpreter.allocate_tensors()
    for detail, array in zip(interpreter.get_input_details(), values, strict=True):
        interpreter.set_tensor(detail["index"], array)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def _compared(got: Sequence[Array], want: Sequence[Array]) -> tuple[str, str]:
    for mine, theirs in zip(got, want, strict=True):
        if (mine.shape, mine.dtype) != (theirs.shape, theirs.dtype):
            return DIFFERS, f"{mine.dtype}{mine.shape}, wanted {theirs.dtype}{theirs.shape}"
        if theirs.dtype.kind in "fc":
            floor = OF_LARGEST * float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0))
            if not np.allclose(mine, theirs, RELATIVE, floor, equal_nan=True):
                return DIFFERS, f"by {np.abs(mine - theirs).max():g}"
        elif not np.array_equal(mine, theirs):
            return DIFFERS, f"{int((mine != theirs).sum())} of {theirs.size} numbers"
    return EQUAL, ""
