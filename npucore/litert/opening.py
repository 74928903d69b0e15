# SPDX-License-Identifier: MIT
"""An interpreter's arguments, checked in LiteRT's order and refused in its words."""

from __future__ import annotations

import enum
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from npucore import plugins
from npucore.contract.numbered import NumberedFile, Numbers
from npucore.errors import InputError, InvalidModelError, NpucoreError, PluginError
from npucore.faces.settings import Settings
from npucore.files.boundary import read_file
from npucore.litert.delegate import Delegate
from npucore.litert.op_resolver import OpResolverType

FRONTEND = "tflite"
NAMELESS = "model"
DEBUGGING = ("AUTO", "BUILTIN")


def check_kernels(kind: OpResolverType, num_threads: object, keep_all: bool) -> None:
    """Raise `ValueError` for what LiteRT would not take."""
    if not isinstance(kind, enum.Enum) or kind.name not in OpResolverType.__members__:
        raise ValueError(f"Unrecognized passed in op resolver type: {kind}")
    if num_threads is not None:
        if not isinstance(num_threads, int):
            raise ValueError("type of num_threads should be int")
        if num_threads < 1:
            raise ValueError("num_threads should >= 1")
    if keep_all and kind.name in DEBUGGING:
        warnings.warn("experimental_preserve_all_tensors is for debugging", stacklevel=3)


def opened(
    path: str | bytes | os.PathLike[str] | None, content: object
) -> tuple[str, NumberedFile]:
    """The model's name in messages, and its content. Raises `ValueError`."""
    if path and content:
        raise ValueError("Can't both provide `model_path` and `model_content`")
    if not path and not content:
        raise ValueError("`model_path` or `model_content` must be specified.")
    if path:
        place = Path(os.fsdecode(path))
        try:
            name, data = place.name, read_file(place)
        except InputError as error:
            raise ValueError(f"Could not open '{place}'. {error}") from error
    elif isinstance(content, bytes):
        name, data = NAMELESS, content
    else:
        raise TypeError(
            "CreateWrapperFromBuffer(): incompatible function arguments: "
            f"model_content is {type(content).__name__}, wanted bytes"
        )
    return name, _file(name, data)


def _file(name: str, data: bytes) -> NumberedFile:
    try:
        frontend = plugins.load_frontend(FRONTEND)()
        if not isinstance(frontend, Numbers):
            raise PluginError(f"the frontend {FRONTEND} gives tensors no numbers")
        return frontend.numbered(data, name)
    except InvalidModelError as error:
        raise ValueError(f"The model is not a valid Flatbuffer buffer: {error}") from error
    except NpucoreError as error:
        raise ValueError(str(error)) from error


def chosen(given: Settings, delegates: Sequence[Any], default: Settings) -> Settings:
    """*given*, then what the *delegates* say, the first first, then the *default*."""
    for delegate in delegates:
        if not isinstance(delegate, Delegate):
            delegate._get_native_delegate_pointer()
            raise ValueError(f"{delegate} is a delegate of another runtime")
        given = given.over(delegate.settings)
    given = given.over(default)
    try:
        given.check(os.environ)
    except InputError as error:
        said = "Interpreter.__init__() got an unexpected keyword argument"
        raise TypeError(f"{said}: {error}") from error
    except NpucoreError as error:
        raise ValueError(str(error)) from error
    return given
