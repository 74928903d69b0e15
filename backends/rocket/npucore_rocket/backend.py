# SPDX-License-Identifier: MIT
"""The facade: judge, compile, run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
from npucore.ops import Op
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.disasm import disassemble
from npucore_rocket.export import export, listing, restore
from npucore_rocket.program import Compiled, compile_graph
from npucore_rocket.runtime import RocketProgram
from npucore_rocket.verdicts import Verdicts

ACCELERATORS = Path("/dev/accel")  # where the kernel's driver shows NPUs
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
    options = {  # noqa: RUF012  declared as ClassVar in the contract
        "trust": "least evidence of what is compiled: proven, shown, sibling (default) or paper",
        "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
    }

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.trust = _trust(options.get("trust", DEFAULT_TRUST))
        self.per_channel = _per_channel(options.get("per_channel", KEEP))
        self._judge = Verdicts(RK3588, self.trust, self.per_channel == REQUANTIZE)

    def availability(self) -> Availability:
        """The simulator: this version does not open the kernel's device yet."""
        if found := sorted(ACCELERATORS.glob("accel*")):
            why = f"{found[0]} is not used by this version yet"
        else:
            why = f"no board was found (there is no {ACCELERATORS}/accel*)"
        return Availability(DeviceKind.SIMULATOR, why)

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules, then whether the op's numbers and rows fit the chip."""
        return self._judge(op, graph).verdict

    def compile(self, graph: Graph) -> Program:
        """Lower, plan and emit; then fill the simulator's memory."""
        from npucore_rocket.device import SimDevice  # only who compiles needs the simulator

        return RocketProgram(self._compiled(graph), SimDevice())

    def _compiled(self, graph: Graph) -> Compiled:
        plans = {}
        for index, op in enumerate(graph.ops):
            judged = self._judge(op, graph)
            if not judged.verdict:
                raise UnsupportedError(f"{op.name} -> {op.label}: {judged.verdict.reason}")
            plans[index] = judged.plans
        return compile_graph(graph, plans)

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
