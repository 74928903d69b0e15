# SPDX-License-Identifier: MIT
"""The contract between npucore and one piece of hardware."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from npucore.contract.listing import Listing
from npucore.contract.scheme import Scheme
from npucore.contract.timeline import Span
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Array, Tensor

__all__ = [
    "Availability",
    "Backend",
    "Capabilities",
    "DeviceDetail",
    "DeviceKind",
    "Evidence",
    "Exported",
    "Finding",
    "Job",
    "OpCost",
    "Program",
    "Span",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a backend takes an op. A refusal always says why, in the user's terms.

    *evidence* is the weakest among the rules that taking the op relies on. *note* says what was
    changed to take it, if the user has allowed that.
    """

    reason: str | None = None
    evidence: Evidence | None = None
    note: str | None = None

    def __bool__(self) -> bool:
        return self.reason is None


class DeviceKind(enum.StrEnum):
    """What executes a backend's programs on this machine."""

    HARDWARE = "hardware"
    SIMULATOR = "simulator"
    CPU = "cpu"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Availability:
    """What a backend finds to run on, here and now, and a sentence about it."""

    kind: DeviceKind
    detail: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend tells the world about itself; printed by ``npucore backends --json``.

    *ops* maps an op's name to the largest error that it may show against the reference, in LSB
    of its output. Published, and enforced by the conformance suite.
    """

    summary: str
    ops: Mapping[str, int]

    def __post_init__(self) -> None:
        if bad := {name: bound for name, bound in self.ops.items() if bound < 0}:
            raise ValueError(f"error bounds below 0: {bad}")


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """A compiled graph as a file holds it: JSON, and arrays by names of small letters and ``_``."""

    manifest: Mapping[str, Any]
    arrays: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class DeviceDetail:
    """Something that programs run on: where it is, what it is, and a sentence about it."""

    name: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. *state* is ``ok``, ``warning``, ``error`` or ``unknown``."""

    subject: str
    state: str
    detail: str
    remedy: str = ""


class Job:
    """An inference under way. A job of this class has run already."""

    def __init__(self, outputs: list[Array]) -> None:
        self._outputs = outputs

    def result(self) -> list[Array]:
        """Wait for the outputs, in the order of the graph's. Raises what the device reported."""
        return self._outputs


@dataclass(frozen=True, slots=True)
class OpCost:
    """What an op is expected to take on one core, without what the driver adds.

    Parameters
    ----------
    op
        Index in the graph.
    macs
        Multiply-accumulates of the op, see `npucore.ops.macs`; 0 if it is not made of them.
    utilisation
        Those that the hardware does for it as a part of what it could do meanwhile, 0 to 1.
    bound
        What takes the most of it, as ``memory``.
    """

    op: int
    seconds: float
    bytes: float
    macs: int
    utilisation: float
    bound: str


class Program(ABC):
    """A compiled graph, ready to be run any number of times, from any thread."""

    in_flight: int = 1
    """Inferences that it can have under way at once."""

    @abstractmethod
    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Run once; arrays in the order, shapes and dtypes of the graph's inputs and outputs.

        The inputs are not changed, and the outputs belong to the caller.
        """

    def submit(self, inputs: Sequence[Array]) -> Job:
        """Start one inference; a backend that can keep several in flight overrides this."""
        return Job(self.run(inputs))

    def clock_ns(self) -> int | None:
        """The time of its device, if that is not everybody's, as where time is modelled."""
        return None

    def close(self) -> None:  # noqa: B027  not abstract: most programs hold nothing
        """Release buffers and handles. Safe to call twice."""


class Backend(ABC):
    """One way to run graphs. Subclass it, name it in an entry point, and it is installed.

    Parameters
    ----------
    target
        Which chip of the family, as in ``vsim:a311d``; None for the backend's default.
    options
        Settings by name; only those that *options* of the class lists.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    scheme: ClassVar[Scheme] = Scheme()
    """How ``npucore quantize`` prepares networks for this backend."""
    targets: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, str]] = {}
    """Name of a setting -> one line about it."""
    trust: Evidence | None = None
    """The least evidence of what it takes; None if it asks for none."""

    def __init__(self, target: str | None = None, **options: Any) -> None:
        if target is not None and target not in self.targets:
            known = ", ".join(self.targets) or "none"
            raise UnsupportedError(f"{self.name} has no target {target!r}; targets: {known}")
        if unknown := sorted(options.keys() - self.options.keys()):
            raise UnsupportedError(f"{self.name} has no option {unknown[0]!r}")
        self.target = target
        self.settings: Mapping[str, Any] = options

    @abstractmethod
    def availability(self) -> Availability:
        """What there is to run on. Starts nothing, and opens a device for a question at most."""

    @abstractmethod
    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Judge one op with its real shapes and quantization.

        *graph* is there for ops that exist only fused: they look at their neighbours in it.
        Never raises, never opens a device.
        """

    @abstractmethod
    def compile(self, graph: Graph) -> Program:
        """Turn a graph of supported ops into a program: plan here, not in `Program.run`."""

    def for_board(self) -> Backend | None:
        """The same backend as it judges for a board of which nothing is measured yet.

        None if it has no boards, or runs on one. Opens nothing.
        """
        return None

    def predict(self, graph: Graph) -> list[OpCost] | None:
        """What each op of a graph is expected to take; None if this backend has no model of it.

        Ops that take nothing, being folded into others, are left out.
        """
        return None

    def trace(self) -> list[Span] | None:
        """What its devices and threads have done since the last call; None if it cannot tell.

        The first call begins to note it.
        """
        return None

    def devices(self) -> list[DeviceDetail]:
        """Every device that it could run on, as `availability` looks for them."""
        here = self.availability()
        return [DeviceDetail(self.name, str(here.kind), here.detail)]

    def diagnose(self) -> list[Finding]:
        """What is in the way of its hardware, each with the remedy. Opens a device for a moment."""
        return []

    def self_test(self, say: Callable[[str], None]) -> list[Finding] | None:
        """Try on the device what is known too little, and keep the result for it.

        None if there is nothing to try. *say* is told about progress. Survives a device that
        hangs.
        """
        return None

    def export(self, graph: Graph) -> Exported | None:
        """Compile *graph* for a file instead of a device; None if this backend has no such form.

        An artefact then holds the graph itself, and `compile` gets it when that is loaded.
        """
        return None

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Make a program of what `export` gave for a graph with these ends.

        Nobody vouches for *exported*: raises `InvalidModelError` for any number out of range.
        """
        raise UnsupportedError(f"{self.name} loads no compiled graphs")

    def disassemble_exported(self, exported: Exported) -> Listing | None:
        """What the hardware's words in *exported* say; None if this backend cannot tell.

        Jobs count from 0, and a task's op is its index in the exported graph. Raises
        `InvalidModelError` as `load` does.
        """
        return None

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing | None:
        """What the hardware's words in *arrays* say; None if this backend cannot tell.

        *arrays* holds a file's arrays by name: a raw file is uint8 under the name ``""``. Raises
        `InputError` for what holds no words of this hardware.
        """
        return None
