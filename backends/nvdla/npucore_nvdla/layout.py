# SPDX-License-Identifier: MIT
"""Arrays <-> the bytes that the hardware reads and writes. Every packer has an inverse.

Source: hardware reference 2.4.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.tensor import Array
from npucore_nvdla.chip import WEIGHTS_ALIGNMENT, Chip

Bytes = npt.NDArray[np.uint8]
Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
SIGN = np.uint8(0x80)


def signed(stored: Array) -> Int8s:
    """uint8 values as int8 ones 128 below; int8 values as they are."""
    if stored.dtype == np.uint8:
        return (stored ^ SIGN).view(np.int8)
    return stored.view(np.int8)


def pack_map(stored: Array, out: Int8s) -> None:
    """(H, W, C) uint8 or int8 -> the first channels of (C1, H, W, A), in place."""
    atom = out.shape[3]
    values = signed(np.ascontiguousarray(stored))
    whole = values.shape[2] // atom
    if whole:
        atoms = np.ascontiguousarray(values[..., : whole * atom]).view(f"V{atom}")
        out[:whole].view(f"V{atom}")[..., 0] = atoms.transpose(2, 0, 1)
    if rest := values.shape[2] - whole * atom:
        out[whole, :, :, :rest] = values[..., whole * atom :]


def unpack_map(cube: Int8s, channels: int, dtype: np.dtype[np.generic]) -> Array:
    """Undo `pack_map`: (C1, H, W, A) int8 -> (H, W, C) uint8 or int8."""
    surfaces, height, width, atom = cube.shape
    out = np.empty((height, width, surfaces, atom), np.int8)
    out.view(f"V{atom}")[..., 0] = cube.view(f"V{atom}")[..., 0].transpose(1, 2, 0)
    pixels: Array = np.ascontiguousarray(out.reshape(height, width, -1)[..., :channels])
    if dtype == np.uint8:
        return pixels.view(np.uint8) ^ SIGN
    return pixels


def weights_bytes(weights: int) -> int:
    """Of so many weights.

    >>> weights_bytes(1287)
    1408
    """
    return -(-weights // WEIGHTS_ALIGNMENT) * WEIGHTS_ALIGNMENT


def pack_weights(weights: Int8s, chip: Chip) -> Bytes:
    """(K, KH, KW, C) -> groups of kernels, blocks of channels, taps, kernels, channels."""
    out, group = np.zeros(weights_bytes(weights.size), np.int8), chip.atomic_k
    flat = weights.reshape(len(weights), -1, weights.shape[3])
    whole = len(flat) - len(flat) % group
    split = whole * flat[0].size
    if whole:
        _pack_groups(flat[:whole].reshape(-1, group, *flat.shape[1:]), out[:split], chip)
    if whole < len(flat):
        _pack_groups(flat[None, whole:], out[split : weights.size], chip)
    return out.view(np.uint8)


def _pack_groups(weights: Int8s, out: Int8s, chip: Chip) -> None:
    """(G, K, taps, C) -> whole blocks of channels, then what is left of them, in place."""
    groups, kernels, taps, channels = weights.shape
    block, packed = chip.atomic_c, out.reshape(groups, -1)
    whole = channels - channels % block
    split = kernels * taps * whole
    blocks = weights[..., :whole].reshape(groups, kernels, taps, -1, block)
    packed[:, :split] = blocks.transpose(0, 3, 2, 1, 4).reshape(groups, -1)
    packed[:, split:] = weights[..., whole:].transpose(0, 2, 1, 3).reshape(groups, -1)


def unpack_weights(packed: Bytes, shape: tuple[int, int, int, int], chip: Chip) -> Int8s:
    """Undo `pack_weights`; *shape* is (K, KH, KW, C).

    >>> from npucore_nvdla.chip import SMALL
    >>> weights = np.arange(11 * 3 * 13, dtype=np.int8).reshape(11, 3, 1, 13)
    >>> packed = pack_weights(weights, SMALL)
    >>> bool((unpack_weights(packed, weights.shape, SMALL) == weights).all())
    True
    """
    found, start, flat = np.empty(shape, np.int8), 0, packed.view(np.int8)
    for k in range(0, shape[0], chip.atomic_k):
        for c in range(0, shape[3], chip.atomic_c):
            part = found[k : k + chip.atomic_k, ..., c : c + chip.atomic_c]
            turned = part.transpose(1, 2, 0, 3)
            turned[...] = flat[start : start + part.size].reshape(turned.shape)
            start += part.size
    return found


def pack_operands(values: Int16s, chip: Chip) -> Bytes:
    """(K,) -> a number for each kernel, 0 to the end of the last atom."""
    padded = np.zeros(-(-len(values) // chip.atom_bytes) * chip.atom_bytes, "<i2")
    padded[: len(values)] = values
    return padded.view(np.uint8)


def unpack_operands(packed: Bytes, count: int) -> Int16s:
    """Undo `pack_operands`."""
    return packed.view("<i2")[:count].astype(np.int16)


def pack_elements(values: Int16s, chip: Chip) -> Bytes:
    """(H, W) -> a number for each element of one surface, the same in all of its channels."""
    repeated = np.repeat(values.astype("<i2")[..., None], chip.atom_bytes, axis=2)
    return np.ascontiguousarray(repeated).reshape(-1).view(np.uint8)
