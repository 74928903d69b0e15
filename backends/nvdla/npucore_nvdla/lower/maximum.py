# SPDX-License-Identifier: MIT
"""The larger one of two maps of one quantization."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Maximum, Minimum
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Algorithm, Compute, Layer, Points, Stage
from npucore_nvdla.maps import region


def lower(op: Maximum | Minimum, graph: Graph, chip: Chip) -> list[Layer]:
    """One layer."""
    a, b = (op.b, op.a) if op.a.is_constant else (op.a, op.b)
    algorithm = Algorithm.MAX if isinstance(op, Maximum) else Algorithm.MIN
    stage = Stage(addend=region(b), algorithm=algorithm)
    return [Compute(region(a), region(op.output), Points(stage))]
