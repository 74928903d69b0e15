# SPDX-License-Identifier: MIT
"""Functions of a byte, or of one and its product with another, -> a table of 256 answers."""

from __future__ import annotations

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import (
    Erf,
    Exp,
    Floor,
    Gelu,
    HSwish,
    Log,
    Logistic,
    Mul,
    Op,
    Pointwise,
    Round,
    Sqrt,
    Tanh,
)
from npucore.rewrite.byte_function import ByteFunction, alone, byte_functions
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Layer, Points
from npucore_nvdla.maps import region
from npucore_nvdla.quantize import sign_offset

KINDS = (Erf, Exp, Floor, Gelu, HSwish, Log, Logistic, Pointwise, Round, Sqrt, Tanh)


def function_of(op: Op, graph: Graph) -> ByteFunction | None:
    """The function that a table holds for *op*; None if it is none.

    A product of a map and a function of it, as in ``x * logistic(x)``, is one.
    """
    if isinstance(op, KINDS):
        return alone(op)
    if isinstance(op, Mul):
        found = graph.once(byte_functions).of.get(op)
        if found is not None and len(found.ops) == 2 and isinstance(found.ops[0], KINDS):
            return found
    return None


def folded(op: Op, graph: Graph) -> bool:
    """Whether all that read the result are products that hold it in their own tables."""
    (result,) = op.outputs
    if result in graph.outputs or not (readers := graph.readers.get(result)):
        return False
    functions = [function_of(reader, graph) for reader in readers if isinstance(reader, Mul)]
    mine = [function for function in functions if function is not None and op in function.ops]
    return len(mine) == len(readers)


def lower(op: Op, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer; none for an op that others compute themselves. Raises `UnsupportedError`."""
    if isinstance(op, KINDS) and folded(op, graph):
        return []
    function = function_of(op, graph)
    if function is None:
        op.invalid("it is no function of one byte")
    if function.stored is None:
        raise UnsupportedError("a result of some stored number is no number")
    source, (output,) = function.source, op.outputs
    order = np.arange(-128, 128) + sign_offset(source)
    bytes_of = order if sign_offset(source) else order.astype(np.int8).view(np.uint8)
    table = (function.stored[bytes_of] - sign_offset(output)).astype(np.int16)
    target = region(output)
    return [Compute(region(source, target.shape), target, Points(table=table))]
