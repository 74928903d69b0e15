# SPDX-License-Identifier: MIT
"""Parts that LSTM, GRU and RNN share: directions, layouts, functions of gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from npucore.ops import Add, Concatenation, Op, RecurrentFunction, Split
from npucore.tensor import Shape, Tensor
from npucore_onnx.node import Node
from npucore_onnx.ops.gather import sliced
from npucore_onnx.value import Value, plain

FUNCTIONS = {function.value.replace("_", ""): function for function in RecurrentFunction}
DEFAULTS = {  # functions with numbers of their own -> what these are by default
    RecurrentFunction.AFFINE: (1.0, 0.0),
    RecurrentFunction.ELU: (1.0, 0.0),
    RecurrentFunction.HARD_SIGMOID: (0.2, 0.5),
    RecurrentFunction.LEAKY_RELU: (0.01, 0.0),
    RecurrentFunction.SCALED_TANH: (1.0, 1.0),
    RecurrentFunction.THRESHOLDED_RELU: (1.0, 0.0),
}
WITH_ALPHA = frozenset(DEFAULTS)
WITH_BETA = WITH_ALPHA - {
    RecurrentFunction.ELU,
    RecurrentFunction.LEAKY_RELU,
    RecurrentFunction.THRESHOLDED_RELU,
}


class Direction:
    """One direction of a recurrent node: its share of the operands."""

    def __init__(self, node: Node, number: int, count: int) -> None:
        self.node, self.number, self.count = node, number, count
        direction = node.text("direction", "forward")
        self.backwards = direction == "reverse" or number == 1

    def part(self, position: int, *, batch_first: bool = False) -> Tensor | None:
        """An operand (D, ...) without its axis of directions, or None."""
        value = self.node.optional(position)
        if value is None:
            return None
        axis = 1 if batch_first and layout(self.node) else 0
        return sliced(self.node, value, axis, self.number).tensor

    def needed(self, position: int) -> Tensor:
        """As `part`, of an operand that has to be there."""
        self.node.value(position)
        tensor = self.part(position)
        if tensor is None:
            self.node.invalid(f"operand {position} is missing")
        return tensor

    def functions(
        self, defaults: Sequence[RecurrentFunction]
    ) -> tuple[tuple[RecurrentFunction, ...], tuple[float, ...]]:
        """The gates' functions and two numbers for each."""
        count = len(defaults)
        if not self.node.has("activations"):
            return tuple(defaults), (0.0,) * (2 * count)
        given = _list(self.node, "activations")
        names = [n.decode("utf-8", "replace") for n in given if isinstance(n, bytes)]
        chosen = [self._function(name) for name in names]
        if len(chosen) != count * self.count:
            self.node.invalid(f"{len(chosen)} activations, wanted {count * self.count}")
        alphas, betas = (
            iter(_list(self.node, "activation_alpha")),
            iter(_list(self.node, "activation_beta")),
        )
        numbers: list[float] = []
        for function in chosen:
            alpha, beta = DEFAULTS.get(function, (0.0, 0.0))
            numbers.append(float(next(alphas, alpha)) if function in WITH_ALPHA else alpha)
            numbers.append(float(next(betas, beta)) if function in WITH_BETA else beta)
        mine = slice(self.number * count, (self.number + 1) * count)
        pairs = slice(2 * self.number * count, 2 * (self.number + 1) * count)
        return tuple(chosen[mine]), tuple(numbers[pairs])

    def _function(self, name: str) -> RecurrentFunction:
        if name.lower() not in FUNCTIONS:
            self.node.unsupported(f"the activation {name!r}")
        return FUNCTIONS[name.lower()]


def _list(node: Node, name: str) -> list[bytes | float]:
    value = node.record.attributes.get(name, [])
    return list(value) if isinstance(value, list | tuple) else []


def layout(node: Node) -> int:
    """1 where the batch comes first."""
    return node.integer("layout", 0)


def sequence(node: Node) -> Tensor:
    """The operand as (T, B, I)."""
    value = node.value(0)
    node.require(value.rank == 3, f"a sequence of shape {value.shape}")
    order = (1, 0, 2) if layout(node) else plain(3)
    return node.assembly.arranged(value, order)


def lengths(node: Node) -> Tensor | None:
    """The number of steps of each entry."""
    return None if node.optional(4) is None else node.tensor(4)


def halves(node: Node, bias: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    """The bias of the weights and that of the recurrent weights."""
    if bias is None:
        return None, None
    if bias.data is None:
        size = bias.shape[0] // 2
        parts = [Tensor(f"{bias.name}/{n}", (size,), bias.dtype) for n in range(2)]
        results = (parts[0], parts[1])
        node.assembly.add(Split(input=bias, results=results, axis=0, sizes=(size, size)))
        return results
    first, second = (
        Tensor(f"{bias.name}/{n}", half.shape, half.dtype, None, np.ascontiguousarray(half))
        for n, half in enumerate(np.split(bias.data, 2))
    )
    return first, second


def added(node: Node, first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """The sum of both."""
    if first is None or second is None:
        return first
    if first.data is None or second.data is None:
        return node.assembly.emit(Add, f"{first.name}/sum", first.dtype, a=first, b=second)
    data = first.data + second.data
    return Tensor(first.name, data.shape, data.dtype, None, data)


def both_ways(
    node: Node, states: int, make: Callable[[Direction, tuple[Tensor, ...]], Op]
) -> tuple[Value, ...]:
    """The node's results: what *make* gives for each direction, put together.

    *states* is how many states an op has besides its outputs; *make* gets the tensors to write.
    """
    direction = node.text("direction", "forward")
    node.require(direction in ("forward", "reverse", "bidirectional"), f"a direction {direction!r}")
    count = 2 if direction == "bidirectional" else 1
    x = sequence(node)
    recurrent = node.value(2)
    node.require(recurrent.rank == 3 and recurrent.shape[0] == count, f"{recurrent.shape} weights")
    cells, found = recurrent.shape[2], []
    for number in range(count):
        label = f"{node.label}/{number}"
        shapes: list[Shape] = [(*x.shape[:2], cells), *[(x.shape[1], cells)] * states]
        results = tuple(
            Tensor(f"{label}/{place}", shape, x.dtype) for place, shape in enumerate(shapes)
        )
        node.assembly.add(make(Direction(node, number, count), results))
        found.append(results)
    return tuple(
        _stacked(node, [results[place] for results in found], 1 if place == 0 else 0)
        for place in range(states + 1)
    )


def _stacked(node: Node, parts: list[Tensor], axis: int) -> Value:
    """(T, D, B, H) or (D, B, H), or with the batch first."""
    shape = parts[0].shape
    wider = (*shape[:axis], 1, *shape[axis:])
    wide = tuple(node.assembly.reshaped(part, wider) for part in parts)
    whole = wide[0]
    if len(wide) > 1:
        label = f"{parts[0].name}/both"
        whole = node.assembly.emit(Concatenation, label, whole.dtype, operands=wide, axis=axis)
    if not layout(node):
        return Value.of(whole)
    # (T, D, B, H) is seen as (B, T, D, H), and (D, B, H) as (B, D, H).
    return Value(whole, (2, 0, 1, 3) if len(wider) == 4 else (1, 0, 2))
