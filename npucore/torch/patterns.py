# SPDX-License-Identifier: MIT
"""Operators of an exported program that may be quantized, each with what is fused to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import torch

aten = torch.ops.aten


class Role(Enum):
    """What an operator demands of the scales around it."""

    WEIGHTED = "weights and a bias beside the input"
    OWN = "a scale of its own for the output"
    SAME = "the scale of the input for the output"
    JOINED = "one scale for all inputs and the output"
    BOUNDED = "a scale that the operator itself fixes for the output"
    MOVED = "the scale of the input, and nothing is computed"


ROLES: Mapping[Any, Role] = {
    **dict.fromkeys((aten.conv1d.default, aten.conv2d.default, aten.linear.default), Role.WEIGHTED),
    **dict.fromkeys(
        (
            *(aten.add.Tensor, aten.add_.Tensor, aten.sub.Tensor, aten.mul.Tensor),
            *(aten.relu.default, aten.relu_.default, aten.leaky_relu.default),
            *(aten.hardtanh.default, aten.hardtanh_.default, aten.hardswish.default),
            *(aten.hardswish_.default, aten.mean.dim),
        ),
        Role.OWN,
    ),
    **dict.fromkeys(
        (
            *(aten.max_pool2d.default, aten.avg_pool2d.default),
            *(aten.adaptive_avg_pool2d.default, aten.upsample_nearest2d.vec),
        ),
        Role.SAME,
    ),
    aten.cat.default: Role.JOINED,
    **dict.fromkeys((aten.sigmoid.default, aten.tanh.default, aten.softmax.int), Role.BOUNDED),
    **dict.fromkeys(
        (
            *(aten.view.default, aten.reshape.default, aten.flatten.using_ints),
            *(aten.permute.default, aten.transpose.int, aten.squeeze.dim, aten.unsqueeze.default),
            *(aten.dropout.default, aten.contiguous.default, aten.clone.default),
        ),
        Role.MOVED,
    ),
}
BOUNDS: Mapping[Any, tuple[float, float]] = {
    aten.sigmoid.default: (0.0, 1.0),
    aten.softmax.int: (0.0, 1.0),
    aten.tanh.default: (-1.0, 1.0),
}
"""The range of what an operator of `Role.BOUNDED` gives."""

FUSING = (
    *(aten.conv1d.default, aten.conv2d.default, aten.linear.default),
    *(aten.add.Tensor, aten.add_.Tensor),
)
"""Operators that clamp their result as well, where an activation follows."""

BINARY = (aten.add.Tensor, aten.add_.Tensor, aten.sub.Tensor, aten.mul.Tensor)
ACTIVATIONS = (
    *(aten.relu.default, aten.relu_.default, aten.hardtanh.default, aten.hardtanh_.default),
)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """An operator (a ``torch.fx.Node``), and the one that gives its result: an activation or it."""

    node: Any
    last: Any
    role: Role

    @property
    def nodes(self) -> tuple[Any, ...]:
        """Both, or the one."""
        return (self.node,) if self.node is self.last else (self.node, self.last)

    @property
    def inputs(self) -> list[Any]:
        """The nodes whose results it reads, but for weights and bias, each once."""
        node, first = self.node, self.node.args[0]
        if self.role is Role.JOINED:
            return list(dict.fromkeys(first))
        read = node.args[:2] if node.target in BINARY else (first,)
        return list(dict.fromkeys(arg for arg in read if isinstance(arg, torch.fx.Node)))


def patterns(graph: Any) -> Iterator[Pattern]:
    """What may be quantized in a ``torch.fx.Graph``, in its order: float operators."""
    inside = set[Any]()
    for node in graph.nodes:
        role = ROLES.get(node.target) if node.op == "call_function" else None
        if role is None or node in inside or not _is_float(node):
            continue
        last = node
        if node.target in FUSING and len(node.users) == 1:
            (after,) = node.users
            last = after if after.target in ACTIVATIONS else node
        pattern = Pattern(node, last, role)
        if node.target in BINARY and not all(map(_is_float, node.args[:2])):
            continue
        inside.update(pattern.nodes)
        yield pattern


def _is_float(node: Any) -> bool:
    """Whether it gives a tensor of float32; a number among the arguments does not."""
    value = node.meta.get("val") if isinstance(node, torch.fx.Node) else None
    return isinstance(value, torch.Tensor) and value.dtype == torch.float32
