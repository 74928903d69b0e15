# SPDX-License-Identifier: MIT
"""The frame for backends that hand a graph to another runtime, as a file of a format it reads."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from importlib.resources import files
from typing import Any, ClassVar

from npucore import plugins
from npucore.contract.backend import Availability, Backend, DeviceKind, Program, Verdict
from npucore.contract.frontend import Writes
from npucore.errors import InputError, UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op

BYTES = ("int8", "uint8")
COSTS = "host_costs.json"
MOST_THREADS = 256


@dataclass(frozen=True, slots=True)
class Kernels:
    """The kernels that a runtime has for an op.

    Parameters
    ----------
    bound
        The largest error against the reference, in LSB of the output.
    dtypes
        Operands and results that its kernels take, in the form of `signature`.
    """

    bound: int
    dtypes: frozenset[str]


def alike(*dtypes: str) -> frozenset[str]:
    """Signatures of ops whose operands and results have one dtype.

    >>> alike("int8")
    frozenset({'int8 -> int8'})
    """
    return frozenset(f"{dtype} -> {dtype}" for dtype in dtypes)


def signature(op: Op) -> str:
    """The dtypes of an op's operands, each once and without the bias, and those of its results.

    >>> import numpy as np
    >>> from npucore.ops import Less
    >>> from npucore.tensor import Tensor
    >>> a, b = (Tensor(name, (2,), np.dtype(np.float32)) for name in "ab")
    >>> signature(Less(a=a, b=b, output=Tensor("c", (2,), np.dtype(bool))))
    'float32 -> bool'
    """
    bias = getattr(op, "bias", None)
    operands = (tensor.dtype.name for tensor in op.inputs if tensor is not bias)
    return f"{_once(operands)} -> {_once(tensor.dtype.name for tensor in op.outputs)}"


def _once(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


class RuntimeBackend(Backend):
    """A runtime for CPUs. It rounds once, half to even: the exact rule, whatever a graph's is."""

    format: ClassVar[str]
    """The frontend that writes files for it."""
    title: ClassVar[str]
    """The runtime's own name."""
    distribution: ClassVar[str]
    """The package that the extra of the backend's name installs."""
    least: ClassVar[tuple[int, int]]
    """The oldest version of it that was judged."""
    kernels: ClassVar[Mapping[str, Kernels]]
    """Name of an op -> its kernels."""
    most_axes: ClassVar[int]
    """Of the tensors that its kernels were judged with."""
    options: ClassVar[Mapping[str, str]] = {"threads": "threads of the CPU (default: 1)"}

    @property
    def threads(self) -> int:
        """As the user has set it. Raises `InputError` for what is no number of threads."""
        text = str(self.settings.get("threads", 1))
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= MOST_THREADS):
            raise InputError(f"threads: {text!r}, wanted a number from 1 to {MOST_THREADS}")
        return int(text)

    def availability(self) -> Availability:
        """The CPU, if the runtime is installed; it is not imported."""
        if not _is_installed(self.distribution, self.least):
            return Availability(DeviceKind.NONE, self.missing)
        return Availability(DeviceKind.CPU, f"{self.title} on this machine's CPU")

    @property
    def missing(self) -> str:
        """The sentence for a runtime that is not installed."""
        least = ".".join(map(str, self.least))
        return f"{self.title} {least} or newer is not installed: pip install 'npucore[{self.name}]'"

    @cached_property
    def _writer(self) -> Writes:
        return plugins.load_writer(self.format)

    def costs(self) -> Mapping[str, Any]:
        """The table that lies beside the backend."""
        return _costs(type(self).__module__.partition(".")[0])

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Every op that the format has a form of and the runtime was judged with."""
        return Verdict(self.unsuitable(op) or self._writer.refuse(op))

    def unsuitable(self, op: Op) -> str | None:
        """Why the runtime's kernels do not take *op*; None if they do."""
        if op.name not in self.kernels:
            return f"no kernel of {self.title} is judged for {op.name}"
        if (found := signature(op)) not in self.kernels[op.name].dtypes:
            return f"{self.title} is not judged for {op.name} of {found}"
        for tensor in (*op.inputs, *op.outputs):
            if tensor.elements == 0:
                return f"{tensor.name} is empty"
            if len(tensor.shape) > self.most_axes:
                return f"{tensor.name} has {len(tensor.shape)} axes, judged are {self.most_axes}"
            if tensor.dtype.name in BYTES and tensor.quantization is None:
                return f"{tensor.name} is {tensor.dtype} without a quantization"
        return None

    def compile(self, graph: Graph) -> Program:
        """Write the graph as a file, and open that in the runtime."""
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        if not _is_installed(self.distribution, self.least):
            raise UnsupportedError(self.missing)
        return self.opened(self._writer.write(graph), graph)

    @abstractmethod
    def opened(self, model: bytes, graph: Graph) -> Program:
        """A program that runs *model*, which is *graph* as a file."""


@cache
def _costs(package: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(package) / COSTS).read_text())
    return found


@cache
def _is_installed(distribution: str, least: tuple[int, int]) -> bool:
    """Whether it is there in a version that was judged: older ones have answered wrongly."""
    try:
        numbers = metadata.version(distribution).split(".")
        return (int(numbers[0]), int(numbers[1])) >= least
    except (metadata.PackageNotFoundError, ValueError, IndexError):
        return False
