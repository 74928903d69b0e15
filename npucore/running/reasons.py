# SPDX-License-Identifier: MIT
"""Sentences about ops that the CPU does sooner than the device that would take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from npucore.contract.backend import Backend
from npucore.graph import Graph
from npucore.ops import Op
from npucore.running.prices import Prices
from npucore.tensor import Tensor

MILLI = 1e3


def reasons(
    graph: Graph, prices: Prices, owners: Mapping[Op, Backend], moved: AbstractSet[Op]
) -> dict[Op, str]:
    """Why each op of *moved* is better on the CPU than where *owners* has it, with both times.

    Ops that hang together are weighed together.
    """
    found = {}
    for part in connected(graph, owners, moved):
        backend = owners[next(iter(part))]
        staying = {op for op, owner in owners.items() if owner is backend} - moved
        said = _reason(graph, prices, backend, part, staying)
        found.update(dict.fromkeys(part, said))
    return found


def _reason(
    graph: Graph, prices: Prices, backend: Backend, part: AbstractSet[Op], staying: set[Op]
) -> str:
    tensors = dict.fromkeys(t for op in part for t in (*op.inputs, *op.outputs))
    touched = [tensor for tensor in tensors if not tensor.is_constant]
    there = sum(map(prices.there, part))
    there += sum(_ways(graph, prices, backend, tensor, staying | part) for tensor in touched)
    here = sum(map(prices.here, part))
    here += sum(_ways(graph, prices, backend, tensor, staying) for tensor in touched)
    if any(neighbour in staying for op in part for neighbour in _neighbours(graph, op)):
        return f"at the border of a run: {_ms(there)} there, {_ms(here)} here"
    who = "alone" if len(part) == 1 else f"a run of {len(part)} ops"
    there += prices.start_seconds(backend)
    return f"{who} between CPU ops: {_ms(there)} to go there, {_ms(here)} here"


def _ways(
    graph: Graph, prices: Prices, backend: Backend, tensor: Tensor, device: AbstractSet[Op]
) -> float:
    """Crossings of a tensor if the ops of *device* run there."""
    readers = graph.readers.get(tensor, ())
    if graph.writer.get(tensor) in device:
        wanted = prices.ends.leaves(tensor) or any(reader not in device for reader in readers)
        return prices.crossing(tensor, backend, False) if wanted else 0.0
    entering = any(reader in device for reader in readers)
    return prices.crossing(tensor, backend, True) if entering else 0.0


def connected(
    graph: Graph, owners: Mapping[Op, Backend], moved: AbstractSet[Op]
) -> Iterator[AbstractSet[Op]]:
    """Ops of *moved* that hang together and would be on one backend, in the graph's order."""
    left = {op: None for op in graph.ops if op in moved}
    while left:
        first = next(iter(left))
        del left[first]
        part, queue = {first: None}, [first]
        while queue:
            for neighbour in _neighbours(graph, queue.pop()):
                if neighbour in left and owners[neighbour] is owners[first]:
                    del left[neighbour]
                    part[neighbour] = None
                    queue.append(neighbour)
        yield part.keys()


def _neighbours(graph: Graph, op: Op) -> Iterator[Op]:
    """Ops that write what *op* reads, or read what it writes."""
    for tensor in op.inputs:
        if tensor in graph.writer:
            yield graph.writer[tensor]
    for tensor in op.outputs:
        yield from graph.readers.get(tensor, ())


def _ms(seconds: float) -> str:
    """To two digits.

    >>> _ms(0.00123), _ms(0.0000123)
    ('1.2 ms', '0.012 ms')
    """
    return f"{seconds * MILLI:.2g} ms"
