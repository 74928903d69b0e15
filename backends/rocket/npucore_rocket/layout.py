# SPDX-License-Identifier: MIT
"""Arrays <-> the bytes that the NPU reads and writes. Every packer has an inverse.

"Cube" is NC1HWC2: ``[channels / A][rows][columns][A]`` int8, A those of an atom.

Source: rocket hardware reference 4.1, 4.5, 4.6 (proven: equal to Mesa's bytes in 355 of 355).
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from npucore.errors import InputError
from npucore.tensor import Array
from npucore_rocket.chip import Chip

FEW_GROUPS = 4  # up to here one copy for each is faster than one transposed copy of all
WORD_BYTES = (1, 2, 4, 8)
BIAS_BYTES = 4  # for each channel
SIGN = np.uint8(0x80)
SIGNS = 0x8080808080808080

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Halves = npt.NDArray[np.float16]


@functools.cache
def coefficients(channels: int) -> np.dtype[np.void]:
    """So many channels of the stream that brings every channel its own multiplier.

    Source: facts of 2026-11, 0.1; how many a chip has side by side, its entry says.
    """
    return np.dtype(
        [("bias", "<i4", channels), ("ow", "<i2", channels), ("multiplier", "<i2", channels)]
    )


def coefficient_bytes(chip: Chip, per_channel: bool) -> int:
    """Of each channel: its bias, and perhaps what belongs to it."""
    if not per_channel:
        return BIAS_BYTES
    return coefficients(chip.coefficient_channels).itemsize // chip.coefficient_channels


@functools.cache
def piece(size_bytes: int) -> np.dtype[np.generic]:
    """The dtype that numpy copies fastest as one item of so many bytes."""
    return np.dtype(f"u{size_bytes}" if size_bytes in WORD_BYTES else f"V{size_bytes}")


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


def pack(array: Array, out: Array) -> None:
    """(H, W, C) -> the first channels of a cube, in place: `pack_map`, or `pack_halves`."""
    if out.dtype == np.float16:
        pack_halves(array, out)
    else:
        pack_map(array, out)


def unpack(cube: Array, channels: int, dtype: np.dtype[np.generic]) -> Array:
    """Undo `pack`: (H, W, C) of *dtype*."""
    if cube.dtype == np.float16:
        return unpack_halves(cube, channels)
    return unpack_map(cube, channels, dtype)


def pack_map(stored: Array, out: Int8s) -> None:
    """(H, W, C) uint8 or int8 -> the first channels of a cube (C1, H, W, A), in place.

    Channels beyond C are left as they are: they are filled once, when the buffer is made. The
    channels of an atom move as one item, and the sign bits flip eight bytes at a time.
    """
    if stored.strides[2] != stored.itemsize:  # turned, repeated or every n-th channel
        stored = np.ascontiguousarray(stored)
    atom = out.shape[3]
    whole = stored.shape[2] // atom
    unsigned = stored.dtype == np.uint8
    if whole:
        atoms = np.ascontiguousarray(stored)[..., : whole * atom].view(f"V{atom}")
        out[:whole].view(f"V{atom}")[..., 0] = atoms.transpose(2, 0, 1)
        if unsigned:
            _flip(out[:whole])
    if rest := stored.shape[2] - whole * atom:
        _move(stored[..., whole * atom :], out[whole, :, :, :rest], unsigned)


def unpack_map(cube: Int8s, channels: int, dtype: np.dtype[np.generic]) -> Array:
    """Undo `pack_map`: (C1, H, W, A) int8 -> (H, W, C) uint8 or int8."""
    _, height, width, atom = cube.shape
    whole = channels // atom
    out = np.empty((height, width, channels), np.uint8)
    if whole:
        atoms = cube[:whole].view(f"V{atom}")[..., 0]
        pixels = out[..., : whole * atom].view(f"V{atom}")
        if whole <= FEW_GROUPS:
            for group in range(whole):
                pixels[..., group] = atoms[group]
        else:
            pixels[...] = atoms.transpose(1, 2, 0)
    if rest := channels - whole * atom:
        _move(cube[whole, :, :, :rest], out[..., whole * atom :], flip=False)
    if dtype == np.uint8:
        _flip(out)
    return out.view(dtype)


def pack_halves(real: Array, out: Halves) -> None:
    """(H, W, C) float32 -> the first channels of a cube (C1, H, W, A) of fp16, in place.

    Rounded to nearest. Raises `InputError` for numbers that fp16 does not have.
    """
    channels, lanes = real.shape[2], out.shape[3]
    halves = checked_halves(real)
    for first in range(0, channels, lanes):
        part = halves[..., first : first + lanes]
        out[first // lanes, :, :, : part.shape[2]] = part


def checked_halves(real: Array) -> Halves:
    """float32 -> fp16, rounded to nearest. Raises `InputError` for numbers that fp16 has not."""
    with np.errstate(over="ignore"):
        halves = real.astype(np.float16)
    if not np.isfinite(halves).all():
        found = float(real[~np.isfinite(halves)][0])
        raise InputError(f"{found:.6g} in an input, which fp16 has not (at most 65504)")
    return halves


def unpack_halves(cube: Halves, channels: int) -> Array:
    """Undo `pack_halves`: (C1, H, W, A) fp16 -> (H, W, C) float32.

    Raises `InputError` for what is no number: a sum on the way was beyond fp16.
    """
    groups, height, width, lanes = cube.shape
    pixels = cube.transpose(1, 2, 0, 3).reshape(height, width, groups * lanes)
    real: Array = pixels[..., :channels].astype(np.float32)
    if not np.isfinite(real).all():
        found = float(real[~np.isfinite(real)][0])
        raise InputError(
            f"{found} in an output: for these inputs something is beyond fp16, which ends at "
            "65504; without floats=fp16 it is float32"
        )
    return real


def _move(source: Array, target: Array, flip: bool) -> None:
    """(H, W, n) bytes, n below 16, in the largest pieces that numpy moves at once."""
    start = 0
    for kind in (np.uint64, np.uint32, np.uint8):
        size = np.dtype(kind).itemsize
        while source.shape[2] - start >= size:
            place = slice(start, start + size)
            pieces, out = source[..., place].view(kind), target[..., place].view(kind)
            if flip:
                np.bitwise_xor(pieces, kind(SIGNS & np.iinfo(kind).max), out=out)
            else:
                out[...] = pieces
            start += size


def _flip(data: Array) -> None:
    """Flip the sign bit of every byte of a C-contiguous array."""
    flat = data.reshape(-1).view(np.uint8)
    words = flat[: flat.size // 8 * 8].view(np.uint64)
    words ^= np.uint64(SIGNS)
    if words.size * 8 < flat.size:
        flat[words.nbytes :] ^= SIGN


def pack_weights(weights: Array, zero_points: Array, out: Array, chip: Chip) -> None:
    """(O, KH, KW, C) -> ``[O/32][C/32][KH][KW][O%32][C%32]`` in place, flat.

    That is with groups of 32 kernels and tiles of 32 channels. Channels are padded to whole steps
    with the kernel's zero point, (1,) or (O,), which adds nothing; kernels with 0, to as many as
    *out* has room for: an even number, less than a group more.
    """
    kernels, kh, kw, channels = weights.shape
    flat = np.ascontiguousarray(weights).reshape(kernels, kh * kw, channels)
    zeros = np.broadcast_to(zero_points, kernels)
    group = chip.kernel_group
    whole = kernels - kernels % group
    split = whole * kh * kw * ceil_to(channels, chip.channel_step)
    if whole:
        groups = flat[:whole].reshape(-1, group, kh * kw, channels)
        room = out[:split].reshape(len(groups), -1)
        _pack_groups(groups, zeros[:whole].reshape(-1, group), room, chip)
    if whole < kernels:
        size = group * kh * kw * ceil_to(channels, chip.channel_step)
        room = out[None, split : split + size]
        _pack_groups(flat[None, whole:], zeros[None, whole:], room, chip)


def _pack_groups(weights: Array, zeros: Array, out: Array, chip: Chip) -> None:
    """(G, O, taps, C), zero points (G, O) -> G groups of O kernels or more: (G, bytes)."""
    groups, kernels, taps, channels = weights.shape
    step, tile = chip.channel_step, chip.channel_tile
    room = out.shape[1] // (taps * ceil_to(channels, step))
    if room > kernels:
        out[...] = 0
    tiles, rest = divmod(channels, tile)
    split = tiles * taps * room * tile
    if tiles:
        atom = f"V{tile * weights.itemsize}"
        tiled = weights[..., : tiles * tile].view(atom)
        target = out[:, :split].view(atom).reshape(groups, tiles, taps, room)
        target[..., :kernels] = tiled.transpose(0, 3, 2, 1)
    if rest:
        target = out[:, split:].reshape(groups, taps, room, ceil_to(rest, step))[:, :, :kernels]
        if rest % step:
            target[...] = zeros[:, None, :, None]
        kind = piece(rest * weights.itemsize)
        pixels = weights[..., tiles * tile :].view(kind)[..., 0]
        target[..., :rest].view(kind)[..., 0] = pixels.transpose(0, 2, 1)


def unpack_weights(packed: Int8s, shape: tuple[int, int, int, int], chip: Chip) -> Int8s:
    """Undo `pack_weights`; *shape* is (O, KH, KW, C)."""
    kernels, kh, kw, channels = shape
    group, tile, step = chip.kernel_group, chip.channel_tile, chip.channel_step
    padded = np.empty((ceil_to(kernels, 2), kh, kw, ceil_to(channels, step)), np.int8)
    start = 0
    for o in range(0, padded.shape[0], group):
        for c in range(0, padded.shape[3], tile):
            part = padded[o : o + group, ..., c : c + tile]
            turned = part.transpose(1, 2, 0, 3)
            turned[...] = packed[start : start + part.size].reshape(turned.shape)
            start += part.size
    return padded[:kernels, ..., :channels]


def pack_depthwise_weights(weights: Int8s, zero_points: Array, out: Int8s, chip: Chip) -> None:
    """(C, KH, KW) -> ``[C/64][KH][KW][C%64]`` in place, flat, with groups of 64 channels.

    Channels are padded with *zero_points*, which are (1,), or with 0 if they are (C,): to as many
    as *out* has room for, less than a group more.
    """
    channels, kh, kw = weights.shape
    taps = weights.reshape(channels, kh * kw).T
    group = chip.depthwise_group
    whole = channels - channels % group
    split = whole * kh * kw
    groups = out[:split].reshape(-1, kh * kw, group)
    groups[...] = taps[:, :whole].reshape(kh * kw, -1, group).transpose(1, 0, 2)
    if rest := channels - whole:
        last = out[split:].reshape(kh * kw, -1)
        last[:, :rest] = taps[:, whole:]
        last[:, rest:] = zero_points[0] if len(zero_points) == 1 else 0


def unpack_depthwise_weights(packed: Int8s, shape: tuple[int, int, int], chip: Chip) -> Int8s:
    """Undo `pack_depthwise_weights`; *shape* is (C, KH, KW)."""
    channels, kh, kw = shape
    padded = np.empty((kh, kw, ceil_to(channels, chip.channel_step)), np.int8)
    start = 0
    for c in range(0, padded.shape[2], chip.depthwise_group):
        part = padded[..., c : c + chip.depthwise_group]
        part[...] = packed[start : start + part.size].reshape(part.shape)
        start += part.size
    return padded[..., :channels].transpose(2, 0, 1)


def pack_coefficients(bias: Array, ow: Array, multipliers: Array, out: Int8s, chip: Chip) -> None:
    """(O,) int32 biases, (1,) or (O,) OW operands, (O,) multipliers -> 64 bytes for 8 channels.

    Or 32 for 4, in place; channels beyond O have 0 everywhere. Source: `coefficients`.
    """
    groups, count = out.view(coefficients(chip.coefficient_channels)), len(bias)
    for name, values in (("bias", bias), ("ow", ow), ("multiplier", multipliers)):
        padded = np.zeros(groups[name].shape, groups[name].dtype)
        padded.reshape(-1)[:count] = values
        groups[name] = padded


def unpack_coefficients(packed: Int8s, chip: Chip) -> tuple[Array, Array, Array]:
    """Undo `pack_coefficients`: (biases, OW operands, multipliers), (O,) each."""
    groups = packed.view(coefficients(chip.coefficient_channels))
    bias, ow, multiplier = (groups[name].reshape(-1) for name in groups.dtype.names or ())
    return bias, ow, multiplier
