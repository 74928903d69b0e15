# SPDX-License-Identifier: MIT
"""The contract between npucore and one piece of hardware."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from npucore.contract.cost import Bound, OpCost
from npucore.contract.scheme import Scheme
from npucore.contract.timeline import Span
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.tensor import Array

__all__ = [
    "Availability",
    "Backend",
    "Bound",
    "Capabilities",
    "DeviceDetail",
    "DeviceKind",
    "Evidence",
    "Exported",
    "Finding",
    "Job",
    "OpCost",
    "PendingInference",
    "Program",
    "Span",
    "State",
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
    of its output. Published, and enforced by the conformance suite. *keeps* are the rounding rules
    that a backend for CPUs keeps within these bounds, and *speed* says how many times as fast as
    the reference it is; only one that is measured, and keeps a graph's rule, becomes the fallback
    unasked.
    """

    summary: str
    ops: Mapping[str, int]
    keeps: frozenset[Rounding] = frozenset()
    speed: float | None = None

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
    kind: DeviceKind
    detail: str


class State(enum.StrEnum):
    """How something that was looked at is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it if it is not as it should be."""

    subject: str
    state: State
    detail: str
    remedy: str = ""


class PendingInference:
    """An inference under way. One of this class has run already."""

    def __init__(self, outputs: list[Array]) -> None:
        self._outputs = outputs

    def result(self) -> list[Array]:
        """Wait for the outputs, in the order of the graph's. Raises what the device reported."""
        return self._outputs


Job = PendingInference  # as plugins have called it


class Program(ABC):
    """A compiled graph, ready to be run any number of times, from any thread."""

    in_flight: int = 1
    """Inferences that it can have under way at once."""

    @abstractmethod
    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Run once; arrays in the order, shapes and dtypes of the graph's inputs and outputs.

        The inputs are not changed, and the outputs belong to the caller.
        """

    def submit(self, inputs: Sequence[Array]) -> PendingInference:
        """Start one inference; a backend that can keep several in flight overrides this."""
        return PendingInference(self.run(inputs))

    def clock_ns(self) -> int | None:
        """The time of its device, if that is not everybody's, as where time is modelled."""
        return None

    def close(self) -> None:  # noqa: B027  not abstract: most programs hold nothing
        """Release buffers and handles. Safe to call twice."""


class Backend(ABC):
    """One way to run graphs. Subclass it, name it in an entry point, and it is installed.

    Three methods are required. What else a backend may be able to do stands in
    `npucore.contract.abilities`: it has an ability if it has its methods.

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
    for_floats: ClassVar[Mapping[str, str]] = {}
    """Settings with which it takes real numbers, if it takes none without."""
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


def is_cpu(backend: Backend) -> bool:
    """Whether it runs on the CPU; one that raises does not."""
    try:
        return backend.availability().kind is DeviceKind.CPU
    except Exception:  # a plugin's fault, whatever it is
        return False
