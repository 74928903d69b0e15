# SPDX-License-Identifier: MIT
"""The protocol of Frigate's ``zmq`` detector: frames of a message <-> what they ask.

A message is a frame of JSON and, behind it, one of raw bytes. Source: Frigate's
``frigate/detectors/plugins/zmq_ipc.py``, and the server of frigate-nvr/apple-silicon-detector.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from npucore.errors import InputError
from npucore.frigate.tensors import Rows, no_rows
from npucore.serving.protocol import first_mistake
from npucore.tensor import Array

DTYPES: Mapping[str, np.dtype[Any]] = {"uint8": np.dtype(np.uint8), "float32": np.dtype("<f4")}
NAME = re.compile(r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]{0,199}")
MOST_AXES = 8

Frames = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The peer asks for the model of a file's name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """The peer sends the model of a file's name."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The peer wants the objects in a frame; *model_type* is of its configuration."""

    frame: Array
    model_type: str | None


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, protected_namespaces=())

    model_request: bool = False
    model_data: bool = False
    model_name: str = ""
    model_type: str | None = None
    shape: list[NonNegativeInt] = Field(default=[], max_length=MOST_AXES)
    dtype: str = ""


def parse(frames: Frames) -> Wanted | Sent | Asked:
    """The request in a message. Raises `InputError` for a message outside the protocol."""
    try:
        head = _Head.model_validate_json(frames[0] if frames else b"")
    except (ValidationError, RecursionError) as error:
        raise InputError(f"no message of Frigate's: {first_mistake(error)}") from error
    wanted = 1 if head.model_request else 2
    if len(frames) != wanted:
        raise InputError(f"a message of {len(frames)} frames, wanted {wanted}")
    if head.model_request:
        return Wanted(_name(head.model_name))
    if head.model_data:
        return Sent(_name(head.model_name), frames[1])
    return Asked(_array(head, frames[1]), head.model_type)


def _name(text: str) -> str:
    """A file's name, which is nothing but one: it comes from the peer."""
    if NAME.fullmatch(text) is None:
        raise InputError(f"model_name {text[:40]!r}, wanted the name of a file")
    return text


def _array(head: _Head, data: bytes) -> Array:
    dtype = DTYPES.get(head.dtype)
    if dtype is None:
        raise InputError(f"dtype {head.dtype[:40]!r}, wanted {' or '.join(DTYPES)}")
    if len(data) != (wanted := math.prod(head.shape) * dtype.itemsize):
        raise InputError(f"{len(data)} bytes, wanted {wanted} for {head.dtype} {head.shape}")
    return np.frombuffer(data, dtype).reshape(head.shape)


def rows(found: Rows) -> list[bytes]:
    """The answer to `Asked`."""
    return [_json(shape=list(found.shape), dtype="float32"), found.tobytes()]


def failure(sentence: str) -> list[bytes]:
    """The answer to what went wrong: *sentence*, and to the peer nothing found."""
    none = no_rows()
    return [_json(shape=list(none.shape), dtype="float32", error=sentence), none.tobytes()]


def available(there: bool, error: str | None = None) -> list[bytes]:
    """The answer to `Wanted`; an *error* is of a model that is there and cannot be opened."""
    told = {} if error is None else {"error": error}
    return [_json(model_available=there or error is not None, model_loaded=there, **told)]


def saved(error: str | None = None) -> list[bytes]:
    """The answer to `Sent`."""
    told = {} if error is None else {"error": error}
    return [_json(model_saved=error is None, model_loaded=error is None, **told)]


def _json(**value: object) -> bytes:
    return json.dumps(value).encode()
