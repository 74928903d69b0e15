# SPDX-License-Identifier: MIT
"""Wrong calls raise what they raise with LiteRT: the class, and the first words."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="the original, LiteRT, is not installed")

import ai_edge_litert.interpreter as original

from npucore import litert
from tests.material.litert.models import CLASSES, SIDE, classifier, two_ways

WORDS = 12  # of a message that have to be the same
ENDS = re.compile(
    "incompatible function arguments"  # where LiteRT lists what its C++ takes
    "|exceeds max tensor index"  # where it counts tensors that it has made for itself
    "|Could not open '[^']*'"
    "|not a valid Flatbuffer buffer"
    "|unexpected keyword argument"  # where we say whose option it is not
)
"""Where messages may part."""
INPUT = 0
ZEROS = np.zeros((1, SIDE, SIDE, 3), np.uint8)
WIDE = np.zeros((1, SIDE, SIDE + 2, 3), np.uint8)

Call = Callable[[Any], Any]
OF_VALUES: dict[str, Any] = {
    **{
        f"{kind}-for-uint8": ZEROS.astype(kind)
        for kind in (
            *("float32", "float64", "float16", "int8", "int16", "int32", "int64"),
            *("uint16", "uint32", "uint64", "bool", "complex64", "complex128"),
            *("S1", "U1", "object", "M8[s]", ">u2", "longdouble"),
        )
    },
    "list": [[1]],
    "none": None,
    "text": "abc",
    "bytes": b"abc",
    "number": 3,
    "dict": {},
    "scalar": np.uint8(3),
    "rank-3": ZEROS[0],
    "rank-5": ZEROS[None],
    "rows": ZEROS[:, :4],
    "columns": ZEROS[:, :, 1:],
    "channels": ZEROS[..., :1],
    "batch": np.concatenate([ZEROS, ZEROS]),
    "nothing": ZEROS[:0],
    "widened": WIDE,
}
NUMBERS: dict[str, Any] = {
    "999": 999,
    "-1": -1,
    "half": 1.5,
    "text": "image",
    "none": None,
    "large": 1 << 40,
}
OF_INDICES: dict[str, Callable[[Any, Any], Any]] = {
    "set": lambda it, number: it.set_tensor(number, ZEROS),
    "get": lambda it, number: it.get_tensor(number),
    "view": lambda it, number: it.tensor(number)(),
}


def setting(value: Any) -> Call:
    return lambda it: it.set_tensor(INPUT, value)


def calling(call: Callable[[Any, Any], Any], number: Any) -> Call:
    return lambda it: call(it, number)


def held(call: Call) -> Call:
    """*call* while somebody holds a slice of the input."""

    def holding(it: Any) -> Any:
        view = it.tensor(INPUT)()[0]
        try:
            return call(it)
        finally:
            del view

    return holding


def resized(call: Call) -> Call:
    """*call* after the input has got another shape, before anything is allocated for it."""

    def resizing(it: Any) -> Any:
        it.resize_tensor_input(INPUT, WIDE.shape)
        return call(it)

    return resizing


ALLOCATED: dict[str, Call] = {
    **{f"set-{name}": setting(value) for name, value in OF_VALUES.items()},
    **{
        f"{name}-at-{at}": calling(call, number)
        for name, call in OF_INDICES.items()
        for at, number in NUMBERS.items()
    },
    "get-of-subgraph-1": lambda it: it.get_tensor(INPUT, 1),
    "get-of-subgraph--1": lambda it: it.get_tensor(INPUT, -1),
    "details-of-subgraph-1": lambda it: it.get_tensor_details(1),
    "details-of-subgraph--1": lambda it: it.get_tensor_details(-1),
    "details-of-subgraph-a": lambda it: it.get_tensor_details("a"),
    "details-of-999": lambda it: it._get_tensor_details(999, 0),
    "details-of-text": lambda it: it._get_tensor_details("a", 0),
    "operator-999": lambda it: it._get_op_details(999),
    "held-invoke": held(lambda it: it.invoke()),
    "held-allocate": held(lambda it: it.allocate_tensors()),
    "held-resize": held(lambda it: it.resize_tensor_input(INPUT, ZEROS.shape)),
    "resized-invoke": resized(lambda it: it.invoke()),
    "resized-set": resized(lambda it: it.set_tensor(INPUT, ZEROS)),
    "resized-set-new": resized(lambda it: it.set_tensor(INPUT, WIDE)),
    "resized-get": resized(lambda it: it.get_tensor(INPUT)),
    "resized-view": resized(lambda it: it.tensor(INPUT)()),
    "resize-strictly": lambda it: it.resize_tensor_input(INPUT, WIDE.shape, strict=True),
    "resize-to-text": lambda it: it.resize_tensor_input(INPUT, "abc"),
    "resize-to-none": lambda it: it.resize_tensor_input(INPUT, None),
    "resize-a-constant": lambda it: it.resize_tensor_input(1, (1, 2)),
    "runner-unknown": lambda it: it.get_signature_runner("x"),
    "runner-number": lambda it: it.get_signature_runner(3),
    "runner-empty": lambda it: it.get_signature_runner(""),
    "runner-without-inputs": lambda it: it.get_signature_runner()(),
    "runner-other-name": lambda it: it.get_signature_runner()(x=ZEROS),
    "runner-list": lambda it: it.get_signature_runner()(image=ZEROS.tolist()),
    "runner-dtype": lambda it: it.get_signature_runner()(image=ZEROS.astype(np.int8)),
}
NEW: dict[str, Call] = {
    "set": lambda it: it.set_tensor(INPUT, ZEROS),
    "set-dtype": lambda it: it.set_tensor(INPUT, ZEROS.astype(np.float32)),
    "set-999": lambda it: it.set_tensor(999, ZEROS),
    "get": lambda it: it.get_tensor(INPUT),
    "get-999": lambda it: it.get_tensor(999),
    "view": lambda it: it.tensor(INPUT)(),
    "invoke": lambda it: it.invoke(),
}
PATH = Path(__file__)
CONTENT = b"no model, but long enough to be looked at"
MAKING: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda m: m.Interpreter(),
    "both": lambda m: m.Interpreter(str(PATH), CONTENT),
    "missing": lambda m: m.Interpreter("/nowhere/model.tflite"),
    "no-model": lambda m: m.Interpreter(str(PATH)),
    "no-content": lambda m: m.Interpreter(model_content=CONTENT),
    "short-content": lambda m: m.Interpreter(model_content=b"abc"),
    "empty-content": lambda m: m.Interpreter(model_content=b""),
    "text-content": lambda m: m.Interpreter(model_content="abc"),
    "bytearray": lambda m: m.Interpreter(model_content=bytearray(CONTENT)),
    "path-of-number": lambda m: m.Interpreter(5),
    "threads-0": lambda m: m.Interpreter("/nowhere", num_threads=0),
    "threads-text": lambda m: m.Interpreter("/nowhere", num_threads="1"),
    "threads-half": lambda m: m.Interpreter("/nowhere", num_threads=1.5),
    "resolver": lambda m: m.Interpreter("/nowhere", experimental_op_resolver_type=7),
    "delegate-number": lambda m: made(m, experimental_delegates=[3]),
    "delegates-number": lambda m: made(m, experimental_delegates=3),
    "keyword": lambda m: made(m, colour="red"),
    "library-nothing": lambda m: m.load_delegate(),
    "library-number": lambda m: m.load_delegate(5),
    "runner-of-nothing": lambda m: m.SignatureRunner(),
    "runner-without-name": lambda m: m.SignatureRunner(made(m)),
    "two-signatures": lambda m: made(m, two_ways()).get_signature_runner(),
    "no-signature": lambda m: made(m, classifier(signature=False)).get_signature_runner(),
}


def made(module: Any, data: bytes = b"", **settings: Any) -> Any:
    """An interpreter of *data*, on the kernels that leave nothing behind."""
    kernels = module.OpResolverType.BUILTIN_REF
    data = data or classifier()
    return module.Interpreter(model_content=data, experimental_op_resolver_type=kernels, **settings)


def raised(call: Call, given: Any) -> tuple[type[BaseException], list[str]]:
    """The class of what *call* raises, and its first words."""
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call(given)
    text = str(caught.value)
    if end := ENDS.search(text):
        text = text[: end.end()]
    return caught.type, re.findall(r"\w+", text)[:WORDS]


@pytest.mark.parametrize("name", ALLOCATED)
def test_a_wrong_call_raises_what_litert_raises(name: str) -> None:
    theirs, mine = made(original), made(litert, backend="reference")
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
    assert raised(ALLOCATED[name], mine) == raised(ALLOCATED[name], theirs)
    if not name.startswith(("resized", "runner")):  # nothing is broken afterwards
        mine.invoke()
        assert mine.get_tensor(mine.get_output_details()[0]["index"]).shape == (1, CLASSES)


@pytest.mark.parametrize("name", NEW)
def test_before_allocation_it_raises_what_litert_raises(name: str) -> None:
    theirs, mine = made(original), made(litert, backend="reference")
    assert raised(NEW[name], mine) == raised(NEW[name], theirs)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # LiteRT's own
@pytest.mark.parametrize("name", MAKING)
def test_what_cannot_be_made_raises_what_litert_raises(name: str) -> None:
    assert raised(MAKING[name], litert) == raised(MAKING[name], original)
    gc.collect()


def test_there_are_many_of_them() -> None:
    assert len(ALLOCATED) + len(NEW) + len(MAKING) >= 60
