# SPDX-License-Identifier: MIT
"""How constants lie in memory: biases first, then weights, kernels in groups of the NPU's lanes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore_tinyacc.chip import LANES
from npucore_tinyacc.lower.layer import Int8s, Int32s

Bytes = npt.NDArray[np.uint8]
BIAS_BYTES = 4


def packed_bytes(outputs: int, weights: int) -> int:
    """Of biases and weights, *weights* of each kernel; absent kernels of the last group are 0.

    >>> packed_bytes(9, 10)
    224
    """
    return (outputs + -outputs % LANES) * (BIAS_BYTES + weights)


def pack(weights: Int8s, bias: Int32s) -> Bytes:
    """(O, KH, KW, I) and (O,) -> int32 (G * 8,), then int8 (G, KH, KW, I, 8)."""
    absent = -len(bias) % LANES
    kernels = np.pad(weights, ((0, absent), (0, 0), (0, 0), (0, 0)))
    groups = kernels.reshape(-1, LANES, *weights.shape[1:]).transpose(0, 2, 3, 4, 1)
    biases = np.pad(bias, (0, absent)).astype("<i4")
    return np.frombuffer(biases.tobytes() + groups.tobytes(), np.uint8)


def unpack(packed: Bytes, outputs: int, kernel: tuple[int, int, int]) -> tuple[Int8s, Int32s]:
    """Undo `pack`; *kernel* is (KH, KW, I).

    >>> weights = np.arange(-45, 45, dtype=np.int8).reshape(9, 1, 2, 5)
    >>> found, bias = unpack(pack(weights, np.arange(9, dtype=np.int32)), 9, (1, 2, 5))
    >>> bool((found == weights).all()), bias.tolist()
    (True, [0, 1, 2, 3, 4, 5, 6, 7, 8])
    """
    end = (outputs + -outputs % LANES) * BIAS_BYTES
    bias = packed[:end].view("<i4")[:outputs]
    groups = packed[end:].view(np.int8).reshape(-1, *kernel, LANES)
    return groups.transpose(0, 4, 1, 2, 3).reshape(-1, *kernel)[:outputs], bias
