# SPDX-License-Identifier: MIT
"""A function of one byte behind a convolution -> the convolution's own task looks it up.

Its sums are not rounded before the table, so that an answer lies between those for the two stored
numbers around the sum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from npucore.graph import Graph
from npucore.ops import Activation, Convolution, Op
from npucore.quantize import Int64s
from npucore_rocket.chip import Chip
from npucore_rocket.lower import convolution
from npucore_rocket.lower.channels import divided
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.lookup import folded, function_of, seen_by_the_chip
from npucore_rocket.lower.table import BEHIND_BITS, table_behind
from npucore_rocket.quantize import fixed_scale, zero_point

STEEPEST = 2  # LSB from the answer for a stored number to the next: halfway between is 1 from both


def lower(op: Op, graph: Graph, chip: Chip) -> tuple[Layer, ...] | None:
    """The convolution with the table, for the op whose result it is; None where it cannot be.

    Nothing for the convolution itself, and for what lies between.
    """
    if isinstance(op, Convolution):
        behind = _behind(op, graph)
        return None if behind is None or _fused(behind, graph, chip) is None else ()
    last = op if not folded(op, graph) else _last(op, graph)
    found = None if last is None else _fused(last, graph, chip)
    if found is None:
        return None
    return (found,) if last is op else ()


def _behind(op: Convolution, graph: Graph) -> Op | None:
    """The op that is a function of the convolution's result alone, if nothing else reads it."""
    readers = graph.readers.get(op.output, ())
    ends = {_last(reader, graph) for reader in readers}
    if op.output in graph.outputs or len(ends) != 1:
        return None
    return ends.pop()


def _last(op: Op, graph: Graph) -> Op | None:
    """The op whose function *op* is computed in: itself, or the one behind it that is."""
    while folded(op, graph):
        readers = graph.readers[op.outputs[0]]
        op = readers[-1]
    return op if function_of(op, graph) is not None else None


def _fused(op: Op, graph: Graph, chip: Chip) -> Layer | None:
    function = function_of(op, graph)
    writer = None if function is None else graph.writer.get(function.source)
    if function is None or not isinstance(writer, Convolution) or function.stored is None:
        return None
    if writer.activation is not Activation.NONE or _behind(writer, graph) is not op:
        return None
    source, output = function.source, op.outputs[0]
    results = seen_by_the_chip(function.stored, source, output)
    if not gentle(results):
        return None
    parts = divided(convolution.lower(writer, graph), chip)
    scale = fixed_scale(float(parts[0].scales.max()))
    if len(parts) > 1 or scale is None or scale.shift < BEHIND_BITS:
        return None
    return replace(
        parts[0],
        destination=output,
        destination_zero_point=zero_point(output),
        table=table_behind(results, zero_point(source), zero_point(output)),
    )


def gentle(results: Int64s) -> bool:
    """Whether no answer is further than 1 from those for both stored numbers around it."""
    return bool(np.abs(np.diff(results)).max() <= STEEPEST)
