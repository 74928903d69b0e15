# SPDX-License-Identifier: MIT
"""Optional abilities of a backend: it has an ability if it has the methods.

>>> from npucore.reference import ReferenceBackend
>>> isinstance(ReferenceBackend(), Exports)
False
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from npucore.contract.backend import (
    Backend,
    DeviceDetail,
    Exported,
    Finding,
    OpCost,
    Program,
)
from npucore.contract.cost import Overhead, Speed
from npucore.contract.listing import Listing
from npucore.contract.timeline import Span
from npucore.graph import Graph
from npucore.tensor import Array, Tensor


@runtime_checkable
class Exports(Protocol):
    """Compiles graphs for files. The graphs of other backends are stored as they are."""

    def export(self, graph: Graph) -> Exported:
        """Compile *graph* for a file instead of a device."""
        ...

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Make a program of what `export` gave for a graph with these ends.

        *exported* comes from a stranger: raises `InvalidModelError` for any number out of range.
        """
        ...


@runtime_checkable
class Reloads(Exports, Protocol):
    """Its exports may be kept for the next process of this machine: docs/adr/0040."""

    def circumstances(self) -> Mapping[str, str]:
        """Everything that verdicts and exports depend on beside graph, settings and code.

        As its chip and what has been measured of it. An export is reloaded only where all of it is
        the same.
        """
        ...

    def compile_exported(self, graph: Graph) -> tuple[Program, Exported]:
        """Both what `compile` and what `export` give, of one compilation."""
        ...

    def reload(
        self,
        exported: Exported,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        names: Sequence[str],
    ) -> Program:
        """As `load`, of what this very code has exported, and checked, in the same circumstances.

        It need not be checked again. *names* are what messages call the ops of the graph.
        """
        ...


@runtime_checkable
class Remembers(Protocol):
    """Works something out while it runs that the next process can be told."""

    def remembered(self) -> Mapping[str, Array]:
        """Its present knowledge, by names of small letters, digits, ``_`` and ``/``."""
        ...

    def remind(self, arrays: Mapping[str, Array]) -> None:
        """Know what `remembered` has given in the same circumstances."""
        ...


@runtime_checkable
class ExplainsExports(Protocol):
    """Says what the words mean that it exports."""

    def disassemble_exported(self, exported: Exported) -> Listing:
        """The listing of the words in *exported*.

        Jobs count from 0, and a task's op is its index in the exported graph. Raises
        `InvalidModelError` as `Exports.load` does.
        """
        ...


@runtime_checkable
class ExportsTraces(Exports, Protocol):
    """Its exports can be played by a test bench of the hardware's maker."""

    def test_bench(
        self,
        exported: Exported,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        given: Sequence[Array],
    ) -> Mapping[str, bytes]:
        """File name -> content: what was exported, run with the inputs *given*.

        Raises as `load` does.
        """
        ...


@runtime_checkable
class ExplainsWords(Protocol):
    """Says what words mean that somebody has found in a file or in memory."""

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing | None:
        """The listing of the words in *arrays*; None if it does not read words of that kind.

        *arrays* holds a file's arrays by name: a raw file is uint8 under the name ``""``. Raises
        `InputError` for what holds no words of this hardware.
        """
        ...


@runtime_checkable
class HasBoards(Protocol):
    """Runs on boards, of which there may be none here."""

    def for_board(self) -> Backend | None:
        """The same backend as it judges for a board of which nothing is measured yet.

        None if it runs on one. Opens nothing.
        """
        ...


@runtime_checkable
class KnowsDevices(Protocol):
    """Finds its hardware, or says what is in the way."""

    def devices(self) -> list[DeviceDetail]:
        """Every device that it could run on, as `Backend.availability` looks for them."""
        ...

    def diagnose(self) -> list[Finding]:
        """The findings about its hardware, with remedies. Opens a device for a moment."""
        ...


@runtime_checkable
class TestsItself(Protocol):
    """Asks its hardware what is known too little."""

    def self_test(self, say: Callable[[str], None]) -> list[Finding] | None:
        """Try on the device what is known too little, and keep the result for it.

        None if there is nothing to try. *say* is told about progress. Survives a device that
        hangs.
        """
        ...


@runtime_checkable
class Predicts(Protocol):
    """Has a model of how long ops take."""

    def predict(self, graph: Graph) -> list[OpCost]:
        """The expected cost of each op of a graph.

        Ops that take nothing, being folded into others, are left out.
        """
        ...


@runtime_checkable
class PredictsRuns(Predicts, Protocol):
    """Has a model of how long whole runs of ops take: it is placed by cost."""

    def overhead(self) -> Overhead | None:
        """Time around its tasks; None if that is not known, and it gets all that it takes."""
        ...


@runtime_checkable
class PredictsSpeed(Predicts, Protocol):
    """Says of which chip its expected costs are: ``npucore bench`` models a board from them."""

    def speed(self) -> Speed:
        """The chip, its clock, its cores, and the most that a core can do."""
        ...


@runtime_checkable
class PredictsExports(Predicts, Exports, Protocol):
    """Has a model of the time that its exports take."""

    def predict_exported(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> list[OpCost]:
        """As `predict` of the graph that was exported; multiply-accumulates may be 0.

        Raises as `Exports.load` does.
        """
        ...


@runtime_checkable
class HasCosts(Protocol):
    """Runs on the CPU, and it has been measured what ops cost there."""

    def costs(self) -> Mapping[str, Any]:
        """The table that ``python -m benchmarks.host_costs --backend NAME`` has written."""
        ...


@runtime_checkable
class Traces(Protocol):
    """Notes what its devices and threads do."""

    def start_trace(self) -> None:
        """Begin to note, and forget what was noted before."""
        ...

    def take_trace(self) -> list[Span]:
        """The spans noted since the beginning or the last call."""
        ...


def devices(backend: Backend) -> list[DeviceDetail]:
    """Every device that *backend* could run on; what it runs on now if it knows no others."""
    if isinstance(backend, KnowsDevices):
        return backend.devices()
    here = backend.availability()
    return [DeviceDetail(backend.name, here.kind, here.detail)]
