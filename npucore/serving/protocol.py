# SPDX-License-Identifier: MIT
"""The Open Inference Protocol (KServe v2): bytes of a request -> arrays -> bytes of an answer.

A body is JSON, or JSON with raw tensors behind it, little-endian, in the order of the inputs: the
binary extension. Source: kserve/open-inference-protocol, specification of HTTP/REST, version 2; and
"Binary tensor data extension" of Triton's server.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from npucore.errors import InputError
from npucore.tensor import Array, Tensor

HEADER_LENGTH = "Inference-Header-Content-Length"
JSON, BINARY = "application/json", "application/octet-stream"
DTYPES: Mapping[str, np.dtype[Any]] = {
    "BOOL": np.dtype(np.bool_),
    **{f"UINT{bits}": np.dtype(f"<u{bits // 8}") for bits in (8, 16, 32, 64)},
    **{f"INT{bits}": np.dtype(f"<i{bits // 8}") for bits in (8, 16, 32, 64)},
    **{f"FP{bits}": np.dtype(f"<f{bits // 8}") for bits in (16, 32, 64)},
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
MOST_AXES = 64  # numpy's


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class _Parameters(_Part):
    binary_data_size: NonNegativeInt | None = None
    binary_data: bool | None = None
    binary_data_output: bool = False


class _Input(_Part):
    name: str
    shape: list[NonNegativeInt] = Field(max_length=MOST_AXES)
    datatype: str
    parameters: _Parameters = _Parameters()
    data: list[Any] | None = None


class _Output(_Part):
    name: str
    parameters: _Parameters = _Parameters()


class _Body(_Part):
    id: str | None = None
    inputs: list[_Input]
    outputs: list[_Output] = []
    parameters: _Parameters = _Parameters()


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Arrays by the name of their input, and which outputs are wanted: name -> raw or not.

    *wanted* is None for all outputs, *raw* or not.
    """

    id: str | None
    inputs: dict[str, Array]
    wanted: Mapping[str, bool] | None
    raw: bool


def parse(body: bytes, header_bytes: int | None = None) -> Request:
    """A request, whose JSON is the first *header_bytes* of *body*, or all of it.

    Raises `InputError` for what is no request, or does not hold what it says.
    """
    if header_bytes is not None and not 0 <= header_bytes <= len(body):
        raise InputError(f"{HEADER_LENGTH}: {header_bytes}, in a body of {len(body)} bytes")
    try:
        said = _Body.model_validate_json(body[:header_bytes])
    except (ValidationError, RecursionError) as error:
        raise InputError(f"no request of the protocol: {first_mistake(error)}") from error
    arrays: dict[str, Array] = {}
    raw = memoryview(body)[len(body) if header_bytes is None else header_bytes :]
    for each in said.inputs:
        if each.name in arrays:
            raise InputError(f"input {each.name!r} is there twice")
        size = each.parameters.binary_data_size
        arrays[each.name] = _listed(each) if size is None else _raw(each, raw[:size])
        raw = raw[size or 0 :]
    if len(raw):
        raise InputError(f"{len(raw)} bytes behind the last input")
    default = said.parameters.binary_data_output
    wanted = {o.name: _either(o.parameters.binary_data, default) for o in said.outputs}
    return Request(said.id, arrays, wanted or None, default)


def _either(value: bool | None, default: bool) -> bool:
    return default if value is None else value


def first_mistake(error: Exception) -> str:
    """Where the first mistake is that pydantic has found, and which."""
    if not isinstance(error, ValidationError):
        return "it is nested too deeply"
    found = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, found["loc"]))
    return f"{where}: {found['msg']}" if where else str(found["msg"])


def _dtype(each: _Input) -> np.dtype[Any]:
    if each.datatype not in DTYPES:
        known = ", ".join(DTYPES)
        raise InputError(f"input {each.name!r}: datatype {each.datatype!r}, wanted one of {known}")
    return DTYPES[each.datatype]


def _raw(each: _Input, data: memoryview) -> Array:
    dtype = _dtype(each)
    wanted = math.prod(each.shape) * dtype.itemsize
    if each.data is not None:
        raise InputError(f"input {each.name!r} has data and binary_data_size, wanted one of them")
    if len(data) != wanted or each.parameters.binary_data_size != wanted:
        size = each.parameters.binary_data_size
        raise InputError(
            f"input {each.name!r}: {size} bytes, of which {len(data)} are there, "
            f"wanted {wanted} for {each.datatype} {each.shape}"
        )
    return np.frombuffer(data, dtype).reshape(each.shape)


def _listed(each: _Input) -> Array:
    dtype, wanted = _dtype(each), math.prod(each.shape)
    if each.data is None:
        raise InputError(f"input {each.name!r} has neither data nor binary_data_size")
    try:
        array = np.array(each.data)
    except (ValueError, OverflowError) as error:
        raise InputError(f"input {each.name!r}: data of uneven length") from error
    if array.dtype.kind not in ("bif" if dtype.kind == "f" else "bi") and array.size:
        raise InputError(f"input {each.name!r}: data that is no {each.datatype}")
    if array.size != wanted:
        raise InputError(
            f"input {each.name!r}: {array.size} numbers, wanted {wanted} for {each.shape}"
        )
    if dtype.kind in "iu" and array.size:
        info = np.iinfo(dtype)
        if array.min() < info.min or array.max() > info.max:
            raise InputError(f"input {each.name!r}: a number beyond {each.datatype}")
    return array.astype(dtype).reshape(each.shape)


def answer(
    model: str, request: Request, outputs: Sequence[tuple[Tensor, Array]]
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of an answer. Raises `InputError` for an output that is not there."""
    arrays = {tensor.name: array for tensor, array in outputs}
    wanted = request.wanted or dict.fromkeys(arrays, request.raw)
    told, tail = [], []
    for name, raw in wanted.items():
        if name not in arrays:
            known = ", ".join(arrays)
            raise InputError(f"no output {name!r}, there is {known}")
        array = arrays[name]
        one: dict[str, Any] = {
            "name": name,
            "datatype": NAMES[array.dtype],
            "shape": list(array.shape),
        }
        if raw:
            data = np.ascontiguousarray(array).tobytes()
            one["parameters"] = {"binary_data_size": len(data)}
            tail.append(data)
        else:
            one["data"] = array.reshape(-1).tolist()
        told.append(one)
    named = {} if request.id is None else {"id": request.id}
    whole = {"model_name": model, "model_version": "1", **named, "outputs": told}
    head = json.dumps(whole).encode()
    if not tail:
        return head, {"Content-Type": JSON}
    headers = {"Content-Type": BINARY, HEADER_LENGTH: str(len(head))}
    return b"".join([head, *tail]), headers


def metadata(name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> dict[str, Any]:
    """A model in the protocol's words."""

    def ends(tensors: Sequence[Tensor]) -> list[dict[str, Any]]:
        return [
            {"name": t.name, "datatype": NAMES[t.dtype], "shape": list(t.shape)} for t in tensors
        ]

    return {
        "name": name,
        "versions": ["1"],
        "platform": "npucore",
        "inputs": ends(inputs),
        "outputs": ends(outputs),
    }


def config(name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> dict[str, Any]:
    """The same in the words of Triton's model configuration, which some clients ask for."""

    def ends(tensors: Sequence[Tensor]) -> list[dict[str, Any]]:
        return [
            {"name": t.name, "data_type": f"TYPE_{NAMES[t.dtype]}", "dims": list(t.shape)}
            for t in tensors
        ]

    return {
        "name": name,
        "platform": "npucore",
        "backend": "npucore",
        "max_batch_size": 0,
        "input": ends(inputs),
        "output": ends(outputs),
    }
