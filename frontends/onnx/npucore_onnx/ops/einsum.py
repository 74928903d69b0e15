# SPDX-License-Identifier: MIT
"""Einsum."""

from __future__ import annotations

from npucore.ops import Einsum
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

LARGEST_NAMES = 52  # that numpy takes
FIRST_ELLIPSIS = 256  # names of axes that the equation does not name


def einsum(node: Node) -> Value:
    """Read the operator; axes behind an ellipsis are counted from the back."""
    equation = node.text("equation").replace(" ", "")
    left, arrow, right = equation.partition("->")
    operands = tuple(node.tensor(position) for position in range(len(node.operands)))
    terms = left.split(",")
    node.require(len(terms) == len(operands), f"{len(operands)} operands for {equation!r}")
    pairs = zip(terms, operands, strict=True)
    names = tuple(_names(node, term, len(operand.shape)) for term, operand in pairs)
    widest = max(sum(name >= FIRST_ELLIPSIS for name in term) for term in names)
    rest = [FIRST_ELLIPSIS + place for place in range(widest - 1, -1, -1)]
    letters = left.replace(".", "").replace(",", "")
    if arrow:
        head, dots, tail = right.partition("...")
        axes = [*map(ord, head), *(rest if dots else []), *map(ord, tail)]
    else:
        axes = [*rest, *sorted(ord(c) for c in set(letters) if letters.count(c) == 1)]
    short = {name: place for place, name in enumerate(sorted({n for t in names for n in t}))}
    node.require(set(axes) <= short.keys() and len(short) <= LARGEST_NAMES, f"axes {right!r}")
    names = tuple(tuple(short[name] for name in term) for term in names)
    axes = [short[name] for name in axes]
    return node.emit(
        Einsum, dtype=operands[0].dtype, operands=operands, names=names, axes=tuple(axes)
    )


def _names(node: Node, term: str, rank: int) -> tuple[int, ...]:
    head, dots, tail = term.partition("...")
    count = rank - len(head) - len(tail)
    node.require(count >= 0 and (bool(dots) or count == 0), f"{term!r} names {rank} axes")
    rest = (FIRST_ELLIPSIS + place for place in range(count - 1, -1, -1))
    return (*map(ord, head), *rest, *map(ord, tail))


OPERATORS: Operators = {"Einsum": einsum}
