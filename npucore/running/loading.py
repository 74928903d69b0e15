# SPDX-License-Identifier: MIT
"""From a model file to a graph, by the frontend that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from npucore import plugins
from npucore.contract.frontend import HEAD_BYTES, Frontend
from npucore.errors import (
    InputError,
    InvalidModelError,
    OpenShapeError,
    PluginError,
    UnsupportedError,
)
from npucore.files import archive, file_kinds
from npucore.files.boundary import IN_MEMORY, judged, not_opened
from npucore.graph import Graph
from npucore.running import open_shapes
from npucore.tensor import Shape


def load(
    path: str | Path | bytes,
    frontend: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    signature: str | None = None,
    *,
    unread: bool = False,
) -> Graph:
    """Read a model, with the named frontend or with the one that recognises the file's content.

    *path* may be the content itself, which messages call ``<bytes>``. *shapes* binds inputs whose
    dimensions the file leaves open, *signature* names one of several ways into it. With *unread*
    operators without a counterpart become `npucore.ops.Foreign`, for a graph to look at. Raises
    `InputError` for a file that cannot be read or is compiled already, and for shapes that do not
    fit, `UnsupportedError` for a format that no installed frontend knows, `OpenShapeError` with
    sizes that work for what is left open, and what `Frontend.read` raises.
    """
    given = shapes or {}

    def read(bound: Mapping[str, Shape]) -> Graph:
        return load_as_bound(path, frontend, bound, signature)

    def show(bound: Mapping[str, Shape]) -> Graph:
        return load_as_bound(path, frontend, bound, signature, unread=True)

    try:
        return show(given) if unread else read(given)
    except OpenShapeError as error:
        chosen = open_shapes.found(read, given)
        if unread and (shown := chosen or open_shapes.found(show, given)):
            return open_shapes.noted(show(shown), shown, given)
        if chosen is None and isinstance(error.__cause__, InvalidModelError):
            raise InvalidModelError(f"{_place(path).name}: {error.__cause__}") from None
        raise open_shapes.advised(error, chosen, given) from None


def load_as_bound(
    path: str | Path | bytes,
    frontend: str | None,
    shapes: Mapping[str, Shape],
    signature: str | None = None,
    *,
    unread: bool = False,
) -> Graph:
    """As `load`, without advice about what is left open: `OpenShapeError` at the first input."""
    place = _place(path)
    try:
        content = path if isinstance(path, bytes) else None
        reader = frontend_of(place, frontend, content)
        with judged(place.name):
            graph = _read(
                reader, place, content, _options(reader, place, shapes, signature, unread)
            )
    except OSError as error:
        raise not_opened(place, error) from error
    plugins.load_hook_plugins()
    plugins.manager.hook.npucore_graph_loaded(graph=graph)
    return graph


def _place(path: str | Path | bytes) -> Path:
    """The name of a model in messages."""
    return Path(IN_MEMORY) if isinstance(path, bytes) else Path(path)


def _read(
    reader: type[Frontend], place: Path, content: bytes | None, options: Mapping[str, Any]
) -> Graph:
    made: Any = reader()  # whose methods take keywords that the contract leaves to each
    graph: Graph = (
        made.read(place, **options)
        if content is None
        else made.read_bytes(content, place.name, **options)
    )
    return graph


def _options(
    reader: type[Frontend],
    path: Path,
    shapes: Mapping[str, Shape],
    signature: str | None,
    unread: bool,
) -> dict[str, Any]:
    """Keywords for `Frontend.read` of *reader*; raises `InputError` for what it does not take."""
    options: dict[str, Any] = {}
    if shapes:
        if not reader.takes_shapes:
            raise InputError(f"{path}: the shapes of {reader.name} models are fixed")
        options["shapes"] = shapes
    if unread and reader.takes_unread:
        options["unread"] = True
    if signature is not None:
        if not reader.takes_signature:
            raise InputError(f"{path}: {reader.name} models have no signatures")
        options["signature"] = signature
    return options


def frontend_of(
    path: Path, name: str | None = None, content: bytes | None = None
) -> type[Frontend]:
    """The named frontend, or the one that recognises the content of *path*; raises as `load`."""
    head = _head(path) if content is None else content[:HEAD_BYTES]
    if archive.sniff(head):
        raise InputError(f"{path}: a compiled artefact, whose graph is no longer there")
    if name is not None:
        return plugins.load_frontend(name)
    broken = []
    for candidate in plugins.names(plugins.FRONTENDS):
        try:
            reader = plugins.load_frontend(candidate)
        except PluginError as error:
            broken.append(str(error))
            continue
        if reader.sniff(head):
            return reader
    if what := file_kinds.recognised(path, head):
        raise UnsupportedError(f"{path}: no model that can be read: {what}")
    known = ", ".join(plugins.names(plugins.FRONTENDS)) or "none"
    raise UnsupportedError(
        "; ".join([f"{path}: no frontend knows this format (installed: {known})", *broken])
    )


def _head(path: Path) -> bytes:
    """The first bytes of a file. Raises as `load` for one that is not looked into any further."""
    if path.is_dir():
        raise InputError(f"{path}: {file_kinds.folder(path)}")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise not_opened(path, error) from error
    if what := file_kinds.told_by_name(path):
        raise UnsupportedError(f"{path}: no model that can be read: {what}")
    return head
