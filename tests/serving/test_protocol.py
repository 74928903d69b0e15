# SPDX-License-Identifier: MIT
"""Bytes of the Open Inference Protocol to arrays and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.serving.protocol import DTYPES, Request, answer, config, metadata, parse
from npucore.tensor import Tensor


def body(**changed: Any) -> bytes:
    one = {"name": "x", "shape": [2], "datatype": "UINT8", "data": [1, 2]} | changed
    return json.dumps({"inputs": [one]}).encode()


@pytest.mark.parametrize("datatype", DTYPES)
@pytest.mark.parametrize("raw", [False, True], ids=["json", "raw"])
def test_every_datatype_goes_there_and_back(datatype: str, raw: bool) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(DTYPES[datatype])
    tensor = Tensor("x", array.shape, array.dtype)
    request = Request("7", {}, {"x": raw}, False)
    sent, headers = answer("m", request, [(tensor, array)])
    length = headers.get("Inference-Header-Content-Length")
    head = json.loads(sent[: None if length is None else int(length)])
    assert (head["model_name"], head["id"]) == ("m", "7")
    assert (length is not None) == raw
    asked = json.dumps({"inputs": head["outputs"]}).encode()
    back = parse(asked + sent[int(length) :], len(asked)) if length else parse(asked)
    np.testing.assert_array_equal(back.inputs["x"], array)
    assert back.inputs["x"].dtype == array.dtype


def test_outputs_are_those_that_are_wanted_raw_by_default_or_by_name() -> None:
    arrays = [(Tensor(n, (1,), np.dtype(np.int8)), np.ones(1, np.int8)) for n in ("a", "b")]
    sent, headers = answer("m", parse(body()), arrays)
    assert [each["name"] for each in json.loads(sent)["outputs"]] == ["a", "b"]
    assert "id" not in json.loads(sent)
    asked = {"inputs": [], "outputs": [{"name": "b", "parameters": {"binary_data": True}}]}
    sent, headers = answer("m", parse(json.dumps(asked).encode()), arrays)
    assert sent.endswith(b"\x01")
    assert headers["Content-Type"] == "application/octet-stream"
    everything = {"inputs": [], "parameters": {"binary_data_output": True}}
    sent, _ = answer("m", parse(json.dumps(everything).encode()), arrays)
    assert sent.endswith(b"\x01\x01")
    with pytest.raises(InputError, match="no output 'c', there is a, b"):
        answer("m", Request(None, {}, {"c": False}, False), arrays)


WRONG: dict[str, tuple[bytes, int | None, str]] = {
    "no-json": (b"{", None, "no request of the protocol"),
    "no-object": (b"[]", None, "no request of the protocol"),
    "no-inputs": (b"{}", None, "inputs: Field required"),
    "not-utf8": (b'{"inputs": "\xff"}', None, "no request of the protocol"),
    "deep": (b'{"inputs":' + b"[" * 100_000, None, "no request of the protocol"),
    "a-number-as-name": (body(name=1), None, "inputs.0.name"),
    "below-0": (body(shape=[-1]), None, "inputs.0.shape.0"),
    "a-true-as-size": (body(shape=[True]), None, "inputs.0.shape.0"),
    "many-axes": (body(shape=[1] * 65), None, "inputs.0.shape"),
    "unknown": (body(datatype="BYTES"), None, "datatype 'BYTES', wanted one of BOOL"),
    "too-few": (body(data=[1]), None, "1 numbers, wanted 2"),
    "huge": (body(shape=[1 << 62, 1 << 62]), None, "2 numbers, wanted 2126764793255865"),
    "uneven": (body(data=[[1], [2, 3]]), None, "uneven length|no UINT8"),
    "words": (body(data=["a", "b"]), None, "data that is no UINT8"),
    "fractions": (body(data=[0.5, 1.0]), None, "data that is no UINT8"),
    "beyond": (body(data=[0, 256]), None, "a number beyond UINT8"),
    "far-beyond": (body(data=[0, 1 << 80]), None, "data that is no UINT8"),
    "nothing": (body(data=None), None, "neither data nor binary_data_size"),
    "both": (body(parameters={"binary_data_size": 2}), None, "wanted one of them"),
    "short": (body(data=None, parameters={"binary_data_size": 2}), None, "2 bytes, of which 0"),
    "size": (
        body(data=None, parameters={"binary_data_size": 3}) + b"abc",
        len(body(data=None, parameters={"binary_data_size": 3})),
        "3 bytes, of which 3 are there, wanted 2",
    ),
    "below-0-bytes": (body(parameters={"binary_data_size": -1}), None, "binary_data_size"),
    "behind": (body() + b"abc", len(body()), "3 bytes behind the last input"),
    "head": (body(), 10_000, "10000, in a body of"),
}


@pytest.mark.parametrize(("data", "head", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_no_request_is_told_in_a_sentence(
    data: bytes, head: int | None, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        parse(data, head)


def test_a_name_that_is_there_twice_is_refused() -> None:
    one = json.loads(body())["inputs"]
    with pytest.raises(InputError, match="'x' is there twice"):
        parse(json.dumps({"inputs": one * 2}).encode())


def test_a_model_is_told_in_the_protocols_words_and_in_tritons() -> None:
    x, y = Tensor("x", (1, 4), np.dtype(np.uint8)), Tensor("y", (2,), np.dtype(np.float32))
    told = metadata("m", [x], [y])
    assert told["inputs"] == [{"name": "x", "datatype": "UINT8", "shape": [1, 4]}]
    assert told["outputs"] == [{"name": "y", "datatype": "FP32", "shape": [2]}]
    assert config("m", [x], [y])["input"][0]["data_type"] == "TYPE_UINT8"
