# SPDX-License-Identifier: MIT
"""CDMA, CSC, CMAC and CACC: sums of products, as their registers describe them.

Source: hardware reference 2.4 to 2.6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Bytes, Cube, Memory, Port, SimulationError
from npucore_nvdla.chip import WEIGHTS_ALIGNMENT, Chip
from npucore_nvdla.registers import cacc, cdma, cmac_a, cmac_b, csc
from npucore_nvdla.sim.cube import Place, pixels
from npucore_nvdla.sim.rounding import Floats, saturate, shift_right
from npucore_nvdla.stream import Settings

DATA, WEIGHTS = Port("CDMA", "D_DAIN_ADDR_LOW_0"), Port("CDMA", "D_WEIGHT_ADDR_LOW")
LARGEST_BYTE = 128
LARGEST_SUM = (1 << 31) - 1
Float32s = npt.NDArray[np.float32]
EXACT_IN_FLOAT32 = 1 << 24
CHUNK = 1 << 22  # products' left factors that are laid out at once


class Window(NamedTuple):
    """Kernels over a map. Pairs are (y, x)."""

    rows: int
    columns: int
    channels: int
    kernels: int
    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    top_left: tuple[int, int]
    output: tuple[int, int]


def window(s: Settings) -> Window:
    """The registers of CSC."""
    size, more, out = (
        s(csc.D_DATAIN_SIZE_EXT_0), s(csc.D_WEIGHT_SIZE_EXT_1), s(csc.D_DATAOUT_SIZE_0),
    )  # fmt: skip
    kernel, stride = s(csc.D_WEIGHT_SIZE_EXT_0), s(csc.D_CONV_STRIDE_EXT)
    dilation, padding = s(csc.D_DILATION_EXT), s(csc.D_ZERO_PADDING)
    return Window(
        rows=size.datain_height_ext + 1,
        columns=size.datain_width_ext + 1,
        channels=s(csc.D_DATAIN_SIZE_EXT_1).datain_channel_ext + 1,
        kernels=more.weight_kernel + 1,
        size=(kernel.weight_height_ext + 1, kernel.weight_width_ext + 1),
        stride=(stride.conv_y_stride_ext + 1, stride.conv_x_stride_ext + 1),
        dilation=(dilation.y_dilation_ext + 1, dilation.x_dilation_ext + 1),
        top_left=(padding.pad_top, padding.pad_left),
        output=(out.dataout_height + 1, out.dataout_width + 1),
    )


class Convolution:
    """A convolution whose registers are known: what does not change is made ready once."""

    def __init__(self, s: Settings, memory: Memory, chip: Chip) -> None:
        self.over = over = checked(s, chip)
        self._lanes = -(-over.kernels // chip.atom_bytes) * chip.atom_bytes
        self._clip = s(cacc.D_CLIP_CFG).clip_truncate
        self._packed = _packed(s, over, memory)
        self._known, self._weights = b"", np.zeros((0, 0), np.float32)
        self._chip = chip
        self._source = _source(s, over, memory, chip)
        self._padded, self._inside, self._taps = _room(s, over, chip)
        self.most = 0.0
        """The largest absolute sum that these weights can give."""

    def run(self) -> Floats:
        """(OH, OW, K1 * A): sums for every kernel, 0 for those that fill the last atom."""
        self._read_weights()
        self._inside[...] = self._source
        found = self._sums()
        shift_right(found, self._clip)
        if self.most > LARGEST_SUM:
            saturate(found, 32)
        return found

    def _read_weights(self) -> None:
        """Unpack them, unless they are those of the last time."""
        if (packed := self._packed.tobytes()) == self._known:
            return
        weights = _unpacked(self._packed.view(np.int8), self.over, self._chip)
        self.most = float(np.abs(weights).sum(axis=(0, 1), dtype=np.float64).max()) * LARGEST_BYTE
        kind = np.float32 if self.most < EXACT_IN_FLOAT32 else np.float64
        taps, channels, kernels = weights.shape
        padded = np.zeros((taps, self._taps.shape[4], self._lanes), kind)
        padded[:, :channels, :kernels] = weights
        self._weights = padded.reshape(-1, self._lanes)
        self._known = packed

    def _sums(self) -> Floats:
        """Exact, since every partial sum fits the mantissa; rows in parts that memory holds."""
        rows, columns = self.over.output
        found, taps = np.empty((rows, columns, self._lanes)), len(self._weights)
        step = max(CHUNK // (columns * taps), 1)
        for first in range(0, rows, step):
            part = self._taps[first : first + step].reshape(-1, taps)
            sums = np.matmul(part.astype(self._weights.dtype, copy=False), self._weights)
            found[first : first + step] = sums.reshape(-1, columns, self._lanes)
        return found


def checked(s: Settings, chip: Chip) -> Window:
    """The layer, if all blocks are set to it and it fits the convolution buffer."""
    over = window(s)
    _plain(s)
    _agree(s, over)
    _buffer(s, over, chip)
    return over


def _agree(s: Settings, over: Window) -> None:
    """The blocks are set to the same layer, of a kind that is known."""
    data, weights, pad = s(cdma.D_DATAIN_SIZE_0), s(cdma.D_WEIGHT_SIZE_0), s(cdma.D_ZERO_PADDING)
    out, stride = s(cacc.D_DATAOUT_SIZE_0), s(cdma.D_CONV_STRIDE)
    behind = [
        max((n - 1) * step + (k - 1) * d + 1 - before - size, 0)
        for n, step, k, d, before, size in zip(
            over.output, over.stride, over.size, over.dilation, over.top_left,
            (over.rows, over.columns), strict=True,
        )
    ]  # fmt: skip
    per_kernel = over.size[0] * over.size[1] * over.channels
    pairs = {
        "rows": (data.datain_height + 1, over.rows),
        "columns": (data.datain_width + 1, over.columns),
        "channels": (s(cdma.D_DATAIN_SIZE_1).datain_channel + 1, over.channels),
        "channels of kernels": (s(csc.D_WEIGHT_SIZE_EXT_1).weight_channel_ext + 1, over.channels),
        "kernels": (s(cdma.D_WEIGHT_SIZE_1).weight_kernel + 1, over.kernels),
        "channels of the output": (s(csc.D_DATAOUT_SIZE_1).dataout_channel + 1, over.kernels),
        "channels of the sums": (s(cacc.D_DATAOUT_SIZE_1).dataout_channel + 1, over.kernels),
        "bytes of a kernel": (weights.byte_per_kernel + 1, per_kernel),
        "rows of the sums": (out.dataout_height + 1, over.output[0]),
        "columns of the sums": (out.dataout_width + 1, over.output[1]),
        "atoms": (s(csc.D_ATOMICS).atomics + 1, over.output[0] * over.output[1]),
        "stride": ((stride.conv_y_stride + 1, stride.conv_x_stride + 1), over.stride),
        "padding": ((pad.pad_top, pad.pad_left), over.top_left),
        "padding behind": ([pad.pad_bottom, pad.pad_right], behind),
        "padding value": (s(cdma.D_ZERO_PADDING_VALUE).word, s(csc.D_ZERO_PADDING_VALUE).word),
        "banks": (s(cdma.D_BANK).word, s(csc.D_BANK).word),
        "entries": (s(cdma.D_ENTRY_PER_SLICE).word, s(csc.D_ENTRY_PER_SLICE).word),
        "bytes of weights": (s(cdma.D_WEIGHT_BYTES).word, s(csc.D_WEIGHT_BYTES).word),
        "released rows": (s(csc.D_RELEASE).rls_slices + 1, over.rows),
    }
    for name, (found, wanted) in pairs.items():
        if found != wanted:
            raise SimulationError(f"CDMA, CSC and CACC differ in {name}: {found} and {wanted}")


def _plain(s: Settings) -> None:
    """The mode is direct convolution of int8 maps, one at a time, in one memory."""
    modes = (cdma.D_MISC_CFG, csc.D_MISC_CFG, cmac_a.D_MISC_CFG, cmac_b.D_MISC_CFG, cacc.D_MISC_CFG)
    others = (
        cdma.D_DATAIN_FORMAT, cdma.D_WEIGHT_FORMAT, cdma.D_BATCH_NUMBER, cdma.D_CVT_CFG,
        cdma.D_DAIN_ADDR_HIGH_0, cdma.D_WEIGHT_ADDR_HIGH, csc.D_DATAIN_FORMAT, csc.D_WEIGHT_FORMAT,
        csc.D_BATCH_NUMBER, csc.D_POST_Y_EXTENSION, csc.D_PRA_CFG, cacc.D_BATCH_NUMBER,
    )  # fmt: skip
    for kind in (*modes, *others):
        if s(kind).word:
            raise SimulationError(f"{s(kind)} at {kind.offset:#x}: only plain int8 is known")
    if not s(cdma.D_DAIN_RAM_TYPE).word or not s(cdma.D_WEIGHT_RAM_TYPE).word:
        raise SimulationError("CDMA reads from a second memory, which is not there")


def _buffer(s: Settings, over: Window, chip: Chip) -> None:
    """The map and the weights fit their banks of the convolution buffer."""
    bank = s(csc.D_BANK)
    data, weights = bank.data_bank + 1, bank.weight_bank + 1
    if data + weights > chip.banks:
        raise SimulationError(f"CSC D_BANK: {data} and {weights} banks of {chip.banks}")
    atoms = -(-over.channels // chip.atom_bytes)
    needed = -(-over.columns * atoms * chip.atom_bytes // chip.entry_bytes)
    entries = s(csc.D_ENTRY_PER_SLICE).entries + 1
    if entries != needed:
        raise SimulationError(f"CSC D_ENTRY_PER_SLICE: {entries}, wanted {needed}")
    if entries * over.rows > data * chip.bank_entries:
        raise SimulationError(f"{over.rows} rows of {entries} entries do not fit {data} banks")
    size = s(csc.D_WEIGHT_BYTES).weight_bytes
    if size > weights * chip.bank_bytes:
        raise SimulationError(f"{size} bytes of weights do not fit {weights} banks")


def _source(s: Settings, over: Window, memory: Memory, chip: Chip) -> Cube:
    """(H, W, C1, A): the map in place."""
    place = Place(
        DATA, s(cdma.D_DAIN_ADDR_LOW_0).word, s(cdma.D_LINE_STRIDE).word, s(cdma.D_SURF_STRIDE).word
    )
    surfaces = -(-over.channels // chip.atom_bytes)
    return pixels(memory, place, (over.rows, over.columns, surfaces), chip.atom_bytes)


def _room(s: Settings, over: Window, chip: Chip) -> tuple[Float32s, Float32s, Float32s]:
    """The map with its border; what the map fills of it; (OH, OW, KH, KW, C1 * A) of what is seen.

    What fills the last atom of the map is multiplied by 0.
    """
    top, left = over.top_left
    seen = [
        max((n - 1) * step + (k - 1) * d + 1, before + size)
        for n, step, k, d, before, size in zip(
            over.output, over.stride, over.size, over.dilation, over.top_left,
            (over.rows, over.columns), strict=True,
        )
    ]  # fmt: skip
    value = s(csc.D_ZERO_PADDING_VALUE).pad_value
    if not -LARGEST_BYTE <= value < LARGEST_BYTE:
        raise SimulationError(f"CSC D_ZERO_PADDING_VALUE: {value} is no int8")
    surfaces = -(-over.channels // chip.atom_bytes)
    padded = np.full((*seen, surfaces, chip.atom_bytes), value, np.float32)
    flat = padded.reshape(*seen, surfaces * chip.atom_bytes)
    (sy, sx), (dy, dx), (y, x, c) = over.stride, over.dilation, flat.strides
    taps = np.lib.stride_tricks.as_strided(
        flat, (*over.output, *over.size, flat.shape[2]), (y * sy, x * sx, y * dy, x * dx, c)
    )
    return padded, padded[top : top + over.rows, left : left + over.columns], taps


def _packed(s: Settings, over: Window, memory: Memory) -> Bytes:
    """Weights as they lie."""
    size = s(csc.D_WEIGHT_BYTES).weight_bytes
    used = over.size[0] * over.size[1] * over.channels * over.kernels
    if size != -(-used // WEIGHTS_ALIGNMENT) * WEIGHTS_ALIGNMENT:
        raise SimulationError(f"CSC D_WEIGHT_BYTES: {size} for {used} bytes of weights")
    return memory.window(WEIGHTS, s(cdma.D_WEIGHT_ADDR_LOW).word, size)


def _unpacked(packed: npt.NDArray[np.int8], over: Window, chip: Chip) -> Float32s:
    """(KH * KW, C, K): groups of kernels, in these blocks of channels, in these taps, kernels."""
    found = np.empty((over.size[0] * over.size[1], over.channels, over.kernels), np.float32)
    start = 0
    for k in range(0, over.kernels, chip.atomic_k):
        for c in range(0, over.channels, chip.atomic_c):
            part = found[:, c : c + chip.atomic_c, k : k + chip.atomic_k]
            count, channels, kernels = part.shape
            block = packed[start : start + part.size].reshape(count, kernels, channels)
            part[...] = block.transpose(0, 2, 1)
            start += part.size
    return found
