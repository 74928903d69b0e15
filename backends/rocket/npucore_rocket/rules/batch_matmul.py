# SPDX-License-Identifier: MIT
"""Rules of products of two computed matrices of real numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import BatchMatmul, Op, Reshape, Transpose
from npucore_rocket.lower.batch_matmul import matrices
from npucore_rocket.rules.halves import MOST_KERNELS
from npucore_rocket.rules.limits import Limits
from npucore_rocket.rules.views import Joints

MOST_CHANNELS = 8192  # rocket hardware reference 8.9: a field of 13 bits overflows silently
MOST_PIXELS = 1 << 20  # of all first matrices: surfaces that their strides reach


@dataclass(frozen=True, slots=True)
class Products:
    """Rules that depend on the chip, by its *limits*; ops of *kinds* may run on it."""

    limits: Limits
    kinds: tuple[type[Op], ...]

    def two_matrices(self, op: BatchMatmul, graph: Graph) -> str | None:
        """Pairs of matrices, the first not transposed: at most 8192 inner values."""
        if op.transpose_a:
            return "its first operand is transposed"
        if op.b.is_constant or op.a.is_constant:
            return "one of its operands is constant"
        inner, pixels = op.a.shape[-1], math.prod(op.a.shape[:-1])
        if min(op.a.shape + op.b.shape) == 0:
            return "it has no elements"
        if inner > MOST_CHANNELS:
            return f"matrices of {inner} inner values, at most {MOST_CHANNELS}"
        return None if pixels <= MOST_PIXELS else f"{pixels} rows, at most {MOST_PIXELS}"

    def few_columns(self, op: BatchMatmul, graph: Graph) -> str | None:
        """At most 4096 columns: after more, a core hung in its next job."""
        columns = op.output.shape[-1]
        return None if columns <= MOST_KERNELS else f"{columns} columns, at most {MOST_KERNELS}"

    def second_from_outside(self, op: BatchMatmul, graph: Graph) -> str | None:
        """The second operand comes from the CPU, which lays it out as weights, for nothing else."""
        wanted = matrices(op)
        for reader in graph.readers.get(op.b, ()):
            if not isinstance(reader, BatchMatmul) or reader.a is op.b:
                return f"{reader.name} reads its second operand, too"
            if matrices(reader) != wanted:
                return "its second operand is read in two ways"
        if op.b in graph.outputs:
            return "its second operand is a result, too"
        writer = graph.writer.get(op.b)
        if writer is None:
            return None
        if isinstance(writer, Reshape | Transpose):
            stays = Joints(self.limits).nothing_moved(writer, graph) is None
            return "its second operand is a map of the NPU's" if stays else None
        if isinstance(writer, self.kinds):
            return f"its second operand may come from the NPU itself ({writer.name})"
        return None
