# SPDX-License-Identifier: MIT
"""The facade: judge, compile, run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from npucore.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Program,
    Verdict,
)
from npucore.errors import InputError, UnsupportedError
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel, Linux
from npucore.listing import Listing
from npucore.ops import Convolution, Op
from npucore.rewrite.fold import source_and_padding
from npucore.rewrite.one_scale import OneScale, one_scale
from npucore.rules import judge, trust_of
from npucore.tensor import Array, Tensor
from npucore_vsim.chip import CHIPS, DEFAULT
from npucore_vsim.lower import MOVING, Layer, lower
from npucore_vsim.rules import NO_LAYER, rules
from npucore_vsim.rules.fits import why_not

# Who only asks what is available, as every command does, needs none of these.
if TYPE_CHECKING:
    from npucore_vsim.device import Device
    from npucore_vsim.program import Compiled

KEEP, REQUANTIZE = "keep", "requantize"
SIMULATOR = "simulator"
DEFAULT_TRUST = Evidence.SIBLING  # on the simulator nothing can break


class VsimBackend(Backend):
    """VeriSilicon's NPUs, by their register-level simulator."""

    name = "vsim"
    targets = tuple(CHIPS)
    capabilities = Capabilities(
        summary="VeriSilicon NPUs (Amlogic A311D, NXP i.MX8M Plus): jobs, run by the simulator",
        ops={
            "absolute": 1,
            "add": 1,
            "concatenation": 1,
            "convolution": 1,
            "depth_to_space": 0,
            "fully_connected": 1,
            "hswish": 1,
            "leaky_relu": 1,
            "logistic": 1,
            "mean": 1,
            "pad": 0,
            "pooling": 1,
            "quantize": 1,
            "relu": 1,
            "reshape": 0,
            "resize": 0,
            "split": 0,
            "strided_slice": 0,
            "tanh": 1,
            "transpose": 0,
        },
    )
    options = {  # noqa: RUF012  declared as ClassVar in the contract
        "trust": "least evidence of what is compiled: proven, shown, sibling (default) or paper",
        "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
        "device": "simulator (default), or the render node of a board, as /dev/dri/renderD128",
    }
    kernel: Kernel = Linux()
    """What opens a board's render node; tests put a virtual one here."""

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.chip = DEFAULT if target is None else CHIPS[target]
        self.trust = trust_of(options.get("trust", DEFAULT_TRUST))
        self.per_channel = _per_channel(options.get("per_channel", KEEP))
        self.node = str(options.get("device", SIMULATOR))
        self._rules = rules(self.chip)
        self._layers: WeakKeyDictionary[Op, dict[Tensor, list[Layer]]] = WeakKeyDictionary()
        self._verdicts: WeakKeyDictionary[Graph, dict[Op, Verdict]] = WeakKeyDictionary()
        self._changed: WeakKeyDictionary[Op, OneScale | None] = WeakKeyDictionary()

    def availability(self) -> Availability:
        """The simulator, unless the user names a board's render node."""
        if self.node != SIMULATOR:
            return Availability(DeviceKind.HARDWARE, f"{self.node}, as asked for")
        return Availability(DeviceKind.SIMULATOR, "no board is used unless option device names it")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers fit the chip."""
        verdicts = self._verdicts.setdefault(graph, {})
        if op not in verdicts:
            verdicts[op] = self._judge(op, graph)
        return verdicts[op]

    def _judge(self, op: Op, graph: Graph) -> Verdict:
        changed = self._change(op)
        subject = op if changed is None else changed.op
        verdict = judge(self._rules, subject, graph, self.trust, NO_LAYER)
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
            self._changed[op] = one_scale(op)
        return self._changed[op]

    def _lowered(self, op: Op, graph: Graph) -> list[Layer]:
        """The op's layers, which depend on whether a pad before it is in the same graph.

        Raises `UnsupportedError` if its numbers do not fit the chip.
        """
        source = op.inputs[0]
        if isinstance(op, Convolution):
            source, _ = source_and_padding(op, graph)
        known = self._layers.setdefault(op, {})
        if source not in known or isinstance(op, tuple(MOVING)):
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

        return VsimProgram(self.compiled(graph), self._device())

    def _device(self) -> Device:
        from npucore_vsim.device import SimDevice
        from npucore_vsim.drm.device import EtnavivDevice

        if self.node == SIMULATOR:
            return SimDevice(self.chip)
        return EtnavivDevice(self.kernel, self.node, self.chip)

    def compiled(self, graph: Graph) -> Compiled:
        """The graph's jobs, addresses still symbolic. Raises `UnsupportedError`."""
        from npucore_vsim.program import compile_graph

        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        layers = {index: self._lowered(op, graph) for index, op in enumerate(graph.ops)}
        return compile_graph(graph, layers, self.chip)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing | None:
        """Say what descriptors and command streams hold."""
        from npucore_vsim.disasm import disassemble

        return disassemble(arrays)


def _per_channel(value: object) -> str:
    if value not in (KEEP, REQUANTIZE):
        raise InputError(f"per_channel {value!r}, wanted {KEEP} or {REQUANTIZE}")
    return str(value)
