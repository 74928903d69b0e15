# SPDX-License-Identifier: MIT
"""A small network on a virtual kernel, and what it holds open."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np

import npucore
from npucore.graph import Graph
from npucore.ops import Convolution, Op, Padding, Pooling, PoolingType
from npucore_nvdla.virtual import VirtualKernel
from tests.material.nvdla.graphs import feature_map, graph, samples, weights

TASKS = 6  # of the network


@cache
def network() -> Graph:
    """Convolutions and pools by turns."""
    ops: list[Op] = []
    x = feature_map("x", 1, 9, 9, 8)
    for number in range(TASKS // 2):
        kernels = np.random.default_rng(number).integers(-127, 128, (8, 3, 3, 8), np.int8)
        _, rows, columns, channels = x.shape
        convolved = feature_map(f"convolved {number}", 1, rows, columns, channels)
        ops.append(
            Convolution(
                input=x,
                weights=weights(kernels, scale=0.001),
                output=convolved,
                padding=Padding(1, 1, 1, 1),
            )
        )
        x = feature_map(f"pooled {number}", 1, rows - 1, columns - 1, channels)
        ops.append(
            Pooling(input=convolved, output=x, type=PoolingType.MAX, kernel=(2, 2), stride=(1, 1))
        )
    return graph(*ops)


@cache
def wanted() -> bytes:
    """What the plain simulator makes of it."""
    with npucore.Session(network(), "nvdla", device="simulator", strict=True) as opened:
        return run(opened)


def session(kernel: VirtualKernel, **options: Any) -> npucore.Session:
    return npucore.Session(network(), "nvdla", device=kernel, strict=True, **options)


def run(opened: npucore.Session) -> bytes:
    return opened.run(*samples(network()))[0].tobytes()


def held(kernel: VirtualKernel) -> tuple[int, int, int]:
    """Open files, mappings, threads."""
    return len(kernel.files), kernel.mappings, threading.active_count()
