# SPDX-License-Identifier: MIT
"""A small network on a virtual kernel, and what it holds open."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np

import npucore
from npucore.graph import Graph
from npucore.ops import Pooling, PoolingType
from npucore.tensor import Array
from npucore_vsim.virtual import VirtualKernel
from tests.material.vsim.compared import pointwise, tensor

NODE = "/dev/dri/renderD128"
BUFFERS = 4  # constants, activations, commands, receipt


@cache
def network() -> Graph:
    """Two convolutions and a pool: NN and TP jobs, transposes at both ends."""
    x = tensor("x", 1, 4, 6, 3)
    first = pointwise(x, "a", 5)
    second = pointwise(first.output, "b", 4)
    pool = Pooling(
        input=second.output,
        output=tensor("y", 1, 2, 3, 4),
        type=PoolingType.MAX,
        kernel=(2, 2),
        stride=(2, 2),
    )
    return Graph((first, second, pool), (x,), (pool.output,))


def sample(seed: int = 0) -> Array:
    """An input of the network; noise will do."""
    return np.random.default_rng(seed).integers(0, 256, network().inputs[0].shape, np.uint8)


@cache
def wanted(seed: int = 0) -> bytes:
    """What the plain simulator makes of `sample`."""
    with npucore.Session(network(), "vsim", device="simulator") as session:
        return session.run(sample(seed))[0].tobytes()


def session(kernel: VirtualKernel, **options: Any) -> npucore.Session:
    return npucore.Session(network(), "vsim", device=kernel, strict=True, **options)


def run(opened: npucore.Session, seed: int = 0) -> bytes:
    return opened.run(sample(seed))[0].tobytes()


def held(kernel: VirtualKernel) -> tuple[int, ...]:
    """Open files, files of fences, buffers, mappings, threads."""
    files = len(kernel.files), len(kernel.sync_files)
    return *files, kernel.handles, kernel.mappings, threading.active_count()
