# SPDX-License-Identifier: MIT
"""Descriptions of a session's model, shaped like ONNX Runtime's objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npucore.contract.declared import Declared, DeclaredEnd

NO_VERSION = (1 << 63) - 1
"""ONNX Runtime's version of a model that says none."""


@dataclass(frozen=True)
class NodeArg:
    """An input or output: open sizes are their names, or None."""

    name: str
    type: str
    shape: list[int | str | None]


@dataclass(frozen=True)
class ModelMetadata:
    """A model's metadata."""

    custom_metadata_map: dict[str, str]
    description: str
    domain: str
    graph_description: str
    graph_name: str
    producer_name: str
    version: int


def argument(end: DeclaredEnd, sizes: Mapping[str, int]) -> NodeArg:
    """*end*, with the *sizes* that were given to names."""
    shape = [sizes.get(size, size) if isinstance(size, str) else size for size in end.shape]
    return NodeArg(end.name, end.type, shape)


def metadata_of(declared: Declared) -> ModelMetadata:
    """The metadata of a file."""
    return ModelMetadata(
        dict(declared.metadata or {}),
        declared.description,
        declared.domain,
        declared.graph_description,
        declared.graph,
        declared.producer,
        NO_VERSION if declared.version is None else declared.version,
    )
