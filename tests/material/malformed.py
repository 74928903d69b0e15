# SPDX-License-Identifier: MIT
"""Requests of the Open Inference Protocol, each with one thing wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np

SOUND: dict[str, Any] = {
    "inputs": [{"name": "x", "shape": [2, 3], "datatype": "FP32", "data": [0.5] * 6}]
}
VALUES: list[Any] = [None, -1, 1 << 70, 0.5, "z", "", [], {}, [[]], True, "\ud800", [None]]
KEYS = ("name", "shape", "datatype", "data", "parameters")


def damaged(rng: np.random.Generator) -> bytes:
    """A sound request of which bytes have changed or are missing."""
    data = bytearray(json.dumps(SOUND).encode())
    if rng.random() < 0.5:
        return bytes(data[: int(rng.integers(0, len(data)))])
    data[int(rng.integers(len(data)))] = 0xFF
    return bytes(data)


def changed(rng: np.random.Generator) -> bytes:
    """A value of another kind somewhere."""
    body = copy.deepcopy(SOUND)
    value = VALUES[int(rng.integers(len(VALUES)))]
    where = int(rng.integers(len(KEYS) + 1))
    if where == len(KEYS):
        body["inputs"] = value
    elif (key := KEYS[where]) == "parameters":
        body["inputs"][0][key] = {"binary_data_size": -1 if value is None else value}
    else:
        body["inputs"][0][key] = value
    return json.dumps(body).encode()


def misfit(rng: np.random.Generator) -> bytes:
    """Another shape, datatype, name or count of numbers than the model has."""
    body = copy.deepcopy(SOUND)
    one = body["inputs"][0]
    match int(rng.integers(5)):
        case 0:
            one["shape"] = [int(n) for n in rng.integers(0, 9, int(rng.integers(0, 5)))] + [7]
        case 1:
            one["datatype"] = ["INT8", "FP64", "BYTES", "BF16", "fp32"][int(rng.integers(5))]
        case 2:
            one["data"] = [1.0] * int(rng.choice([0, 1, 5, 7, 1000]))
        case 3:
            body["inputs"] *= 2
        case 4:
            one["name"] = "y" * int(rng.integers(1, 300))
    return json.dumps(body).encode()


def nested(rng: np.random.Generator) -> bytes:
    """Lists in lists."""
    depth = int(rng.integers(40, 50_000))
    return b'{"inputs":' + b"[" * depth + b"]" * depth + b"}"


KINDS: tuple[Callable[[np.random.Generator], bytes], ...] = (damaged, changed, misfit, nested)


def malformed(seed: int) -> bytes:
    """A body, the same for the same seed."""
    rng = np.random.default_rng(seed)
    return KINDS[int(rng.choice(len(KINDS), p=[0.3, 0.35, 0.33, 0.02]))](rng)
