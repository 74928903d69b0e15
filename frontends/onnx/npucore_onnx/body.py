# SPDX-License-Identifier: MIT
"""Nodes that stand for another one, written down in Python."""

from __future__ import annotations

import dataclasses
from typing import Any

from npucore_onnx.node import Node
from npucore_onnx.records import NodeRecord, Operand

OPSET = 20  # the version of ONNX's operators that bodies are written in


class Body:
    """Collects the nodes that *node* stands for; calling it adds one and gives its result's name.

    An empty name is an operand that is left out.
    """

    def __init__(self, node: Node) -> None:
        self.node, self.records = node, list[NodeRecord]()
        self._prefix = f"{node.label}/{node.record.operator}/"

    def __call__(self, operator: str, *operands: str, results: int = 1, **attributes: Any) -> str:
        """Add a node of ONNX's own domain; its first result is given back."""
        names = tuple(f"{self._prefix}{len(self.records)}.{n}" for n in range(results))
        self._add(operator, operands, names, attributes)
        return names[0]

    def several(self, operator: str, *operands: str, results: int, **attributes: Any) -> list[str]:
        """As a call, with the names of all results."""
        self(operator, *operands, results=results, **attributes)
        return list(self.records[-1].results)

    def operand(self, position: int) -> str:
        """The name of an operand of the node; empty if it is left out."""
        operands = self.node.record.operands
        return operands[position].name if 0 <= position < len(operands) else ""

    def integers(self, *numbers: int) -> str:
        """A constant of integers."""
        return self("Constant", value_ints=list(numbers))

    def number(self, number: float) -> str:
        """A constant of one float."""
        return self("Constant", value_float=number)

    def done(self, *results: str) -> list[NodeRecord]:
        """The nodes; *results* are what the node's results are."""
        for wanted, name in zip(self.node.record.results, results, strict=False):
            if wanted and name:
                self._add("Identity", (name,), (wanted,), {})
        return self.records

    def _add(
        self, operator: str, operands: tuple[str, ...], results: tuple[str, ...], attributes: Any
    ) -> None:
        self.records.append(
            dataclasses.replace(
                self.node.record,
                domain="",
                operator=operator,
                operands=tuple(map(Operand, operands)),
                results=results,
                attributes=attributes,
                opset=OPSET,
                affine=None,
                proto=None,
            )
        )
