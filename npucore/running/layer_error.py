# SPDX-License-Identifier: MIT
"""What quantization costs, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from npucore.contract.backend import Program
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import stored_range
from npucore.running.session import open_backend
from npucore.running.values import Values
from npucore.tensor import Array, Tensor

JUDGE = "reference"


@dataclass(frozen=True, slots=True)
class LayerError:
    """The error of one op of a quantized network against the float network.

    *total* is that of its result; *added* is what the op alone does to exact operands, None if they
    are not known. Both are ratios of root mean squares: error over float result.
    """

    op: str
    name: str
    total: float
    added: float | None


def layer_errors(
    real: Graph,
    quantized: Graph,
    samples: Sequence[Mapping[str, Array]],
    original: Callable[[str], str],
) -> list[LayerError]:
    """Errors of the ops of *quantized* whose result *real* has as well, worst first.

    *samples* are inputs by name; *original* gives a tensor's name in the float network.
    """
    floats, stored = Values(real), Values(quantized)
    sums: dict[int, list[float]] = {}
    alone = {n: _program(quantized, n) for n in range(len(quantized.ops))}
    for sample in samples:
        wanted, got = floats.of(sample), stored.of(sample)
        by_name = {tensor.name: array for tensor, array in wanted.items()}
        for number, op in enumerate(quantized.ops):
            output = op.outputs[0]
            exact = by_name.get(original(output.name))
            if len(op.outputs) != 1 or exact is None or exact.shape != output.shape:
                continue
            row = sums.setdefault(number, [0.0, 0.0, 0.0])
            row[0] += _power(exact)
            row[1] += _power(_real(got[output], output) - exact)
            operands = [
                _stored(by_name.get(original(t.name)), t) for t in op.inputs if not t.is_constant
            ]
            result = _alone(alone[number], operands)
            row[2] += np.nan if result is None else _power(_real(result, output) - exact)
    ops = quantized.ops
    found = [_error(ops[n], original(ops[n].label), *row) for n, row in sums.items()]
    return sorted(found, key=lambda error: error.total, reverse=True)


def _error(op: Op, name: str, power: float, total: float, added: float) -> LayerError:
    scale = max(power, float(np.finfo(np.float64).tiny))
    own = None if np.isnan(added) else float(np.sqrt(added / scale))
    return LayerError(op.name, name, float(np.sqrt(total / scale)), own)


def _program(graph: Graph, number: int) -> Program | None:
    op = graph.ops[number]
    part = graph.subgraph((op,))
    try:
        return open_backend(JUDGE).compile(replace(part, outputs=op.outputs))
    except UnsupportedError:
        return None


def _alone(program: Program | None, operands: Sequence[Array | None]) -> Array | None:
    known = [operand for operand in operands if operand is not None]
    if program is None or len(known) != len(operands):
        return None
    return program.run(known)[0]


def _real(stored: Array, tensor: Tensor) -> Array:
    if tensor.dtype.kind == "f" or tensor.quantization is None:
        return stored.astype(np.float64)
    real: Array = (stored.astype(np.float64) - tensor.q.zero_point) * tensor.q.scale
    return real


def _stored(real: Array | None, tensor: Tensor) -> Array | None:
    if real is None or real.shape != tensor.shape:
        return None
    if tensor.dtype.kind == "f" or tensor.quantization is None:
        return real.astype(tensor.dtype)
    numbers = np.rint(real / tensor.q.scale) + tensor.q.zero_point
    return np.clip(numbers, *stored_range(tensor.dtype)).astype(tensor.dtype)


def _power(array: Array) -> float:
    return float(np.square(array, dtype=np.float64).sum())
