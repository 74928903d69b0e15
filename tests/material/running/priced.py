# SPDX-License-Identifier: MIT
"""A backend with tastes and stated costs, and a host whose ops cost what they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from npucore.contract.cost import Bound, Copies, OpCost, Overhead
from npucore.graph import Graph
from npucore.ops import Op
from npucore.running.host import Host
from tests.material.running.graphs import Picky

COPY = Copies(whole=1.0, ragged=1.0, few=1.0)


class Priced(Picky):
    """Says what each op costs: *seconds* by the label of the op, 0 for others."""

    def __init__(
        self,
        taste: Callable[[Op, Graph], bool],
        seconds: Mapping[str, float],
        crossing: float = 0.0,
        name: str = "priced",
    ) -> None:
        super().__init__(taste, name)
        self.seconds, self.crossing = seconds, crossing
        self.asked = 0

    def predict(self, graph: Graph) -> list[OpCost]:
        self.asked += 1
        return [
            OpCost(index, self.seconds.get(op.label, 0.0), 0.0, 0, 0.0, Bound.MACS)
            for index, op in enumerate(graph.ops)
        ]

    def overhead(self) -> Overhead | None:
        """Tensors of four floats take *crossing* seconds at `FixedHost`'s speed."""
        times = Copies(self.crossing, self.crossing, self.crossing)
        return Overhead(0.0, 0.0, 0.0, 0.0, 16, times, times)


class Silent(Priced):
    """Has a model of ops, but not of what surrounds them."""

    def overhead(self) -> Overhead | None:
        return None


class FixedHost(Host):
    """Each op takes *seconds*, a call *call*; 16 bytes a second are copied."""

    def __init__(self, seconds: Mapping[str, float], call: float = 0.0) -> None:
        super().__init__()
        self._by_label, self._call = seconds, call

    @property
    def copy_bytes(self) -> float:
        return 16.0

    def seconds(self, op: Op) -> float:
        return self._by_label.get(op.label, 0.0)

    def call_seconds(self) -> float:
        return self._call
