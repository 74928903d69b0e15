# SPDX-License-Identifier: MIT
"""Mesa's rocket driver as a backend: the ops that it takes, timed by this project's model.

Mesa takes convolutions with one scale, those that are depthwise with a multiplier of 1, none with
dilation, and additions that it fuses into the convolution before; one job for each op, its tasks
joined. Source: src/gallium/drivers/rocket in Mesa main, 2026-10 (facts of 2026-11, B6, E).
"""

from __future__ import annotations

from npucore.contract.backend import Availability, Backend, Capabilities, Program, Verdict
from npucore.contract.cost import OpCost, Overhead
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Convolution, Op
from npucore.tensor import Tensor
from npucore_rocket import RocketBackend


class MesaBackend(Backend):
    """Takes what Mesa takes, if this project's compiler does as well, at its costs."""

    name = "mesa"
    capabilities = Capabilities(summary="Mesa's placement in npucore's model", ops={})

    def __init__(self, clock: float) -> None:
        super().__init__()
        self._rocket = RocketBackend(
            device="simulator", trust="sibling", tasks="joined", clock=clock
        )

    def availability(self) -> Availability:
        """As rocket's simulator."""
        return self._rocket.availability()

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """The rules of Mesa, then those of this project."""
        if not _taken(op, graph):
            return Verdict("Mesa has no such layer")
        return self._rocket.supports(op, graph)

    def predict(self, graph: Graph) -> list[OpCost]:
        """Of the same tasks."""
        return self._rocket.predict(graph)

    def overhead(self) -> Overhead:
        """Of the same kernel."""
        return self._rocket.overhead()

    def compile(self, graph: Graph) -> Program:
        """Raises `UnsupportedError`: its time is modelled, and nothing run."""
        raise UnsupportedError("Mesa's placement is modelled, not run")


def _taken(op: Op, graph: Graph) -> bool:
    if isinstance(op, Convolution):
        plain = op.weights.q.axis is None if op.weights.quantization else False
        single = op.groups == 1 or (op.depthwise and op.output.shape[3] == op.input.shape[3])
        return plain and single and op.dilation == (1, 1)
    return isinstance(op, Add) and any(_convolved(tensor, graph) for tensor in (op.a, op.b))


def _convolved(tensor: Tensor, graph: Graph) -> bool:
    """Whether a convolution writes it that nothing else reads."""
    writer = graph.writer.get(tensor)
    if not isinstance(writer, Convolution) or not _taken(writer, graph):
        return False
    return len(graph.readers[tensor]) == 1
