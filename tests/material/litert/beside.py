# SPDX-License-Identifier: MIT
"""LiteRT's interpreter and npucore's, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="the original, LiteRT, is not installed")

import ai_edge_litert.interpreter as original

from npucore import litert
from npucore.tensor import Array
from tests.material.litert.models import classifier, detector, two_ways

MODELS = {
    "classifier": classifier(),
    "open-batch": classifier(open_batch=True),
    "detector": detector(),
    "two-ways": two_ways(),
}
SHARED = Path(__file__).parents[4] / "shared" / "models" / "tflite"
REAL = sorted(path.name for path in SHARED.glob("*.tflite"))
WITHOUT_KERNEL = {"selfie_segmentation.tflite"}  # LiteRT knows its operators by name only


def both(data: bytes, **settings: Any) -> tuple[Any, Any]:
    """(LiteRT's with its reference kernels, npucore's on the reference backend)."""
    kernels = {"experimental_op_resolver_type": original.OpResolverType.BUILTIN_REF, **settings}
    theirs = original.Interpreter(model_content=data, **kernels)
    return theirs, litert.Interpreter(model_content=data, backend="reference", **settings)


def spelled(value: Any) -> Any:
    """*value* with the types of what is in it: arrays, numbers, classes."""
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(spelled, value))
    if isinstance(value, np.ndarray):
        return value.dtype, value.tolist()
    return type(value), value


def assert_same_details(theirs: Any, mine: Any) -> None:
    for name in ("get_input_details", "get_output_details", "_get_ops_details"):
        assert spelled(getattr(mine, name)()) == spelled(getattr(theirs, name)()), name
    tensors = mine.get_tensor_details()  # LiteRT's temporaries come behind those of the file
    assert spelled(tensors) == spelled(theirs.get_tensor_details()[: len(tensors)])
    assert mine.get_signature_list() == theirs.get_signature_list()
    assert mine.num_subgraphs() == theirs.num_subgraphs()
    for key in mine.get_signature_list():
        runners = [it.get_signature_runner(key) for it in (theirs, mine)]
        for name in ("get_input_details", "get_output_details"):
            first, second = (spelled(getattr(runner, name)()) for runner in runners)
            assert first == second, (key, name)


def answers(interpreter: Any, arrays: Sequence[Array]) -> list[Array]:
    for details, array in zip(interpreter.get_input_details(), arrays, strict=True):
        interpreter.set_tensor(details["index"], array)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def draw(rng: np.random.Generator, interpreter: Any) -> list[Array]:
    found = []
    for details in interpreter.get_input_details():
        shape, dtype = details["shape"], details["dtype"]
        whole = dtype is not np.float32
        drawn = rng.integers(0, 128, shape) if whole else rng.standard_normal(shape)
        found.append(drawn.astype(dtype))
    return found


def found(detections: list[Array]) -> list[Array]:
    """Boxes, classes and scores as far as their count, the last array, goes."""
    count = int(detections[3][0])
    return [array[:, :count] for array in detections[:3]]
