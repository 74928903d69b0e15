# SPDX-License-Identifier: MIT
"""A subgraph of LiteRT's, as the host shows it to a delegate and to a delegate's nodes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from ctypes import POINTER, byref, c_int, c_void_p
from typing import NamedTuple

from npucore.errors import NpucoreError
from npucore.litert.external import abi
from npucore.tensor import Shape

FORMAT = b"npucore: %s. "  # ReportError takes arguments as printf does, and goes on behind it


class Part(NamedTuple):
    """Nodes that one node is to take the place of, and the tensors that it reads and writes."""

    nodes: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    @classmethod
    def of(cls, part: abi.Part) -> Part:
        """The same, out of the host's memory."""
        return cls(*map(abi.integers, (part.nodes, part.inputs, part.outputs)))


class Context:
    """A TfLiteContext at an address; valid as long as the call that gave it."""

    def __init__(self, address: int) -> None:
        self.address = address
        self._c = abi.Context.from_address(address)

    @property
    def tensors(self) -> int:
        """The number of tensors."""
        return int(self._c.tensors_size)

    @property
    def tensors_address(self) -> int:
        """Where they lie."""
        return self._c.tensors or 0

    def tensor(self, number: int) -> abi.Tensor:
        """A tensor, in the host's memory; they move between calls."""
        return abi.Tensor.from_address(self._c.tensors + number * ctypes.sizeof(abi.Tensor))

    def shape(self, number: int) -> Shape:
        """The present shape of a tensor."""
        return abi.integers(self.tensor(number).dims)

    def plan(self) -> tuple[int, ...]:
        """The nodes that are to run, in order."""
        found = c_void_p()
        self._check(self._c.get_execution_plan(self.address, byref(found)), "GetExecutionPlan")
        return abi.integers(found.value)

    def node(self, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The tensors that a node reads and writes."""
        node, registration = c_void_p(), c_void_p()
        get = self._c.get_node_and_registration
        done = get(self.address, number, byref(node), byref(registration))
        self._check(done, "GetNodeAndRegistration")
        found = abi.Node.from_address(node.value or 0)
        return abi.integers(found.inputs), abi.integers(found.outputs)

    def parts(self, nodes: Sequence[int]) -> Iterator[Part]:
        """The parts that the host would make of *nodes*: one has no way out and in again."""
        found, count, wanted = POINTER(abi.Part)(), c_int(), _array(nodes)
        preview = self._c.preview_delegate_partitioning
        done = preview(self.address, ctypes.addressof(wanted), byref(found), byref(count))
        self._check(done, "PreviewDelegatePartitioning")
        for index in range(count.value):
            yield Part.of(found[index])

    def replace(self, nodes: Sequence[int], by: abi.Registration, delegate: int) -> int:
        """Have *nodes* run by nodes of a delegate; the host's status."""
        wanted = _array(nodes)
        at = ctypes.addressof(wanted)
        return int(self._c.replace_node_subsets(self.address, by, at, delegate))

    def resize(self, number: int, shape: Shape) -> None:
        """Give a tensor another shape."""
        array = _array(shape)
        size = ctypes.sizeof(array)
        libc = ctypes.CDLL(None)
        libc.malloc.restype = c_void_p
        owned = libc.malloc(ctypes.c_size_t(size))  # which the host frees
        ctypes.memmove(owned, array, size)
        tensor = ctypes.addressof(self.tensor(number))
        self._check(self._c.resize_tensor(self.address, tensor, owned), "ResizeTensor")

    def report(self, text: str) -> None:
        """Tell the host why an error is returned: programs read it in the host's own error."""
        self._c.report_error(self.address, FORMAT, text.encode())

    @staticmethod
    def _check(status: int, function: str) -> None:
        if status != abi.OK:
            raise NpucoreError(f"LiteRT's {function} fails with status {status}")


def _array(values: Sequence[int]) -> ctypes.Array[c_int]:
    """A TfLiteIntArray."""
    return (c_int * (len(values) + 1))(len(values), *values)
