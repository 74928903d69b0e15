# SPDX-License-Identifier: MIT
"""TOSA tests as Arm's generator writes them: read, paired with a RESCALE, turned into ops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore.conformance.tosa import file, pair
from npucore.conformance.tosa.__main__ import main
from npucore.conformance.tosa.builder import Builder, NotExpressibleError
from npucore.conformance.tosa.operators import BUILDERS
from npucore.conformance.tosa.run import folders
from npucore.quantize import Rounding, multiplier
from npucore.reference import ReferenceBackend
from npucore.tensor import Array
from tests.material.reference.gemmlowp import multiply_by_quantized_multiplier

TYPES = {"int8": "INT8", "int32": "INT32"}


def written(
    folder: Path, op: str, attributes: dict[str, Any], x: Array, constants: list[Array],
    shape: tuple[int, ...], result: str,
) -> Path:  # fmt: skip
    """A test of one operator whose first operand is an input and whose others are constants."""
    names = [f"const-{i}" for i in range(len(constants))]
    tensors = [{"name": "input-0", "shape": list(x.shape), "type": TYPES[x.dtype.name], "data": []}]
    tensors += [
        {
            "name": n, "shape": list(c.shape), "type": TYPES[c.dtype.name],
            "data": list(c.tobytes()),
        }
        for n, c in zip(names, constants, strict=True)
    ]  # fmt: skip
    tensors.append({"name": "result-0", "shape": list(shape), "type": result, "data": []})
    place = {"location": {"text": ""}}
    operators = [
        {"op": "CONST", "attribute": {}, "inputs": [], "outputs": [n], **place} for n in names
    ]
    operators.append(
        {
            "op": op, "attribute": attributes, "inputs": ["input-0", *names],
            "outputs": ["result-0"], **place,
        }
    )  # fmt: skip
    block: dict[str, Any] = {"inputs": ["input-0"], "outputs": ["result-0"], "shapes": []}
    block |= {"operators": operators, "tensors": tensors}
    folder.mkdir(parents=True)
    (folder / "test.json").write_text(json.dumps({"regions": [{"blocks": [block]}]}))
    desc = {
        "tosa_file": "test.json", "ifm_name": ["input-0"], "ifm_file": ["input-0.npy"],
        "ofm_file": ["result-0.npy"], "expected_failure": False,
    }  # fmt: skip
    (folder / "desc.json").write_text(json.dumps(desc))
    (folder / "input-0.json").write_text(json.dumps({"type": x.dtype.name, "data": x.tolist()}))
    return folder


@pytest.fixture
def convolution(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x, w = (rng.integers(-128, 128, s).astype(np.int8) for s in ((1, 5, 6, 3), (4, 1, 1, 3)))
    b = rng.integers(-999, 999, 4).astype(np.int32)
    zeros = [np.array([7], np.int8), np.array([-5], np.int8)]
    attributes = {"pad": [0, 0, 0, 0], "stride": [1, 1], "dilation": [1, 1]}
    shape = (1, 5, 6, 4)
    return written(tmp_path / "conv", "CONV2D", attributes, x, [w, b, *zeros], shape, "INT32")


def test_a_test_is_read_and_its_input_written_for_arms_model(convolution: Path) -> None:
    test = file.read(convolution)
    assert (test.operator, test.shape, test.dtype) == ("CONV2D", (1, 5, 6, 4), "int32")
    assert [v.shape for v in test.values] == [(1, 5, 6, 3), (4, 1, 1, 3), (4,), (1,), (1,)]
    assert (np.load(convolution / "input-0.npy") == test.values[0]).all()
    assert list(folders(convolution.parent)) == [convolution]


def test_a_convolution_with_a_rescale_gives_what_tosa_defines(
    convolution: Path, tmp_path: Path
) -> None:
    test = file.read(convolution)
    x, w, b, zx, zw = (v.astype(np.int64) for v in test.values)
    sums = (x - zx) @ (w - zw).reshape(4, 3).T + b
    step = pair.step_of(sums)
    pair.paired(convolution, tmp_path / "paired", step, pair.DOUBLE)
    block = json.loads((tmp_path / "paired/test.json").read_text())["regions"][0]["blocks"][0]
    rescale, tensors = block["operators"][-1], {t["name"]: t for t in block["tensors"]}
    m, shift = multiplier(1 / float(step))
    assert bytes(tensors["multiplier"]["data"]) == m.to_bytes(4, "little")
    assert tensors["shift"]["data"] == [31 - shift]
    assert (rescale["op"], rescale["outputs"]) == ("RESCALE", block["outputs"])
    assert (tensors["result-0"]["type"], tensors["sums"]["type"]) == ("INT8", "INT32")
    bytes_ = file.Test(
        test.folder, test.name, test.operator, test.attributes, test.values, test.shape, "int8"
    )
    problem = BUILDERS["CONV2D"](Builder(bytes_, float(step), Rounding.TFLITE))
    (got,) = ReferenceBackend().compile(problem.graph).run(problem.inputs)
    want = [multiply_by_quantized_multiplier(int(s), m, shift) for s in sums.reshape(-1)]
    assert (got.reshape(-1) == np.clip(want, -128, 127)).all()
    assert len(np.unique(got)) > 30


def test_what_npucore_has_no_op_for_says_so(tmp_path: Path) -> None:
    x = np.zeros((1, 4, 4, 2), np.int8)
    zeros = [np.array([1], np.int8), np.array([2], np.int8)]
    attributes = {"kernel": [2, 2], "stride": [2, 2], "pad": [0, 0, 0, 0]}
    folder = written(tmp_path / "p", "AVG_POOL2D", attributes, x, zeros, (1, 2, 2, 2), "INT8")
    with pytest.raises(NotExpressibleError, match="zero points of input and output differ"):
        BUILDERS["AVG_POOL2D"](Builder(file.read(folder), 1.0, Rounding.EXACT))


def test_without_arms_model_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.files", lambda name: None)
    assert main([str(tmp_path)]) == 2
    assert "pip install 'npucore[tosa]'" in capsys.readouterr().err
