# SPDX-License-Identifier: MIT
"""The demonstration network on a virtual kernel, and what it holds open."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import npucore
from npucore.graph import Graph
from npucore.tensor import Array
from npucore_rocket.virtual import VirtualKernel

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
NODE = "/dev/accel/accel0"
BUFFERS = 3  # constants, activations, commands


@cache
def digits() -> Graph:
    return npucore.load(DIGITS)


def sample(seed: int = 0) -> Array:
    """An input of the network; noise will do."""
    return np.random.default_rng(seed).integers(-128, 128, digits().inputs[0].shape, np.int8)


@cache
def wanted(seed: int = 0) -> bytes:
    """What the plain simulator makes of `sample`."""
    with npucore.Session(digits(), "rocket", device="simulator") as session:
        return session.run(sample(seed))[0].tobytes()


def session(kernel: VirtualKernel, **options: Any) -> npucore.Session:
    """Every task is a job, so that a fault may come to any of them."""
    return npucore.Session(
        digits(), "rocket", device=kernel, **{"tasks": "one", "placement": "greedy", **options}
    )


def run(opened: npucore.Session, seed: int = 0) -> bytes:
    return opened.run(sample(seed))[0].tobytes()


def held(kernel: VirtualKernel) -> tuple[int, int, int]:
    """Open files, mappings, threads."""
    return len(kernel.files), kernel.mappings, threading.active_count()
