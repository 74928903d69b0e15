# SPDX-License-Identifier: MIT
"""Concatenations -> nothing for operands that are written in place, else copies."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from npucore.graph import Graph
from npucore.ops import Concatenation
from npucore_vsim.alias import in_place
from npucore_vsim.axes import along
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Layer
from npucore_vsim.lower.lookup import lookup
from npucore_vsim.lower.parts import part


def lower(op: Concatenation, graph: Graph, chip: Chip) -> list[Layer]:
    """A copy for each operand that lies elsewhere, behind a look-up if its scale is another."""
    layers: list[Layer] = []
    starts = accumulate((operand.shape[op.axis] for operand in op.operands), initial=0)
    target = along(op.output, op.axis)
    for number, (operand, start) in enumerate(zip(op.operands, starts, strict=False)):
        if in_place(op, number, graph, chip):
            continue
        source = operand
        if not operand.q.same_as(op.output.q):
            name = f"{operand.name} in {op.output.name}"
            source = replace(operand, name=name, quantization=op.output.quantization)
            layers += lookup(operand, source, lambda x: x)
        layers.append(part(source, along(source, op.axis), op.output, target.at(start)))
    return layers
