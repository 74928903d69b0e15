# SPDX-License-Identifier: MIT
"""Which real numbers of a network fp16 has not: those beyond its ends, and those too small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.graph import Graph
from npucore.running.values import Values
from npucore.tensor import Array

LARGEST = float(np.finfo(np.float16).max)
SMALLEST = float(np.finfo(np.float16).smallest_normal)
MANY = 0.5
"""The share of a tensor's numbers from which on it is said to be too small."""


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers of one tensor, over all samples.

    Parameters
    ----------
    most
        The largest magnitude.
    small
        The share of those that are not 0 which lie below fp16's smallest normal number, 2**-14.
    """

    name: str
    most: float
    small: float

    @property
    def beyond(self) -> bool:
        """Whether fp16 ends before it: at 65504."""
        return not self.most <= LARGEST

    @property
    def faint(self) -> bool:
        """Whether so much of it is too small for fp16's 11 bits."""
        return self.small > MANY


def ranges(graph: Graph, samples: Sequence[Mapping[str, Array]]) -> tuple[Range, ...]:
    """Of every tensor of real numbers in *graph*, in the order in which they are computed.

    *samples* are inputs by name. The reference computes them in float32.
    """
    values = Values(graph)
    most: dict[str, float] = {}
    small: dict[str, list[int]] = {}
    for sample in samples:
        for tensor, array in values.of(sample).items():
            if tensor.dtype.kind != "f" or not array.size:
                continue
            sizes = np.abs(array[array != 0])
            largest = float(sizes.max(initial=0))
            most[tensor.name] = max(most.get(tensor.name, 0.0), largest)
            counts = small.setdefault(tensor.name, [0, 0])
            counts[0] += int((sizes < SMALLEST).sum())
            counts[1] += sizes.size
    return tuple(
        Range(name, largest, small[name][0] / max(small[name][1], 1))
        for name, largest in most.items()
    )
