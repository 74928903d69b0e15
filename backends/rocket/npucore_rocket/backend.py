# SPDX-License-Identifier: MIT
"""The facade: judge, compile, run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceDetail,
    DeviceKind,
    Evidence,
    Exported,
    Finding,
    OpCost,
    Program,
    Span,
    Verdict,
)
from npucore.contract.listing import Listing
from npucore.errors import UnsupportedError
from npucore.family.measured import recall
from npucore.graph import Graph
from npucore.hw.ioctl import Linux
from npucore.ops import Op
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.lanes import Lanes
from npucore_rocket.machine import BOARDS_TRUST, SIMULATOR, Machine, every_device, machine
from npucore_rocket.noted import Notes
from npucore_rocket.settings import OPTIONS, REQUANTIZE, read_settings, storable

# Who only asks what is available, as every command does, needs none of these.
if TYPE_CHECKING:
    from npucore_rocket.form import Form
    from npucore_rocket.program import Compiled
    from npucore_rocket.verdicts import Verdicts


class RocketBackend(Backend):
    """Rockchip's RK3588 NPU; without a board, its register-level simulator."""

    name = "rocket"
    capabilities = Capabilities(
        summary="Rockchip RK3588 NPU by mainline's driver, or its register-level simulator",
        ops={
            "add": 1,
            "batch_matmul": 1,
            "concatenation": 0,
            "convolution": 1,
            "fully_connected": 1,
            "mean": 1,
            "pad": 0,
            "pooling": 1,
            "quantize": 1,
            "reshape": 0,
            "split": 0,
            "strided_slice": 0,
            "transpose": 0,
        },
    )
    options = OPTIONS
    trust: Evidence

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self._set = read_settings(options)
        self.settings = {key: value for key, value in options.items() if storable(value)}
        self.per_channel, self.form = self._set.per_channel, self._set.form
        self.machine: Machine = machine(self._set.device, self._set.clock)
        self.trust = self._set.trust or self.machine.trust
        self.measured = recall(self.name, self.machine.board)
        cores = self._set.cores_of(self.machine.cores)
        self.lanes = Lanes(self.machine.open, cores, self.machine.modelled)
        self._notes = Notes(self.machine.kernel)

    @cached_property
    def _judge(self) -> Verdicts:
        from npucore_rocket.verdicts import Verdicts

        requantize = self.per_channel == REQUANTIZE
        return Verdicts(RK3588, self.trust, requantize, self.measured, self.form)

    def availability(self) -> Availability:
        """The board, if there is one; else the simulator, and why."""
        return Availability(self.machine.kind, self.machine.detail)

    def for_board(self) -> Backend | None:
        """At a board's trust, without what any board's self-test has found."""
        if self.machine.kind is DeviceKind.HARDWARE:
            return None
        there = {"device": SIMULATOR, "trust": BOARDS_TRUST}
        return RocketBackend(self.target, **{**self.settings, **there})

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers and rows fit the chip."""
        return self._judge(op, graph).verdict

    def compile(self, graph: Graph) -> Program:
        """Lower, plan and emit; then fill the memory of every lane."""
        names = tuple(f"{op.name} -> {op.label}" for op in graph.ops)
        return self._program(self._compiled(graph), names)

    def _program(self, compiled: Compiled, names: tuple[str, ...] = ()) -> Program:
        from npucore_rocket.image import Loading
        from npucore_rocket.runtime import RocketProgram

        return RocketProgram(compiled, self.lanes, Loading(self._set.joined, names), self._notes)

    def _compiled(self, graph: Graph) -> Compiled:
        from npucore_rocket.program import compile_graph

        plans = {}
        for index, op in enumerate(graph.ops):
            judged = self._judge(op, graph)
            if not judged.verdict:
                raise UnsupportedError(f"{op.name} -> {op.label}: {judged.verdict.reason}")
            plans[index] = judged.plans
        return compile_graph(graph, plans)

    def predict(self, graph: Graph) -> list[OpCost]:
        """From the words, at the clock that was set."""
        from npucore_rocket.op_costs import op_costs

        return op_costs(graph, self._compiled(graph), self._set.clock)

    def start_trace(self) -> None:
        """Note threads that convert and wait; cores too where the kernel is the virtual one."""
        self._notes.start()

    def take_trace(self) -> list[Span]:
        """What was noted since."""
        return self._notes.take()

    def devices(self) -> list[DeviceDetail]:
        """Boards, the virtual kernel and the simulator."""
        return every_device()

    def diagnose(self) -> list[Finding]:
        """From the chip to the container."""
        from npucore_rocket.diagnose import diagnose

        return diagnose(self.machine.kernel or Linux())

    def self_test(self, say: Callable[[str], None]) -> list[Finding] | None:
        """On a board or the virtual kernel; what is found about rules is kept for that board."""
        from npucore_rocket import selftest

        if self.machine.node is None:
            return None

        def compile_as(graph: Graph, form: Form) -> Compiled:
            bold = RocketBackend(trust=Evidence.PAPER, device=SIMULATOR)
            bold.form = form
            return bold._compiled(graph)

        return selftest.run(self.machine, compile_as, say)

    def export(self, graph: Graph) -> Exported:
        """Lower, plan and emit."""
        from npucore_rocket.export import export

        return export(self._compiled(graph), RK3588)

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Check every number, then fill the memory of every lane."""
        from npucore_rocket.export import restore

        return self._program(restore(exported, inputs, outputs, RK3588))

    def disassemble_exported(self, exported: Exported) -> Listing:
        """Say what the words do, addresses still symbolic."""
        from npucore_rocket.export import listing

        return listing(exported, RK3588)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing:
        """Say what register words do."""
        from npucore_rocket.disasm import disassemble

        return disassemble(arrays)
