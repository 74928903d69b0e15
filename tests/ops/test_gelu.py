# SPDX-License-Identifier: MIT
"""GELU of TFLite, Gelu of ONNX and of Microsoft."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.ops import Gelu
from npucore.tensor import Array
from npucore_onnx import parse as parse_onnx
from npucore_tflite import parse
from tests.material.onnx import runtime
from tests.material.onnx import write as onnx_file
from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator
FORMS = pytest.mark.parametrize("approximate", [False, True], ids=["exact", "by-tanh"])
QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "usual": ((0.05, 3), (0.04, -20)),
    "fine": ((0.006, -20), (0.004, 3)),
    "coarse": ((0.3, 0), (0.2, -128)),
    "output-finer": ((0.03, 11), (0.001, 0)),
    "lowest-zero-points": ((0.02, -128), (0.02, -128)),
    "highest-zero-points": ((0.02, 127), (0.002, 127)),
}
RANDOM_TABLES = 200
WIDE = np.array([-np.inf, -40, -14, -6, -1e-30, 0, 1e-30, 6, 40, 3e38, np.inf], np.float32)


@FORMS
@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(
    dtype: str, quantization: tuple[tuple[float, int], ...], approximate: bool
) -> None:
    x, output = (tensor((1, 16, 16, 1), dtype, *each) for each in quantization)
    model = single("GELU", [x], output, approximate=approximate)
    assert_equals_litert(model, every_byte(dtype), distinct=16)


@FORMS
def test_tables_of_random_scales_equal_litert(rng: Rng, approximate: bool) -> None:
    for _ in range(RANDOM_TABLES):
        scale, ratio = np.exp(rng.uniform(np.log(1e-3), np.log(0.2))), rng.uniform(0.3, 3)
        x = tensor((1, 16, 16, 1), "int8", float(scale), int(rng.integers(-100, 100)))
        output = tensor((1, 16, 16, 1), "int8", float(scale * ratio), int(rng.integers(-100, 0)))
        model = single("GELU", [x], output, approximate=approximate)
        assert_equals_litert(model, every_byte("int8"), distinct=2)


@FORMS
def test_floats_equal_litert(rng: Rng, approximate: bool) -> None:
    x = tensor((3, 40), "float32")
    model = single("GELU", [x], tensor((3, 40), "float32"), approximate=approximate)
    assert_equals_litert(model, draw(rng, x) * 4)


@FORMS
def test_tflites_option_is_read(approximate: bool) -> None:
    x = tensor((3, 40), "float32")
    (op,) = parse(single("GELU", [x], x, approximate=approximate)).ops
    assert isinstance(op, Gelu)
    assert op.approximate is approximate


@pytest.mark.parametrize("form", ["none", "tanh"])
def test_floats_equal_onnx_runtime(rng: Rng, form: str) -> None:
    x = rng.normal(0, 3, (3, 400)).astype(np.float32)
    data, inputs = onnx_file.single("Gelu", [x], opset=20, approximate=form)
    (op,) = runtime.assert_equals_runtime(data, inputs).ops
    assert isinstance(op, Gelu)
    assert op.approximate is (form == "tanh")
    got, want = runtime.reference(parse_onnx(data), inputs), runtime.runtime(data, inputs)
    np.testing.assert_allclose(got[0], want[0], 1e-6, 1e-6)


@pytest.mark.parametrize(("name", "approximate"), [("Gelu", False), ("FastGelu", True)])
def test_microsofts_operators_become_the_op(rng: Rng, name: str, approximate: bool) -> None:
    x: Array = rng.normal(0, 3, (3, 400)).astype(np.float32)
    data, inputs = onnx_file.single(name, [x], domain=onnx_file.MICROSOFT)
    (op,) = runtime.assert_equals_runtime(data, inputs).ops
    assert isinstance(op, Gelu)
    assert op.approximate is approximate


@pytest.mark.parametrize("form", ["none", "tanh"])
def test_nothing_overflows_far_out(form: str) -> None:
    data, inputs = onnx_file.single("Gelu", [WIDE], opset=20, approximate=form)
    (got,) = runtime.reference(parse_onnx(data), inputs)
    assert np.isfinite(got[:-1]).all()
    assert (got[0], got[-2], got[-1]) == (0, WIDE[-2], np.inf)
