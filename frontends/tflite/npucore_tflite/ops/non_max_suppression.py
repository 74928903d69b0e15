# SPDX-License-Identifier: MIT
"""NON_MAX_SUPPRESSION_V4, and NON_MAX_SUPPRESSION_V5."""

from __future__ import annotations

from npucore.ops import NonMaxSuppression, Op
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators


def non_max_suppression(node: Node) -> Op:
    """V4: places, and how many; all but boxes and scores are constants."""
    places, count = _two(node)
    scores = Tensor(f"{places.name}/scores", (), node.input(1).dtype)
    return _made(node, (places, scores, count), 0.0, keep=(0, 2))


def soft_non_max_suppression(node: Node) -> Op:
    """V5: places, scores, and how many; a sigma above 0 lets scores fall."""
    if len(node.results) != 3:
        node.invalid(f"{len(node.results)} results, wanted 3")
    places, scores, count = node.results
    return _made(node, (places, scores, count), node.real(5), keep=(0, 1, 2))


def _two(node: Node) -> tuple[Tensor, Tensor]:
    if len(node.results) != 2:
        node.invalid(f"{len(node.results)} results, wanted 2")
    return node.results[0], node.results[1]


def _made(
    node: Node, results: tuple[Tensor, Tensor, Tensor], sigma: float, keep: tuple[int, ...]
) -> Op:
    most = node.integer(2)
    shaped = tuple(
        Tensor(tensor.name, shape, tensor.dtype)
        for tensor, shape in zip(results, ((most,), (most,), ()), strict=True)
    )
    op = NonMaxSuppression(
        boxes=node.input(0),
        scores=node.input(1),
        results=(shaped[0], shaped[1], shaped[2]),
        most=most,
        overlap=node.real(3),
        threshold=node.real(4),
        sigma=sigma,
    )
    node.before.append(op)
    node.several([shaped[place] for place in keep])
    return op


OPERATORS: Operators = {
    "NON_MAX_SUPPRESSION_V4": non_max_suppression,
    "NON_MAX_SUPPRESSION_V5": soft_non_max_suppression,
}
