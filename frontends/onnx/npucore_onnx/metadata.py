# SPDX-License-Identifier: MIT
"""Metadata of an ONNX file: its ``metadata_props``, and the program that wrote it."""

from __future__ import annotations

from typing import Any

from npucore.metadata import LARGEST_TEXT, Metadata


def read_metadata(model: Any) -> Metadata:
    """The texts of a ModelProto; ``producer`` is who has written the file, unless it says so."""
    found = {"producer": str(model.producer_name)} if model.producer_name else {}
    for entry in model.metadata_props:
        if len(entry.value) <= LARGEST_TEXT:
            found[str(entry.key)] = str(entry.value)
    return Metadata(found)
