# SPDX-License-Identifier: MIT
"""Random chains: ops that read maps behind others that leave them in any shape and order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

from npucore.conformance.case import Case
from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import BYTES, Maker, Problem
from npucore.graph import Graph
from npucore.ops import Activation, HSwish, Op, Pad, PoolingType, Reshape, Tanh, Transpose
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Quantization, Shape, Tensor

MOVING = (Pad, Reshape, Transpose)  # what a layer may fold
MOST_ELEMENTS = 1500
MOST_STEPS = 7
CHANNELS = (1, 2, 3, 4, 8, 12, 16, 20, 32, 33, 48, 64)


class Chain:
    """A graph that grows by random steps, each from any tensor, mostly from the latest."""

    def __init__(self, m: Maker, dtype: str) -> None:
        self.net, self.rng = Net(m, dtype), m.rng
        self.tensors: list[Tensor] = []

    def chance(self, part: float) -> bool:
        """True so often."""
        return bool(self.rng.random() < part)

    def choice(self, options: tuple[int, ...] | list[int]) -> int:
        """One of several numbers."""
        return int(self.rng.choice(options))

    def channels(self) -> int:
        """A number of channels, round or not."""
        return self.choice(CHANNELS)

    def axis(self, x: Tensor) -> int:
        """One of a tensor's axes, most often the last."""
        return len(x.shape) - 1 if self.chance(0.5) else int(self.rng.integers(len(x.shape)))

    def shape(self, elements: int, axes: int) -> Shape:
        """So many elements along so many axes; the first is often 1."""
        sizes: list[int] = []
        for _ in range(axes - 1):
            sizes.append(self.choice(_divisors(elements)) if sizes or self.chance(0.2) else 1)
            elements //= sizes[-1]
        return (*sizes, elements)

    def grow(self) -> Problem:
        """The finished chain."""
        size = (int(self.rng.integers(1, 9)), int(self.rng.integers(1, 9)), self.channels())
        self.tensors.append(self.net.input(1, *size))
        for _ in range(int(self.rng.integers(2, MOST_STEPS))):
            x = self.tensors[-1]
            if self.chance(0.25):
                x = self.tensors[int(self.rng.integers(len(self.tensors)))]
            made = STEPS[int(self.rng.integers(len(STEPS)))](self, x)
            if made is not None and made.elements <= MOST_ELEMENTS:
                self.tensors.append(made)
        if not self.net.ops:
            self.net.dense(self.tensors[0], self.channels())
        return self.net.problem()


def chain(number: int) -> Case:
    """Chain *number*: the same graph and inputs every time."""
    dtype = BYTES[number % len(BYTES)]
    return Case("graph", f"chain{number}-{dtype}", lambda m: Chain(m, dtype).grow(), "chains")


def parts(case: Case) -> Iterator[Case]:
    """Each op of a chain with what only moves values before it, on the values of the chain."""
    problem = case.build()
    graph = problem.graph
    every = Graph(
        graph.ops, graph.inputs, tuple(t for op in graph.ops for t in op.outputs), Rounding.EXACT
    )
    found = ReferenceBackend().compile(every).run(problem.inputs)
    values = dict(zip((*graph.inputs, *every.outputs), (*problem.inputs, *found), strict=True))
    for number, op in enumerate(graph.ops):
        mine = graph.subgraph(tuple(o for o in graph.ops if o in _with_moves(op, graph)))
        alone = Graph(mine.ops, mine.inputs, op.outputs, Rounding.EXACT)
        part = Problem(alone, tuple(values[tensor] for tensor in alone.inputs))
        yield Case("graph", f"{case.name}-op{number}", partial(_given, problem=part), "chains")


def _given(m: Maker, problem: Problem) -> Problem:
    return problem


def _with_moves(op: Op, graph: Graph) -> set[Op]:
    found, waiting = {op}, [op]
    while waiting:
        for tensor in waiting.pop().inputs:
            before = graph.writer.get(tensor)
            if isinstance(before, MOVING) and before not in found:
                found.add(before)
                waiting.append(before)
    return found


def _divisors(n: int) -> list[int]:
    return [d for d in range(1, n + 1) if n % d == 0]


def _map(x: Tensor) -> bool:
    return len(x.shape) == 4 and x.shape[0] == 1


def dense(c: Chain, x: Tensor) -> Tensor:
    """Rows of the last axis, of the last two, of all values, or of any number of them."""
    width = x.shape[-1]
    rows = (width, width, math.prod(x.shape[-2:]), x.elements, c.choice(_divisors(x.elements)))
    inputs = c.choice(rows)
    keep = inputs == width and c.chance(0.5)
    kind = Activation.RELU if c.chance(0.2) else Activation.NONE
    per_channel = c.net.dtype == "int8" and c.chance(0.3)
    return c.net.dense(x, c.channels(), kind, inputs, keep, per_channel)


def matmul(c: Chain, x: Tensor) -> Tensor | None:
    """Times a constant matrix."""
    return c.net.matmul(x, c.channels(), c.chance(0.5)) if len(x.shape) > 1 else None


def reshape(c: Chain, x: Tensor) -> Tensor:
    """Any shape; often one that keeps the channels, or one row."""
    axes = 1 + int(c.rng.integers(5))
    if c.chance(0.4):
        return c.net.reshape(x, *c.shape(x.elements // x.shape[-1], max(axes - 1, 1)), x.shape[-1])
    return c.net.reshape(x, *((1, x.elements) if c.chance(0.3) else c.shape(x.elements, axes)))


def transpose(c: Chain, x: Tensor) -> Tensor:
    """Any order, often that of the other layout of maps."""
    if len(x.shape) == 4 and c.chance(0.5):
        return c.net.transpose(x, *((0, 3, 1, 2) if c.chance(0.5) else (0, 2, 3, 1)))
    return c.net.transpose(x, *map(int, c.rng.permutation(len(x.shape))))


def broadcast(c: Chain, x: Tensor) -> Tensor:
    """Repeated along axes of size 1, and added to what has that shape."""
    shape = tuple(int(c.rng.integers(1, 6)) if size == 1 else size for size in x.shape)
    if math.prod(shape) > MOST_ELEMENTS:
        return c.net.add(x, x)
    wide = c.net.broadcast(x, *shape)
    others = [t for t in c.tensors if t.shape == shape]
    return c.net.add(wide, others[-1]) if others else wide


def conv(c: Chain, x: Tensor) -> Tensor | None:
    """Dense or depthwise."""
    if not _map(x):
        return None
    if c.chance(0.3):
        return c.net.depthwise(x, c.choice((1, 2)))
    per_channel = c.net.dtype == "int8" and c.chance(0.3)
    return c.net.conv(
        x, c.channels(), c.choice((1, 1, 3)), c.choice((1, 2)), per_channel=per_channel
    )


def pool(c: Chain, x: Tensor) -> Tensor | None:
    """Windows of 2 or 3."""
    kernel = c.choice((2, 3))
    if not _map(x) or min(x.shape[1:3]) < kernel:
        return None
    kind = PoolingType.AVERAGE if c.chance(0.5) else PoolingType.MAX
    return c.net.pool(x, kind, kernel, c.choice((1, 2)))


def mean(c: Chain, x: Tensor) -> Tensor | None:
    """Over rows and columns."""
    return c.net.mean(x, c.chance(0.5)) if len(x.shape) == 4 else None


def pad(c: Chain, x: Tensor) -> Tensor | None:
    """A border, which may stop being one of rows and columns."""
    return c.net.pad(x, c.choice((0, 1)), c.choice((0, 1, 2))) if len(x.shape) == 4 else None


def add(c: Chain, x: Tensor) -> Tensor:
    """To another tensor of the same shape, or to itself, requantized or not."""
    others = [t for t in c.tensors if t.shape == x.shape and t is not x]
    if others:
        return c.net.add(x, others[int(c.rng.integers(len(others)))])
    return c.net.add(x, quantize(c, x) if c.chance(0.8) else x)


def mul(c: Chain, x: Tensor) -> Tensor:
    """By its own logistic function."""
    return c.net.mul(x, c.net.logistic(x))


def number(c: Chain, x: Tensor) -> Tensor:
    """Less a constant."""
    return c.net.subtract(x, c.net.constant(x.shape, 120))


def quantize(c: Chain, x: Tensor) -> Tensor:
    """Coarser."""
    q = Quantization.per_tensor(1.7 * float(x.q.scale), int(x.q.zero_point) // 2)
    return c.net.requantize(x, q)


def concat(c: Chain, x: Tensor) -> Tensor:
    """Two layers of a map, or any two tensors of one shape; it may be one twice."""
    if _map(x) and c.chance(0.5):
        return c.net.concat(c.net.conv(x, 32), c.net.conv(x, c.channels()))
    others = [t for t in c.tensors if t.shape == x.shape]
    return c.net.concat(x, others[int(c.rng.integers(len(others)))], axis=c.axis(x))


def split(c: Chain, x: Tensor) -> Tensor | None:
    """In two along any axis."""
    axis = c.axis(x)
    if x.shape[axis] < 2:
        return None
    first = (
        16 if x.shape[axis] > 16 and c.chance(0.5) else 1 + c.choice([*range(x.shape[axis] - 1)])
    )
    return c.net.split(x, first, x.shape[axis] - first, axis=axis)[c.choice((0, 1))]


def cut(c: Chain, x: Tensor) -> Tensor:
    """A box along any axis."""
    axis = c.axis(x)
    first = int(c.rng.integers(x.shape[axis]))
    size = 1 + int(c.rng.integers(x.shape[axis] - first))
    begin = tuple(first if number == axis else 0 for number in range(len(x.shape)))
    sizes = tuple(size if number == axis else n for number, n in enumerate(x.shape))
    return c.net.slice(x, begin, sizes)


def resize(c: Chain, x: Tensor) -> Tensor | None:
    """Twice as large."""
    return c.net.resize(x, 2) if _map(x) and 4 * x.elements <= MOST_ELEMENTS else None


def depth_to_space(c: Chain, x: Tensor) -> Tensor | None:
    """Four channels to four pixels."""
    return c.net.depth_to_space(x, 2) if _map(x) and x.shape[3] % 4 == 0 else None


def table(c: Chain, x: Tensor) -> Tensor:
    """A function of every value."""
    if c.chance(0.5):
        return c.net.table(HSwish, x, 1.1 * float(x.q.scale))
    return c.net.table(Tanh, x, 1 / 128, 128 if c.net.dtype == "uint8" else 0)


STEPS: tuple[Callable[[Chain, Tensor], Tensor | None], ...] = (
    *(dense, dense, matmul, reshape, reshape, transpose, transpose, broadcast, conv, conv, pool),
    *(mean, pad, add, mul, number, quantize, concat, split, cut, resize, depth_to_space, table),
)
