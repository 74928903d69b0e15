# SPDX-License-Identifier: MIT
"""How inputs and outputs lie in memory, and how inputs get there."""

from __future__ import annotations

import math

import numpy as np

from npucore.family.code import Bytes, Port
from npucore.tensor import Array
from npucore_rocket import layout
from npucore_rocket.chip import Chip
from npucore_rocket.maps import HALF, cube_of
from npucore_rocket.matrices import Matrices, pack_matrices


def view(memory: Bytes, port: Port, chip: Chip) -> Array:
    """(C1, H, W, channels of an atom), in place; flat for matrices that lie as weights."""
    if isinstance(port.form, Matrices):
        return memory[port.offset :][: port.form.all_bytes(chip.of(HALF))].view(np.float16)
    shape, dtype = cube_of(port.tensor, chip)
    return memory[port.offset :][: math.prod(shape) * dtype.itemsize].view(dtype).reshape(shape)


def pack(array: Array, seen: Array, port: Port, chip: Chip) -> None:
    """An input to its *seen* place. Raises `InputError` for what fp16 has not."""
    if isinstance(port.form, Matrices):
        pack_matrices(array, seen, port.form.transposed, chip.of(HALF))
    else:
        layout.pack(array.reshape(*seen.shape[1:3], port.shape[-1]), seen)
