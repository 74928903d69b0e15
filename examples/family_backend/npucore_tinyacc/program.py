# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from npucore.family.code import CONSTANTS, Address, Bytes, Compiled, Port
from npucore.family.placing import Use, View, place_views
from npucore.graph import Graph
from npucore.hw.arena import ALIGNMENT
from npucore.ops import Reshape
from npucore.tensor import Tensor
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.emit import emit
from npucore_tinyacc.layout import pack
from npucore_tinyacc.lower.layer import Add, Convolve, Layer
from npucore_tinyacc.plan import Plan
from npucore_tinyacc.stream import TASK_BYTES
from npucore_tinyacc.task import Task

TinyaccCompiled = Compiled[Chip, Task]


def compile_graph(graph: Graph, plans: Mapping[int, Plan], chip: Chip) -> TinyaccCompiled:
    """Place maps and constants, then emit every task; *plans* by index of the op."""
    layers = [plan.layer for plan in plans.values()]
    placed = place_views(_views(graph), list(_uses(graph, layers)))
    constants, parts = _constants(layers)
    tasks = tuple(
        emit(op, plan.layer, tile, placed.offsets, at)
        for (op, plan), at in zip(plans.items(), parts, strict=True)
        for tile in plan.tiles
    )
    return Compiled(
        chip=chip,
        jobs=tasks,
        constants=constants,
        inputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.inputs),
        outputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.outputs),
        activations_bytes=placed.size_bytes,
        commands_bytes=len(tasks) * TASK_BYTES,
    )


def _views(graph: Graph) -> dict[Tensor, View]:
    """A reshaped map has the bytes of its operand."""
    found: dict[Tensor, View] = {}
    for op in graph.ops:
        if isinstance(op, Reshape):
            found[op.output] = found.get(op.input, View(op.input))
    return found


def _uses(graph: Graph, layers: Sequence[Layer]) -> Iterator[Use]:
    """Inputs are there before the first step, outputs until behind the last."""
    for tensor in graph.inputs:
        yield Use(tensor, tensor.size_bytes, -1)
    for step, layer in enumerate(layers):
        second = (layer.second,) if isinstance(layer, Add) else ()
        for tensor in (layer.source, *second, layer.destination):
            yield Use(tensor, tensor.size_bytes, step)
    for tensor in graph.outputs:
        yield Use(tensor, tensor.size_bytes, len(layers))


def _constants(layers: Sequence[Layer]) -> tuple[Bytes, list[Address]]:
    """Every layer's biases and weights, one behind the other, and where they are."""
    parts, places, end = [np.zeros(0, np.uint8)], [], 0
    for layer in layers:
        places.append(Address(CONSTANTS, end))
        if isinstance(layer, Convolve):
            packed = pack(layer.weights, layer.bias)
            parts.append(np.pad(packed, (0, -packed.size % ALIGNMENT)))
            end += parts[-1].size
    return np.concatenate(parts), places
