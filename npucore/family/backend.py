# SPDX-License-Identifier: MIT
"""The facade of every family: judge, compile, run, export, predict, trace, look for devices."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from weakref import WeakKeyDictionary

from npucore.contract.backend import (
    Availability,
    Backend,
    DeviceDetail,
    DeviceKind,
    Exported,
    Finding,
    OpCost,
    Program,
    Span,
    Verdict,
)
from npucore.contract.cost import Overhead
from npucore.contract.listing import Listing
from npucore.errors import InputError
from npucore.evidence import Evidence
from npucore.family.lanes import Lanes
from npucore.family.machine import (
    BOARDS_TRUST,
    SIMULATOR,
    ChipT,
    Driver,
    Machine,
    every_device,
    machine,
)
from npucore.family.measured import recall
from npucore.family.settings import read_settings, storable
from npucore.family.trace import Notes
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel, Linux
from npucore.ops import Op
from npucore.tensor import Tensor

# Commands that only ask what is available need none of these.
if TYPE_CHECKING:
    from npucore.family.code import Compiled
    from npucore.family.image import AnyImage, Loading
    from npucore.family.judging import Judge
    from npucore.family.predict import Work
    from npucore.family.program import FamilyProgram

LoweredT = TypeVar("LoweredT")
CompiledT = TypeVar("CompiledT", bound="Compiled[Any, Any]")


class FamilyBackend(Backend, Generic[ChipT, LoweredT, CompiledT]):
    """A family gives its chips and driver, rules, lowering, emission and layout; see below.

    Methods that it has to give are abstract; what they need they import themselves, so that
    looking for a device loads no compiler.
    """

    chips: ClassVar[Mapping[str, Any]]
    """By name; the first one is the default. `targets` are their names."""
    driver: ClassVar[Any]
    clock: ClassVar[float]
    """Of the NPU in Hz, where the user says nothing."""
    lanes_option: ClassVar[str]
    """The setting that says how many devices are kept busy at once."""
    lanes_limit: ClassVar[str] = "at most"
    """The words before the limit in an error message."""
    trust: Evidence

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.set = read_settings(options, self.clock, self.lanes_option)
        self.settings = {key: value for key, value in options.items() if storable(value)}
        driver: Driver[ChipT] = self.driver
        wanted = None if target is None else self.chips[target]
        self.machine: Machine[ChipT] = machine(driver, self.set.device, wanted, self.set.clock)
        self.chip: ChipT = self.machine.chip
        if self.chip.name != next(iter(self.chips)):
            self.target = self.chip.name  # artefacts say for which chip they are
        self.trust = self.set.trust or self.machine.trust
        self.measured = recall(self.name, self.machine.board)
        if self.set.lanes > self.machine.lanes:
            there = f"{self.lanes_limit} {self.machine.lanes}"
            raise InputError(f"{self.lanes_option} {self.set.lanes}, but {there}")
        self.lanes = Lanes(self.machine.open, self.set.lanes, self.machine.modelled)
        self._notes = Notes(self.machine.kernel)
        self._predicted: WeakKeyDictionary[Graph, CompiledT] = WeakKeyDictionary()
        self._known_costs: WeakKeyDictionary[Graph, list[OpCost]] = WeakKeyDictionary()

    # ---- what a family gives --------------------------------------------------------------

    @abstractmethod
    def judge(self) -> Judge[LoweredT]:
        """Rules and lowering for the chip, at this backend's trust."""

    @abstractmethod
    def assemble(self, graph: Graph, lowered: Mapping[int, LoweredT]) -> CompiledT:
        """Place maps, plan, and emit; *lowered* by index of the op. Raises `UnsupportedError`."""

    @abstractmethod
    def image(self, compiled: CompiledT, device: Any, loading: Loading) -> AnyImage:
        """Load *compiled* onto *device*. Raises `DeviceError`."""

    @abstractmethod
    def encode(self, compiled: CompiledT) -> Exported:
        """A compiled graph for a file."""

    @abstractmethod
    def decode(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> CompiledT:
        """Undo `encode` for a graph with these ends. Raises `InvalidModelError`."""

    @abstractmethod
    def listing(self, exported: Exported) -> Listing:
        """The listing of the words, addresses still symbolic. Raises as `decode` does."""

    @abstractmethod
    def works(self, compiled: CompiledT) -> Iterable[tuple[int, Work]]:
        """The work of every task that a model of the chip covers, with the index of its op."""

    @abstractmethod
    def findings(self, kernel: Kernel) -> list[Finding]:
        """The findings about a board, in the order in which things have to be right."""

    @abstractmethod
    def examine(self, say: Callable[[str], None]) -> list[Finding]:
        """Run the self-test on the device, and keep what it finds."""

    # ---- what follows from it -------------------------------------------------------------

    @cached_property
    def _judge(self) -> Judge[LoweredT]:
        return self.judge()

    def availability(self) -> Availability:
        """The board, if there is one; else the simulator, and why."""
        return Availability(self.machine.kind, self.machine.detail)

    def for_board(self) -> Backend | None:
        """At a board's trust, without what any board's self-test has found."""
        if self.machine.kind is DeviceKind.HARDWARE:
            return None
        there = {"device": SIMULATOR, "trust": BOARDS_TRUST}
        return type(self)(self.target, **{**self.settings, **there})

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers fit the chip."""
        return self._judge(op, graph).verdict

    def compiled(self, graph: Graph) -> CompiledT:
        """The graph's jobs, addresses still symbolic. Raises `UnsupportedError`.

        What was compiled to predict its cost is taken instead, once.
        """
        made = self._predicted.pop(graph, None)
        return self.assemble(graph, self._judge.lowered(graph)) if made is None else made

    def compile(self, graph: Graph) -> Program:
        """Lower, plan and emit; then fill the memory of every lane."""
        names = tuple(f"{op.name} -> {op.label}" for op in graph.ops)
        return self.program(self.compiled(graph), names)

    def program(
        self, compiled: CompiledT, names: tuple[str, ...] = (), *, checked: bool = True
    ) -> FamilyProgram:
        """Fill the memory of every lane; jobs have to be *checked* there unless they have been."""
        from npucore.family.image import Loading
        from npucore.family.program import FamilyProgram

        loading = Loading(names, checked)
        return FamilyProgram(self.image, compiled, self.lanes, loading, self._notes)

    def predict(self, graph: Graph) -> list[OpCost]:
        """From the words, at the clock that was set."""
        if graph not in self._known_costs:
            self._predicted[graph] = compiled = self.compiled(graph)
            self._known_costs[graph] = self._costs(compiled, graph.ops)
        return self._known_costs[graph]

    def predict_exported(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> list[OpCost]:
        """From the words in the file."""
        return self._costs(self.decode(exported, inputs, outputs), ())

    def _costs(self, compiled: CompiledT, ops: Sequence[Op]) -> list[OpCost]:
        from npucore.family.predict import op_costs

        around = self.overhead()

        def driver_seconds(tasks: int) -> float:
            return 0.0 if around is None else around.driver_seconds(tasks)

        return op_costs(ops, self.works(compiled), self.set.clock, driver_seconds)

    def overhead(self) -> Overhead | None:
        """Time around the tasks; a family that knows it is placed by cost."""
        return None

    def start_trace(self) -> None:
        """Note threads that convert and wait; cores too where the kernel is the virtual one."""
        self._notes.start()

    def take_trace(self) -> list[Span]:
        """The spans noted since."""
        return self._notes.take()

    def devices(self) -> list[DeviceDetail]:
        """Boards, the simulator and the virtual kernel."""
        driver: Driver[ChipT] = self.driver
        return every_device(driver)

    def diagnose(self) -> list[Finding]:
        """From the chip to the container."""
        return self.findings(self.machine.kernel or Linux())

    def self_test(self, say: Callable[[str], None]) -> list[Finding] | None:
        """On a board or the virtual kernel; what is found about rules is kept for that board."""
        return None if self.machine.kernel is None else self.examine(say)

    def export(self, graph: Graph) -> Exported:
        """Lower, plan and emit."""
        return self.encode(self.compiled(graph))

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Check every number, then fill the memory of every lane."""
        return self.program(self.decode(exported, inputs, outputs))

    def restored(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> CompiledT:
        """Undo `encode` of this very code; a family may leave out what `decode` checks."""
        return self.decode(exported, inputs, outputs)

    def circumstances(self) -> Mapping[str, str]:
        """The chip, the trust, what has been measured of the board, and its kernel."""
        here = self.machine
        return {
            "chip": self.chip.name,
            "trust": str(self.trust),
            "kind": str(here.kind),
            "board": here.board,
            "kernel": os.uname().release if here.kind is DeviceKind.HARDWARE else "",
            "confirmed": ", ".join(sorted(self.measured.confirmed)),
            "refuted": ", ".join(sorted(self.measured.refuted)),
            "settings": repr(self.set),
        }

    def compile_exported(self, graph: Graph) -> tuple[Program, Exported]:
        """Compiled once."""
        names = tuple(f"{op.name} -> {op.label}" for op in graph.ops)
        compiled = self.compiled(graph)
        return self.program(compiled, names), self.encode(compiled)

    def reload(
        self,
        exported: Exported,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        names: Sequence[str],
    ) -> Program:
        """Fill the memory of every lane; its jobs were checked when they were compiled."""
        compiled = self.restored(exported, inputs, outputs)
        return self.program(compiled, tuple(names), checked=False)

    def disassemble_exported(self, exported: Exported) -> Listing:
        """Say what the words do, addresses still symbolic."""
        return self.listing(exported)
