# SPDX-License-Identifier: MIT
"""The facade. The compiler behind it is not written yet, so every op is refused."""

from __future__ import annotations

from npucore.backend import Availability, Backend, Capabilities, DeviceKind, Program, Verdict
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op

REASON = "this version has no compiler for the RK3588 NPU yet"


class RocketBackend(Backend):
    """Registered so that its place in lists, reports and fallbacks is real; it takes nothing."""

    name = "rocket"
    capabilities = Capabilities(summary="Rockchip RK3588 NPU (not written yet)", ops={})

    def availability(self) -> Availability:
        """There is nothing that could use a device."""
        return Availability(DeviceKind.NONE, REASON)

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Refuse."""
        return Verdict(REASON)

    def compile(self, graph: Graph) -> Program:
        """Refuse."""
        raise UnsupportedError(REASON)
