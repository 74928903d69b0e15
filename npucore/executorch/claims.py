# SPDX-License-Identifier: MIT
"""Which operators of an edge program the chosen backends take, in sets that can be delegated."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from npucore.executorch.program import calls, onnx_of
from npucore.faces.claims import Judge, Refusal, convex
from npucore.faces.network import Network, NodeRecord
from npucore.faces.onnx_model import network_of, tracing_frontend
from npucore.faces.settings import Settings
from npucore.torch.marks import marked

NAME = "the program"
SPLIT = "its numbers come from an operator that is not taken"


class Claims:
    """Sets of nodes of *program*, and why the others are in none.

    The backends are asked about the ONNX nodes that an operator becomes; it is taken if all of
    them are. Raises `UnsupportedError` for a program that cannot be exported.
    """

    def __init__(self, program: Any, weights: Mapping[str, Any], settings: Settings) -> None:
        self._nodes = {node.name: node for node in calls(program)}
        network = network_of(onnx_of(program, weights, optimize=False), NAME)
        self._places: dict[str, list[int]] = {name: [] for name in self._nodes}
        self._names = [str(marked(node.proto)) for node in network.nodes]
        for place, name in enumerate(self._names):
            self._places[name].append(place)
        self._judge = Judge(network, tracing_frontend(), settings.choices(os.environ))
        self._graph = _graph(program, self._nodes)
        self.refusals: dict[str, Refusal] = {}
        self.groups = self._claimed()

    def _claimed(self) -> list[list[Any]]:
        self._refuse(self._judge.claims().refusals)
        names = list(self._nodes)
        while True:
            taken = {place for place, name in enumerate(names) if name not in self.refusals}
            groups = [[names[place] for place in group] for group in convex(self._graph, taken)]
            for group in groups:
                places = [place for name in group for place in self._places[name]]
                if refused := self._judge.judged(places):
                    self._refuse(refused)
                    break
            else:
                return [[self._nodes[name] for name in group] for group in groups]

    def _refuse(self, refusals: Mapping[int, Refusal]) -> None:
        for place, refusal in refusals.items():
            self.refusals.setdefault(self._names[place], refusal)
        for name, node in self._nodes.items():  # what no ONNX node stands for goes with its writer
            lost = any(before.name in self.refusals for before in node.all_input_nodes)
            if not self._places[name] and lost:
                self.refusals.setdefault(name, Refusal(SPLIT))


def _graph(program: Any, nodes: Mapping[str, Any]) -> Network:
    """The operators and what they read, for `convex`."""
    inputs = set(program.graph_signature.user_inputs)
    given = [node.name for node in program.graph.nodes if node.op == "placeholder"]
    records = [
        NodeRecord(0, str(node.target), name, _read(node), (name,), None)
        for name, node in nodes.items()
    ]
    constants = {name: None for name in given if name not in inputs}
    outputs: Sequence[str] = program.graph_signature.user_outputs
    return Network(NAME, records, {}, constants, sorted(inputs), outputs, {}, 0)


def _read(node: Any) -> tuple[str, ...]:
    return tuple(before.name for before in node.all_input_nodes)
