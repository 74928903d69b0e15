# SPDX-License-Identifier: MIT
"""Cases of rules that are `shown`: convolutions as other parties have seen them run, and a matrix.

A scale for each channel is made of such convolutions, whose outputs saturate. A matrix is lowered
to a convolution of one window; no run of one as such is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution
from npucore.tensor import Quantization, Tensor
from npucore_vsim.selftest.graphs import (
    UINT8,
    convolution,
    fully_connected,
    graph,
    scaled,
    tensor,
)

SIDE, CHANNELS = 12, 8


def plain() -> Graph:
    """3 x 3 with a border, between transposes; few enough kernels for all chips."""
    return graph(convolution(tensor("x", 1, SIDE, SIDE, CHANNELS), 2 * CHANNELS))


def _halving() -> Graph:
    """The output is the input, halved: every other byte ends on a half."""
    source = tensor("x", 1, SIDE, SIDE, CHANNELS, scale=0.5, zero=128)
    data = np.eye(CHANNELS, dtype=np.uint8).reshape(CHANNELS, 1, 1, CHANNELS)
    identity = Tensor("w", data.shape, UINT8, Quantization.per_tensor(1.0, 0), data)
    output = tensor("y", *source.shape, scale=1.0, zero=128)
    return graph(Convolution(input=source, weights=identity, output=output))


def _by_twos() -> Graph:
    return graph(convolution(tensor("x", 1, SIDE, SIDE, CHANNELS), 2 * CHANNELS, stride=2))


def _depthwise() -> Graph:
    return graph(convolution(tensor("x", 1, SIDE, SIDE, CHANNELS), CHANNELS, depthwise=True))


def _by_channel() -> Graph:
    """Few enough kernels for all chips, with segments of their ranges beside each other."""
    layer = convolution(tensor("x", 1, SIDE, SIDE, CHANNELS), 4)
    return graph(scaled(layer, 1.0, 0.9, 0.8, 0.7))


def _matrix() -> Graph:
    return graph(fully_connected(tensor("x", 1, 96), 2 * CHANNELS))


SHOWN: Mapping[str, Callable[[], Graph]] = {
    "rounding of halves": _halving,
    "a convolution by twos": _by_twos,
    "a depthwise convolution": _depthwise,
    "a scale for each channel": _by_channel,
    "a matrix": _matrix,
}
