# SPDX-License-Identifier: MIT
"""The model behind a subgraph of LiteRT's: found through its constants, and taken only if sure.

A delegate is not given the model. A constant tensor, though, names the ``tflite::Allocation`` that
its data lies in, whose virtual functions say where all of it begins and ends. That is an inference
about C++ in somebody else's library (the Itanium ABI's layout), so nothing is called that does not
lie in memory as code does, and nothing is believed that is not found again in the host: every
tensor's name and type, every node's tensors.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import CFUNCTYPE, c_size_t, c_void_p
from dataclasses import dataclass

from npucore import plugins
from npucore.contract.numbered import FileGraph, NumberedFile, Numbers
from npucore.errors import NpucoreError, PluginError, UnsupportedError
from npucore.litert.external import abi
from npucore.litert.external.context import Context
from npucore.litert.external.maps import Maps, own_maps
from npucore.litert.opening import FRONTEND, NAMELESS

IDENTIFIER = b"TFL3"
IDENTIFIER_OFFSET = 4
POINTER_BYTES = ctypes.sizeof(c_void_p)
BASE, BYTES, SLOTS = 2, 3, 4  # of the table of virtual functions, behind two destructors
MOST_TENSORS = 1 << 24


@dataclass(frozen=True, slots=True)
class Model:
    """A model's file, its name, and which of its graphs a context is."""

    name: str
    file: NumberedFile
    index: int

    @property
    def graph(self) -> FileGraph:
        """That graph, by its numbers."""
        return self.file.graphs[self.index]


def model_of(context: Context) -> Model:
    """The model of a context. Raises `UnsupportedError` where there is any doubt."""
    try:
        maps = own_maps()
    except OSError as error:
        raise UnsupportedError(f"the model cannot be looked for: {error}") from error
    _check_layout(context, maps)
    for address, size in _allocations(context, maps):
        name = maps.file(address) or NAMELESS
        file = _read(ctypes.string_at(address, size), name)
        return Model(name, file, _index(context, file))
    raise UnsupportedError("the model's bytes are not found: none of its tensors is a constant")


def _check_layout(context: Context, maps: Maps) -> None:
    """Raise where tensors do not lie as `abi.Tensor` says."""
    count = context.tensors
    size = count * ctypes.sizeof(abi.Tensor)
    known = count <= MOST_TENSORS and maps.allows("r", context.tensors_address, size)
    for number in range(count) if known else ():
        tensor = context.tensor(number)
        pointers = (tensor.name, tensor.dims)
        known &= all(not p or maps.allows("r", p, POINTER_BYTES) for p in pointers)
    if not known:
        raise UnsupportedError("this LiteRT's tensors do not lie in memory as those of 2.3 do")


def _allocations(context: Context, maps: Maps) -> Iterator[tuple[int, int]]:
    """Address and size of flatbuffers that constants lie in, each once."""
    seen = set[int]()
    for number in range(context.tensors):
        tensor = context.tensor(number)
        where = tensor.allocation
        if tensor.allocation_type != abi.MMAP_RO or not where or where in seen:
            continue
        seen.add(where)
        address, size = _extent(where, maps)
        inside = address <= (tensor.data or 0) <= address + size - tensor.bytes
        if inside and maps.allows("r", address, size) and _is_flatbuffer(address, size):
            yield address, size


def _extent(allocation: int, maps: Maps) -> tuple[int, int]:
    """An allocation's ``base()`` and ``bytes()``; 0, 0 if it does not look like one."""
    if not maps.allows("r", allocation, POINTER_BYTES):
        return 0, 0
    table = c_void_p.from_address(allocation).value or 0
    if not maps.allows("r", table, SLOTS * POINTER_BYTES):
        return 0, 0
    functions = (c_void_p * SLOTS).from_address(table)
    if not all(maps.allows("x", function) for function in functions):
        return 0, 0
    base = CFUNCTYPE(c_void_p, c_void_p)(functions[BASE] or 0)
    size = CFUNCTYPE(c_size_t, c_void_p)(functions[BYTES] or 0)
    return base(allocation) or 0, size(allocation)


def _is_flatbuffer(address: int, size: int) -> bool:
    end = IDENTIFIER_OFFSET + len(IDENTIFIER)
    return size >= end and ctypes.string_at(address, end)[IDENTIFIER_OFFSET:] == IDENTIFIER


def _read(data: bytes, name: str) -> NumberedFile:
    frontend = plugins.load_frontend(FRONTEND)()
    if not isinstance(frontend, Numbers):
        raise PluginError(f"the frontend {FRONTEND} gives tensors no numbers")
    return frontend.numbered(data, name)


def _index(context: Context, file: NumberedFile) -> int:
    """Which of the file's graphs it is."""
    found = [i for i, graph in enumerate(file.graphs) if _is_same(context, graph)]
    if len(found) != 1:
        raise UnsupportedError(f"{len(found)} of the model's graphs are like the host's, wanted 1")
    return found[0]


def _is_same(context: Context, graph: FileGraph) -> bool:
    """Whether tensors and nodes of the host are those of the file."""
    if context.tensors < len(graph.tensors):
        return False
    for number, declared in enumerate(graph.tensors):
        tensor = context.tensor(number)
        name = ctypes.string_at(tensor.name).decode(errors="replace") if tensor.name else ""
        if name != declared.name or abi.TYPES.get(tensor.type, declared.type) != declared.type:
            return False
    try:
        nodes = [context.node(number) for number in range(len(graph.operators))]
    except NpucoreError:
        return False
    return nodes == [(operator.inputs, operator.outputs) for operator in graph.operators]
