# SPDX-License-Identifier: MIT
"""npucore as a backend of `onnx.backend.base`."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from npucore.errors import UnsupportedError
from npucore.onnx import backend
from tests.material.onnx.write import model, node

X = {"x": (np.float32, [2, 3])}


def shaped() -> onnx.ModelProto:
    """A Reshape whose shape is an input."""
    ends = X | {"shape": (np.int64, [1])}
    return onnx.ModelProto.FromString(
        model([node("Reshape", ["x", "shape"])], ends, {"y": np.float32})
    )


def test_a_model_is_run() -> None:
    proto = onnx.ModelProto.FromString(model([node("Abs", ["x"])], X, {"y": np.float32}))
    x = -np.ones((2, 3), np.float32)
    (y,) = backend.run_model(proto, [x])
    assert (y == 1).all()
    (z,) = backend.prepare(proto).run({"x": x})
    assert (z == 1).all()


def test_inputs_that_have_to_be_constant_are_bound_when_they_come() -> None:
    prepared = backend.prepare(shaped())
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert prepared.run([x, np.array([6])])[0].shape == (6,)
    assert prepared.bound == ("shape",)
    session = prepared._session
    prepared.run([x + 1, np.array([6])])
    assert prepared._session is session  # nothing is compiled again
    with pytest.raises(Exception, match=r"\(2, 3\) in shape"):
        prepared.run([x, np.array([5])])


def test_sequences_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="x is no tensor, but list"):
        backend.prepare(shaped()).run([[1], np.array([6])])


def test_a_backend_is_named() -> None:
    assert backend.supports_device("CPU")
    assert not backend.supports_device("CUDA")
    proto = onnx.ModelProto.FromString(model([node("Abs", ["x"])], X, {"y": np.float32}))
    (y,) = backend.run_model(proto, [np.ones((2, 3), np.float32)], backend="rocket")
    assert (y == 1).all()
