# SPDX-License-Identifier: MIT
"""A session's model, opened and refused in ONNX Runtime's words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from npucore import plugins
from npucore.contract.declared import Declared, Declares
from npucore.errors import InputError, InvalidModelError, PluginError
from npucore.files.boundary import IN_MEMORY, read_file
from npucore.ort.errors import error, translated

FRONTEND = "onnx"
PARSING = "protobuf parsing failed."


@dataclass(frozen=True, eq=False)
class Opened:
    """A model: its name in messages, its file or content, and what that declares."""

    name: str
    model: Path | bytes
    declared: Declared

    @property
    def is_open(self) -> bool:
        """Whether it leaves a size of an input open."""
        return any(not isinstance(size, int) for end in self.declared.inputs for size in end.shape)


def opened(path_or_bytes: object) -> Opened:
    """Look into a model. Raises `TypeError`, ``NoSuchFile``, ``InvalidProtobuf``, ..."""
    if isinstance(path_or_bytes, bytes):
        failed = f"Failed to load model because {PARSING}"
        return Opened(IN_MEMORY, path_or_bytes, _declared(path_or_bytes, IN_MEMORY, failed))
    if not isinstance(path_or_bytes, str | os.PathLike):
        raise TypeError(f"Unable to load from type '{type(path_or_bytes)}'")
    path = Path(path_or_bytes)
    failed = f"Load model from {path} failed:"
    if not path.exists():
        raise error("NoSuchFile", f"{failed}Load model {path} failed. File doesn't exist")
    parsing = f"{failed}{PARSING.capitalize()}"
    try:
        data = read_file(path)
    except InputError as raised:
        raise error("InvalidProtobuf", f"{parsing} {raised}") from raised
    return Opened(path.name, path, _declared(data, path.name, parsing))


def _declared(data: bytes, source: str, failed: str) -> Declared:
    with translated():
        frontend = plugins.load_frontend(FRONTEND)()
        if not isinstance(frontend, Declares):
            raise PluginError(f"the frontend {FRONTEND} does not say what files declare")
    try:
        with translated():
            return frontend.declared(data, source)
    except Exception as raised:
        if isinstance(raised.__cause__, InvalidModelError):
            raise error("InvalidProtobuf", f"{failed} {raised.__cause__}") from raised.__cause__
        raise
