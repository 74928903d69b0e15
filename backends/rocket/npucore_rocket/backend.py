# SPDX-License-Identifier: MIT
"""The facade: judge, compile, run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from npucore.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Exported,
    Program,
    Verdict,
)
from npucore.errors import InputError, UnsupportedError
from npucore.graph import Graph
from npucore.listing import Listing
from npucore.ops import Convolution, Op
from npucore.scheme import Scheme
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.disasm import disassemble
from npucore_rocket.export import export, listing, restore
from npucore_rocket.fold import source_and_padding
from npucore_rocket.lower import LAYERS, Layer, lower, reach
from npucore_rocket.one_scale import OneScale, one_scale
from npucore_rocket.plan import plan_tasks
from npucore_rocket.program import Compiled, compile_graph
from npucore_rocket.quantize import channel_error, fixed_scale
from npucore_rocket.rules import judge
from npucore_rocket.runtime import RocketProgram

ACCELERATORS = Path("/dev/accel")  # where the kernel's driver shows NPUs
MOST_ERROR = 0.9  # LSB, before the output is rounded: together they stay within the bound of 1
KEEP, REQUANTIZE = "keep", "requantize"
DEFAULT_TRUST = Evidence.SIBLING  # on the simulator nothing can break


class RocketBackend(Backend):
    """Rockchip's RK3588 NPU; without a board, its register-level simulator."""

    name = "rocket"
    capabilities = Capabilities(
        summary="Rockchip RK3588 NPU: register streams, executed by the simulator",
        ops={
            "add": 1,
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
        },
    )
    scheme = Scheme(per_channel=False)  # one scale is proven, several are not (rules/layers.py)
    options = {  # noqa: RUF012  declared as ClassVar in the contract
        "trust": "least evidence of what is compiled: proven, shown, sibling (default) or paper",
        "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
    }

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.trust = _trust(options.get("trust", DEFAULT_TRUST))
        self.per_channel = _per_channel(options.get("per_channel", KEEP))
        self._layers: WeakKeyDictionary[Op, dict[Tensor, Layer]] = WeakKeyDictionary()
        self._verdicts: WeakKeyDictionary[Graph, dict[Op, Verdict]] = WeakKeyDictionary()
        self._changed: WeakKeyDictionary[Op, OneScale | None] = WeakKeyDictionary()

    def availability(self) -> Availability:
        """The simulator: this version does not open the kernel's device yet."""
        if found := sorted(ACCELERATORS.glob("accel*")):
            why = f"{found[0]} is not used by this version yet"
        else:
            why = f"no board was found (there is no {ACCELERATORS}/accel*)"
        return Availability(DeviceKind.SIMULATOR, why)

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers and rows fit the chip."""
        verdicts = self._verdicts.setdefault(graph, {})
        if op not in verdicts:
            verdicts[op] = self._judge(op, graph)
        return verdicts[op]

    def _judge(self, op: Op, graph: Graph) -> Verdict:
        changed = self._change(op)
        verdict = judge(op if changed is None else changed.op, graph, self.trust)
        if not verdict or not isinstance(op, LAYERS):
            return verdict
        try:
            self._layer(op, graph)
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

    def _layer(self, op: Op, graph: Graph) -> Layer:
        """The op's layer, which depends on whether a pad before it is in the same graph.

        Raises `UnsupportedError` if its numbers or rows do not fit the chip.
        """
        source = op.inputs[0]
        if isinstance(op, Convolution):
            source, _ = source_and_padding(op, graph)
        layers = self._layers.setdefault(op, {})
        if source not in layers:
            changed = self._change(op)
            layer = lower(op if changed is None else changed.op, graph)
            _check(layer)
            layers[source] = layer
        return layers[source]

    def compile(self, graph: Graph) -> Program:
        """Lower, plan and emit; then fill the simulator's memory."""
        from npucore_rocket.device import SimDevice  # only who compiles needs the simulator

        return RocketProgram(self._compiled(graph), SimDevice())

    def _compiled(self, graph: Graph) -> Compiled:
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        layers = {
            index: self._layer(op, graph)
            for index, op in enumerate(graph.ops)
            if isinstance(op, LAYERS)
        }
        return compile_graph(graph, layers, RK3588)

    def export(self, graph: Graph) -> Exported:
        """Lower, plan and emit."""
        return export(self._compiled(graph), RK3588)

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        """Check every number, then fill the simulator's memory."""
        from npucore_rocket.device import SimDevice  # as above

        return RocketProgram(restore(exported, inputs, outputs, RK3588), SimDevice())

    def disassemble_exported(self, exported: Exported) -> Listing:
        """Say what the words do, addresses still symbolic."""
        return listing(exported, RK3588)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing:
        """Say what register words do."""
        return disassemble(arrays)


def _check(layer: Layer) -> None:
    """Raise `UnsupportedError` for a layer that does not fit the chip."""
    plan_tasks(layer, RK3588)
    addend = [] if layer.addend is None else [layer.addend.scale]
    for real in [float(layer.scales.max()), *addend]:
        if fixed_scale(real) is None:
            raise UnsupportedError(f"a scale of {real:.3g} has no 15-bit form")
    if layer.per_channel and (error := channel_error(layer.scales, reach(layer))) > MOST_ERROR:
        raise UnsupportedError(
            f"scales of its channels differ so much that 15-bit multipliers err by {error:.2f}"
        )
    info = np.iinfo(np.int32)
    if layer.bias.min() < info.min or layer.bias.max() > info.max:
        raise UnsupportedError("a bias beyond int32, corrected for the zero point")


def _per_channel(value: object) -> str:
    if value not in (KEEP, REQUANTIZE):
        raise InputError(f"per_channel {value!r}, wanted {KEEP} or {REQUANTIZE}")
    return str(value)


def _trust(value: str | Evidence) -> Evidence:
    if isinstance(value, Evidence):
        return value
    found = {str(level): level for level in Evidence}.get(value)
    if found is None:
        raise InputError(f"trust {value!r}, wanted {', '.join(map(str, Evidence))}")
    return found
