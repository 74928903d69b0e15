# SPDX-License-Identifier: MIT
"""The facade: judge, compile, run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceDetail,
    DeviceKind,
    Evidence,
    Exported,
    Finding,
    Program,
    Verdict,
)
from npucore.contract.listing import Listing
from npucore.contract.scheme import Scheme
from npucore.errors import UnsupportedError
from npucore.family.measured import recall
from npucore.family.rules import judge
from npucore.graph import Graph
from npucore.hw.ioctl import Linux
from npucore.ops import Convolution, Op
from npucore.rewrite.fold import source_and_padding
from npucore.rewrite.matrix import matrix
from npucore.rewrite.one_scale import OneScale, one_scale
from npucore.tensor import Array, Tensor
from npucore_vsim.chip import CHIPS
from npucore_vsim.lower import CHANGEABLE, Layer, lower
from npucore_vsim.machine import BOARDS_TRUST, SIMULATOR, Machine, every_device, machine
from npucore_vsim.rules import NO_LAYER, rules
from npucore_vsim.rules.fits import why_not
from npucore_vsim.settings import KEEP, OPTIONS, read_settings, storable

# Who only asks what is available, as every command does, needs none of these.
if TYPE_CHECKING:
    from npucore_vsim.program import Compiled


class VsimBackend(Backend):
    """VeriSilicon's NPUs; without a board, their register-level simulator."""

    name = "vsim"
    targets = tuple(CHIPS)
    capabilities = Capabilities(
        summary="VeriSilicon NPUs (Amlogic A311D, NXP i.MX8M Plus) by mainline's driver, or their "
        "simulator",
        ops={
            "absolute": 1,
            "add": 1,
            "batch_matmul": 1,
            "concatenation": 1,
            "convolution": 1,
            "depth_to_space": 0,
            "fully_connected": 1,
            "hswish": 1,
            "leaky_relu": 1,
            "logistic": 1,
            "mean": 1,
            "mul": 1,
            "pad": 0,
            "pooling": 1,
            "quantize": 1,
            "relu": 1,
            "reshape": 0,
            "resize": 0,
            "split": 0,
            "strided_slice": 0,
            "subtract": 1,
            "tanh": 1,
            "transpose": 0,
        },
    )
    options = OPTIONS
    scheme = Scheme(per_channel=False)
    trust: Evidence

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        settings = read_settings(options)
        self.settings = {key: value for key, value in options.items() if storable(value)}
        self.per_channel = settings.per_channel
        self.machine: Machine = machine(settings.device, None if target is None else CHIPS[target])
        self.chip = self.machine.chip
        self.target = self.chip.name  # so that artefacts and reports name what was compiled for
        self.trust = settings.trust or self.machine.trust
        self.measured = recall(self.name, self.machine.board)
        self._rules = rules(self.chip)
        self._layers: WeakKeyDictionary[Op, dict[Tensor, list[Layer]]] = WeakKeyDictionary()
        self._verdicts: WeakKeyDictionary[Graph, dict[Op, Verdict]] = WeakKeyDictionary()
        self._changed: WeakKeyDictionary[Op, OneScale | None] = WeakKeyDictionary()

    def availability(self) -> Availability:
        """The board, if there is one; else the simulator, and why.

        A node of etnaviv is opened for a moment, since the driver alone knows which NPU it has.
        """
        return Availability(self.machine.kind, self.machine.detail)

    def for_board(self) -> Backend | None:
        """At a board's trust, without what any board's self-test has found."""
        if self.machine.kind is DeviceKind.HARDWARE:
            return None
        there = {"device": SIMULATOR, "trust": BOARDS_TRUST}
        return VsimBackend(self.target, **{**self.settings, **there})

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers fit the chip."""
        verdicts = self._verdicts.setdefault(graph, {})
        if op not in verdicts:
            verdicts[op] = self._judge(op, graph)
        return verdicts[op]

    def _judge(self, op: Op, graph: Graph) -> Verdict:
        changed = self._change(op)
        subject = matrix(op) or op if changed is None else changed.op
        verdict = judge(self._rules, subject, graph, self.trust, NO_LAYER, self.measured.known)
        if not verdict:
            return verdict
        try:
            self._lowered(op, graph)
        except UnsupportedError as error:
            return Verdict(str(error))
        return verdict if changed is None else replace(verdict, note=changed.note)

    def _change(self, op: Op) -> OneScale | None:
        """What becomes of an op whose weights the user wants requantized."""
        if self.per_channel == KEEP:
            return None
        if op not in self._changed:
            self._changed[op] = one_scale(matrix(op) or op)
        return self._changed[op]

    def _lowered(self, op: Op, graph: Graph) -> list[Layer]:
        """The op's layers, which depend on which ops around it are in the same graph.

        Raises `UnsupportedError` if its numbers do not fit the chip.
        """
        source = op.inputs[0]
        if isinstance(op, Convolution):
            source, _ = source_and_padding(op, graph)
        known = self._layers.setdefault(op, {})
        if source not in known or isinstance(op, CHANGEABLE):
            changed = self._change(op)
            layers = lower(op if changed is None else changed.op, graph, self.chip)
            for layer in layers:
                if reason := why_not(layer, self.chip):
                    raise UnsupportedError(reason)
            known[source] = layers
        return known[source]

    def compile(self, graph: Graph) -> Program:
        """Lower, plan, encode and emit; then fill the device's memory."""
        from npucore_vsim.runtime import VsimProgram

        return VsimProgram(self.compiled(graph), self.machine.open)

    def devices(self) -> list[DeviceDetail]:
        """Boards, the simulator and the virtual kernel."""
        return every_device()

    def diagnose(self) -> list[Finding]:
        """From the chip to the container."""
        from npucore_vsim.diagnose import diagnose

        return diagnose(self.machine.kernel or Linux())

    def self_test(self, say: Callable[[str], None]) -> list[Finding] | None:
        """On a board or the virtual kernel; what is found about rules is kept for that board."""
        from npucore_vsim import selftest

        if self.machine.kernel is None:
            return None
        bold = VsimBackend(self.chip.name, trust=Evidence.PAPER, device=SIMULATOR)
        return selftest.run(self.machine, bold.compiled, say)

    def compiled(self, graph: Graph) -> Compiled:
        """The graph's jobs, addresses still symbolic. Raises `UnsupportedError`."""
        from npucore_vsim.program import compile_graph

        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        layers = {index: self._lowered(op, graph) for index, op in enumerate(graph.ops)}
        return compile_graph(graph, layers, self.chip)

    def export(self, graph: Graph) -> Exported:
        """Lower, plan, encode and emit."""
        from npucore_vsim.export import export

        return export(self.compiled(graph), self.chip)

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Check every number, then fill the device's memory."""
        from npucore_vsim.export import restore
        from npucore_vsim.runtime import VsimProgram
        from npucore_vsim.validate import validate

        compiled = restore(exported, inputs, outputs, self.chip)
        validate(compiled, self.chip)
        return VsimProgram(compiled, self.machine.open)

    def disassemble_exported(self, exported: Exported) -> Listing:
        """Say what the descriptors hold, addresses still symbolic."""
        from npucore_vsim.export import listing

        return listing(exported, self.chip)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing | None:
        """Say what descriptors and command streams hold."""
        from npucore_vsim.disasm import disassemble

        return disassemble(arrays)
