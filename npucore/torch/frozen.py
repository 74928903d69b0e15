# SPDX-License-Identifier: MIT
"""Graphs of Dynamo with the weights inside, which Dynamo hands over as inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

STATIC = "_dynamo_static_input_type"
"""Dynamo's mark of an input that is a parameter, a buffer or another tensor of the module."""


def static_places(graph: Any, inputs: Sequence[Any]) -> tuple[int, ...]:
    """Places of the inputs of a ``torch.fx.GraphModule`` that belong to the module."""
    nodes = [node for node in graph.graph.nodes if node.op == "placeholder"]
    return tuple(
        place
        for place, (node, given) in enumerate(zip(nodes, inputs, strict=True))
        if isinstance(given, torch.nn.Parameter) or STATIC in (node.meta.get("tensor_dict") or {})
    )


class Number(float):
    """A number that Dynamo hands over as a tensor, of which the graph asks the item."""

    def item(self) -> float:
        """The number."""
        return float(self)


def number_places(graph: Any) -> frozenset[int]:
    """Places of the inputs of which a ``torch.fx.GraphModule`` asks nothing but the number."""
    nodes = [node for node in graph.graph.nodes if node.op == "placeholder"]
    return frozenset(
        place
        for place, node in enumerate(nodes)
        if node.users and all(user.target == "item" for user in node.users)
    )


class Frozen(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
    """*graph* with what is *held* (place -> tensor or number) in it; called with the others."""

    def __init__(self, graph: Any, held: Mapping[int, Any]) -> None:
        super().__init__()
        self.graph, self._held = graph, tuple(sorted(held))
        self._numbers = {place: each for place, each in held.items() if not torch.is_tensor(each)}
        for place in held.keys() - self._numbers.keys():
            self.register_buffer(f"held{place}", held[place].detach())

    def forward(self, *free: Any) -> Any:
        """The outputs of the graph, a tuple."""
        given = list(free)
        for place in self._held:  # ascending, so that each finds its place
            number = self._numbers.get(place)
            given.insert(place, getattr(self, f"held{place}") if number is None else number)
        return self.graph(*given)
