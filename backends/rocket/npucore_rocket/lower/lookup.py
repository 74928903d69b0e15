# SPDX-License-Identifier: MIT
"""Functions of one byte, a chain of ops at once -> a look-up."""

from __future__ import annotations

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Int64s
from npucore.rewrite.byte_function import ByteFunction, byte_functions
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.pointwise import Pointwise, Run, Stages, atoms_of
from npucore_rocket.lower.table import FROM_ENTRIES, STORED, answers, table
from npucore_rocket.maps import map_shape
from npucore_rocket.quantize import zero_point


def function_of(op: Op, graph: Graph) -> ByteFunction | None:
    """The function of a byte that *op* is; None if it is none."""
    return graph.once(byte_functions).of.get(op)


def folded(op: Op, graph: Graph) -> bool:
    """Whether those that read the result compute it themselves."""
    return op in graph.once(byte_functions).folded


def lower(op: Op, graph: Graph, chip: Chip) -> tuple[Pointwise, ...]:
    """One look-up; nothing for an op that those behind it compute themselves."""
    if folded(op, graph):
        return ()
    function = function_of(op, graph)
    if function is None:
        op.invalid("it is no function of one byte")
    if function.stored is None:
        raise UnsupportedError("a result of some stored number is no number")
    results = seen_by_the_chip(function.stored, function.source, op.outputs[0])
    return (looked_up(function.source, op.outputs[0], results, chip),)


def seen_by_the_chip(stored: Int64s, source: Tensor, output: Tensor) -> Int64s:
    """(256,) results for the bytes from -128 on, all of them as int8.

    *stored* is by the source's bytes read as uint8; the chip has uint8 numbers 128 less.
    """
    unsigned = source.dtype == np.uint8
    order = STORED + 128 if unsigned else STORED.astype(np.int8).view(np.uint8)
    results: Int64s = stored[order] - (128 if output.dtype == np.uint8 else 0)
    return results


def looked_up(source: Tensor, output: Tensor, results: Int64s, chip: Chip) -> Pointwise:
    """Raises `UnsupportedError` if an answer of the table were another than wanted."""
    shape, zero = map_shape(output), zero_point(output)
    if shape is None:
        raise UnsupportedError(f"{output.name} of shape {output.shape} is no feature map")
    both = table(results, zero)
    if (wrong := np.count_nonzero(answers(both, zero) != results)) > 0:
        raise UnsupportedError(f"a table that is off for {wrong} of 256 numbers")
    return Pointwise(
        source=Run(source),
        destination=Run(output),
        atoms=atoms_of(shape, chip),
        stages=Stages(out_scale=FROM_ENTRIES, out_addend=zero),
        table=both,
    )
