# SPDX-License-Identifier: MIT
"""Kernels in the forms that the NN cores take."""

from __future__ import annotations

import numpy as np

from npucore_vsim.lower.layer import Bytes

SMALLEST_KERNEL = 2  # of an image of one channel


def dense(weights: Bytes, groups: int, zero: int) -> Bytes:
    """(O, C/groups, KH, KW) -> (O, C, KH, KW), real 0 outside of each group's channels."""
    count, each, *kernel = weights.shape
    full = np.full((count, groups * each, *kernel), zero, np.uint8)
    kernels = count // groups
    for group in range(groups):
        mine = slice(group * kernels, (group + 1) * kernels)
        full[mine, group * each : (group + 1) * each] = weights[mine]
    return full


def widened(weights: Bytes, zero: int) -> Bytes:
    """A kernel of 2 x 2 with a single tap: images of one channel need that. Source: Mesa."""
    wide = np.full((len(weights), 1, SMALLEST_KERNEL, SMALLEST_KERNEL), zero, np.uint8)
    wide[:, :, :1, :1] = weights
    return wide
