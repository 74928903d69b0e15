# SPDX-License-Identifier: MIT
"""A test as Arm's generator writes it: a folder with ``desc.json``, ``test.json`` and inputs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from npucore.tensor import Array

DTYPES = {"INT8": "int8", "INT16": "int16", "INT32": "int32", "BOOL": "bool"}
IGNORED = ("CONST", "CONST_SHAPE")


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One operator and what it reads.

    *attributes* are the operator's own; *values* its operands by position, constants and inputs
    alike; *result* is the name, shape and dtype of what it writes.
    """

    folder: Path
    name: str
    operator: str
    attributes: Mapping[str, Any]
    values: tuple[Array, ...]
    shape: tuple[int, ...]
    dtype: str


class NotReadableError(Exception):
    """A test whose form this runner does not know."""


def read(folder: Path) -> Test:
    """The test in *folder*; writes its inputs as the arrays that Arm's reference model wants.

    Raises `NotReadableError` for several operators or dtypes without a numpy form.
    """
    desc = json.loads((folder / "desc.json").read_text())
    block = json.loads((folder / desc["tosa_file"]).read_text())["regions"][0]["blocks"][0]
    operators = [o for o in block["operators"] if o["op"] not in IGNORED]
    if len(operators) != 1:
        raise NotReadableError(f"{len(operators)} operators")
    (operator,) = operators
    tensors = {t["name"]: t for t in block["tensors"]}
    given = dict(zip(desc["ifm_name"], desc["ifm_file"], strict=True))
    values = []
    for name in operator["inputs"]:
        shape = next((s for s in block["shapes"] if s["name"] == name), None)
        if shape is not None:
            values.append(np.frombuffer(bytes(shape["data"]), np.int64)[: shape["rank"]])
        elif name in given:
            values.append(_input(folder / given[name], tensors[name]))
        else:
            values.append(_constant(tensors[name]))
    result = tensors[operator["outputs"][0]]
    return Test(
        folder, folder.name, operator["op"], operator["attribute"], tuple(values),
        tuple(result["shape"]), _dtype(result),
    )  # fmt: skip


def _dtype(tensor: Mapping[str, Any]) -> str:
    if tensor["type"] not in DTYPES:
        raise NotReadableError(f"{tensor['name']} is {tensor['type']}")
    return DTYPES[tensor["type"]]


def _constant(tensor: Mapping[str, Any]) -> Array:
    data = np.frombuffer(bytes(tensor["data"]), _dtype(tensor))
    return data[: math.prod(tensor["shape"])].reshape(tensor["shape"])


def _input(path: Path, tensor: Mapping[str, Any]) -> Array:
    if not path.exists():
        told = json.loads(path.with_suffix(".json").read_text())
        np.save(path, np.array(told["data"], _dtype(tensor)).reshape(tensor["shape"]))
    array: Array = np.load(path)
    return array


def results(folder: Path) -> list[Array]:
    """What the reference model has written."""
    desc = json.loads((folder / "desc.json").read_text())
    return [np.load(folder / name) for name in desc["ofm_file"]]
