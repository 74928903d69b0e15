# SPDX-License-Identifier: MIT
"""Arrays <-> the bytes that the NPU reads and writes. Every packer has an inverse.

"Cube" is NC1HWC2: ``[channels / 16][rows][columns][16]`` int8. Source: rocket hardware reference
4.1, 4.5, 4.6 (proven: equal to Mesa's bytes in 355 of 355 buffers).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.tensor import Array

ATOM = 16  # channels side by side
KERNEL_GROUP = 32  # kernels side by side in a weight tile of a direct convolution
CHANNEL_TILE = 32  # their channels
DEPTHWISE_GROUP = 64  # channels side by side in the weights of a depthwise convolution
FEW_GROUPS = 4  # up to here one copy for each is faster than one transposed copy of all
TILE, HALF_TILE = np.dtype(f"V{CHANNEL_TILE}"), np.dtype(f"V{ATOM}")
SIGN = np.uint8(0x80)
SIGNS = 0x8080808080808080

COEFFICIENTS = np.dtype([("bias", "<i4", 4), ("ow", "<i2", 4), ("multiplier", "<u2", 4)])
"""Four channels of the stream that brings every channel its own multiplier."""

Int8s = npt.NDArray[np.int8]


def ceil_to(n: int, multiple: int) -> int:
    """*n* rounded up.

    >>> ceil_to(17, 16)
    32
    """
    return -(-n // multiple) * multiple


def flip_sign(stored: Array) -> Int8s:
    """uint8 values as int8 ones 128 below; int8 values as they are."""
    if stored.dtype == np.uint8:
        return (stored ^ SIGN).view(np.int8)
    return stored.view(np.int8)


def pack_map(stored: Array, out: Int8s) -> None:
    """(H, W, C) uint8 or int8 -> the first channels of a cube (C1, H, W, 16), in place.

    Channels beyond C are left as they are: they are filled once, when the buffer is made. Sixteen
    channels move as one item, and the sign bits flip eight bytes at a time.
    """
    whole = stored.shape[2] // ATOM
    unsigned = stored.dtype == np.uint8
    if whole:
        atoms = np.ascontiguousarray(stored)[..., : whole * ATOM].view(f"V{ATOM}")
        out[:whole].view(f"V{ATOM}")[..., 0] = atoms.transpose(2, 0, 1)
        if unsigned:
            _flip(out[:whole])
    if rest := stored.shape[2] - whole * ATOM:
        _move(stored[..., whole * ATOM :], out[whole, :, :, :rest], unsigned)


def unpack_map(cube: Int8s, channels: int, dtype: np.dtype[np.generic]) -> Array:
    """Undo `pack_map`: (C1, H, W, 16) int8 -> (H, W, C) uint8 or int8."""
    _, height, width, _ = cube.shape
    whole = channels // ATOM
    out = np.empty((height, width, channels), np.uint8)
    if whole:
        atoms = cube[:whole].view(f"V{ATOM}")[..., 0]
        pixels = out[..., : whole * ATOM].view(f"V{ATOM}")
        if whole <= FEW_GROUPS:
            for group in range(whole):
                pixels[..., group] = atoms[group]
        else:
            pixels[...] = atoms.transpose(1, 2, 0)
    if rest := channels - whole * ATOM:
        _move(cube[whole, :, :, :rest], out[..., whole * ATOM :], flip=False)
    if dtype == np.uint8:
        _flip(out)
    return out.view(dtype)


def _move(source: Array, target: Array, flip: bool) -> None:
    """(H, W, n) bytes, n below 16, in the largest pieces that numpy moves at once."""
    start = 0
    for kind in (np.uint64, np.uint32, np.uint8):
        size = np.dtype(kind).itemsize
        while source.shape[2] - start >= size:
            place = slice(start, start + size)
            pieces, out = source[..., place].view(kind), target[..., place].view(kind)
            np.bitwise_xor(pieces, kind((SIGNS if flip else 0) & np.iinfo(kind).max), out=out)
            start += size


def _flip(data: Array) -> None:
    """Flip the sign bit of every byte of a C-contiguous array."""
    flat = data.reshape(-1).view(np.uint8)
    words = flat[: flat.size // 8 * 8].view(np.uint64)
    np.bitwise_xor(words, np.uint64(SIGNS), out=words)
    np.bitwise_xor(flat[words.nbytes :], SIGN, out=flat[words.nbytes :])


def pack_weights(weights: Int8s, zero_point: int) -> Int8s:
    """(O, KH, KW, C) -> ``[O/32][C/32][KH][KW][O%32][C%32]``, flat.

    Channels are padded to 16 with the zero point, which adds nothing; kernels to an even number
    with 0.
    """
    weights = np.ascontiguousarray(weights)
    kernels, kh, kw, channels = weights.shape
    even, wide = ceil_to(kernels, 2), ceil_to(channels, ATOM)
    if (even, wide) != (kernels, channels):
        padded, pixel = np.empty((even, kh, kw, wide), np.int8), np.dtype(f"V{channels}")
        padded[:kernels, ..., :channels].view(pixel)[...] = weights.view(pixel)
        padded[:kernels, ..., channels:] = zero_point
        padded[kernels:] = 0
        weights = padded
    packed = np.empty(weights.size, np.int8)
    whole = even - even % KERNEL_GROUP
    split = whole * kh * kw * wide
    if whole:
        _pack_groups(weights[:whole], KERNEL_GROUP, packed[:split])
    if whole < even:
        _pack_groups(weights[whole:], even - whole, packed[split:])
    return packed


def _pack_groups(weights: Int8s, group: int, packed: Int8s) -> None:
    """(G * group, KH, KW, C) -> the groups one after the other, C a multiple of 16."""
    kernels, kh, kw, channels = weights.shape
    groups, tiles = kernels // group, channels // CHANNEL_TILE
    out = packed.reshape(groups, -1)
    split = kh * kw * tiles * CHANNEL_TILE * group
    source = weights.reshape(groups, group, kh * kw, channels)
    if tiles:
        tiled = source[..., : tiles * CHANNEL_TILE].view(TILE)
        target = out[:, :split].view(TILE).reshape(groups, tiles, kh * kw, group)
        target[...] = tiled.transpose(0, 3, 2, 1)
    if channels % CHANNEL_TILE:
        rest = source[..., tiles * CHANNEL_TILE :].view(HALF_TILE)
        target = out[:, split:].view(HALF_TILE).reshape(groups, 1, kh * kw, group)
        target[...] = rest.transpose(0, 3, 2, 1)


def unpack_weights(packed: Int8s, shape: tuple[int, int, int, int]) -> Int8s:
    """Undo `pack_weights`; *shape* is (O, KH, KW, C)."""
    kernels, kh, kw, channels = shape
    padded = np.empty((ceil_to(kernels, 2), kh, kw, ceil_to(channels, ATOM)), np.int8)
    start = 0
    for o in range(0, padded.shape[0], KERNEL_GROUP):
        for c in range(0, padded.shape[3], CHANNEL_TILE):
            part = padded[o : o + KERNEL_GROUP, ..., c : c + CHANNEL_TILE]
            turned = part.transpose(1, 2, 0, 3)
            turned[...] = packed[start : start + part.size].reshape(turned.shape)
            start += part.size
    return padded[:kernels, ..., :channels]


def pack_depthwise_weights(weights: Int8s, zero_point: int) -> Int8s:
    """(C, KH, KW) -> ``[C/64][KH][KW][C%64]``, flat; channels padded to 16 with the zero point."""
    channels, kh, kw = weights.shape
    padded = np.full((kh, kw, ceil_to(channels, ATOM)), zero_point, np.int8)
    padded[..., :channels] = weights.transpose(1, 2, 0)
    parts = [
        padded[..., c : c + DEPTHWISE_GROUP].reshape(-1)
        for c in range(0, padded.shape[2], DEPTHWISE_GROUP)
    ]
    return np.concatenate(parts)


def unpack_depthwise_weights(packed: Int8s, shape: tuple[int, int, int]) -> Int8s:
    """Undo `pack_depthwise_weights`; *shape* is (C, KH, KW)."""
    channels, kh, kw = shape
    padded = np.empty((kh, kw, ceil_to(channels, ATOM)), np.int8)
    start = 0
    for c in range(0, padded.shape[2], DEPTHWISE_GROUP):
        part = padded[..., c : c + DEPTHWISE_GROUP]
        part[...] = packed[start : start + part.size].reshape(part.shape)
        start += part.size
    return padded[..., :channels].transpose(2, 0, 1)


def pack_coefficients(bias: Array, ow: int, multipliers: Array) -> npt.NDArray[np.uint8]:
    """(O,) int32 biases and uint16 multipliers, one OW operand -> 32 bytes for each 4 channels.

    O is a multiple of 4. Source: rocket hardware reference 4.8 (sibling: ran on RK3568).
    """
    groups = np.zeros(len(bias) // 4, COEFFICIENTS)
    groups["bias"] = bias.reshape(-1, 4)
    groups["ow"] = ow
    groups["multiplier"] = multipliers.reshape(-1, 4)
    return groups.view(np.uint8)


def unpack_coefficients(packed: npt.NDArray[np.uint8]) -> tuple[Array, Array, Array]:
    """Undo `pack_coefficients`: (biases, OW operands, multipliers), (O,) each."""
    groups = packed.view(COEFFICIENTS)
    bias, ow, multiplier = (groups[name].reshape(-1) for name in COEFFICIENTS.names or ())
    return bias, ow, multiplier
