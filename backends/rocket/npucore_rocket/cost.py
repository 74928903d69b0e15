# SPDX-License-Identifier: MIT
"""How long a task takes, read from its words: MACs, post-processing, bytes.

``seconds = max(mac_cycles, post_cycles) / clock + bytes / (bytes of a cycle * clock)``: DMA and
computation of one task do not overlap. How well it predicts: ``python -m benchmarks.prediction``.

Where the numbers in the RK3588's entry and below come from (evidence: sibling where RK3576 says
it, else one party's hardware):

- rates of MACs: the vendor profiler's "NPU cycles", equal to the digit in every published row
  (THU-MIG/yolov10 issue 115, RK3588): 1024 MACs of 32 x 32 channels and kernels for each cycle, 64
  of depthwise convolutions;
- 8 outputs for each cycle behind the accumulator (same rows), 2 through the lookup table (eight
  measured rows there, rms 5 us);
- 11 bytes for each cycle: fitted to nine networks' frames per second on one core at 1 GHz
  (rknn_model_zoo v2.3.2). That it goes with the clock is a guess that fits Mesa's MobileNetV1;
- the driver of the virtual kernel: 26.3 us for each task, 172 us for each submission, measured on
  RK3576 (sibling).

`overhead` is what surrounds tasks on the RK3588, with its sources.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.contract.cost import Bound, Copies, Overhead, Speed
from npucore.hw.registers import Bits, Register
from npucore_rocket.chip import Chip
from npucore_rocket.registers import cna as c
from npucore_rocket.registers import dpu as d
from npucore_rocket.registers import dpu_rdma as m
from npucore_rocket.registers import ppu as p
from npucore_rocket.registers import ppu_rdma as pr
from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_DATA
from npucore_rocket.registers.dpu_stages import DPU_EW_CFG
from npucore_rocket.stream import (
    OFFSET_BITS,
    OFFSET_MASK,
    START_TARGET,
    TARGET_SHIFT,
    Words,
    understood,
)

TASK_SECONDS, SUBMIT_SECONDS = 26.3e-6, 172e-6

LAID_OUT = 0.54
"""Of the time of a convolution over the zeros, too: 0.35 to 0.54, facts of 2026-11, A10 (one
party's board, fp16)."""
JOB_SECONDS = 52.5e-6
"""A job submitted and waited for: 51 to 54 us on mainline, of which the IOMMU's attaching and
detaching take 15 to 20; 31 us where the interrupt is moved from an A55 to an A76. Source: facts of
2026-11, A12 (one party's RK3588). That jobs which queue up take as long each is the most careful
reading: waking the waiter is a part of it that they do without.
"""
SYNC_SECONDS = 0.127 / 320e6
"""A byte to or from the NPU's view: 8 MB four times for each of ten jobs in 127 ms. Source:
gregordinary/rockchip-npu-notes perf/bo-sync-cost.md (RK3588, A76); unsettled: that the time given
is of one product and of all four passes is our reading, which the second figure there (1 MB, 15 ms)
fits."""
ENTERING = Copies(whole=2.0, ragged=6.0, few=1.5)
LEAVING = Copies(whole=2.0, ragged=8.0, few=3.0)
"""Copies as long as a conversion: medians of the table of measured tensors in the specification's
performance.md, section 2 (numpy in items of 16 bytes against memcpy, both on one machine)."""

DEPTHWISE, FP16 = 3, 2
HALF = 2  # bytes
ARGB_BASE = 7  # argb_in is this plus the number of components
ALL_PER_CHANNEL = 7
CNA_BIT, DPU_BIT = 0x01, 0x08
WORD_BYTES = 8
REAL_LANES = 64
VALUE_MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one or several tasks on a *chip*; *macs* leave padding out."""

    chip: Chip
    macs: float = 0.0
    mac_cycles: float = 0.0
    post_cycles: float = 0.0
    bytes: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.chip,
            self.macs + other.macs,
            self.mac_cycles + other.mac_cycles,
            self.post_cycles + other.post_cycles,
            self.bytes + other.bytes,
        )

    def seconds(self, clock: float) -> float:
        """On one core at *clock* Hz, without the driver's part."""
        return (max(self.mac_cycles, self.post_cycles) + self._byte_cycles) / clock

    def utilisation(self, clock: float) -> float:
        """The part of the MAC array's time that is used, 0 to 1."""
        seconds = self.seconds(clock)
        return self.macs / (self.chip.macs * clock * seconds) if seconds else 0.0

    @property
    def bound(self) -> Bound:
        """The part of the hardware that takes most of the time."""
        parts = {
            Bound.MACS: self.mac_cycles,
            Bound.POST: self.post_cycles,
            Bound.MEMORY: self._byte_cycles,
        }
        return max(parts, key=parts.__getitem__)

    @property
    def _byte_cycles(self) -> float:
        return self.bytes / self.chip.rates.bytes


def overhead(chip: Chip, tasks: str) -> Overhead:
    """Time that mainline's driver and the host add to a chip's tasks, in jobs as *tasks* says.

    A task that is not its job's first costs its interrupt.
    """
    first = JOB_SECONDS - TASK_SECONDS
    run, op = (first, 0.0) if tasks == "batched" else (0.0, first)
    task = TASK_SECONDS
    if tasks == "one":
        run, op, task = 0.0, 0.0, JOB_SECONDS
    return Overhead(run, op, task, SYNC_SECONDS, chip.atom_bytes, ENTERING, LEAVING)


def speed(chip: Chip, clock: float, cores: int) -> Speed:
    """The most that a core can do at *clock* Hz."""
    return Speed(chip.name, clock, cores, chip.macs * clock, chip.rates.bytes * clock)


def moved(size_bytes: float, chip: Chip) -> Work:
    """A copy, as concatenation or resizing in memory: *size_bytes* read and written together."""
    return Work(chip, bytes=size_bytes)


def work(words: Words, chip: Chip) -> Work:
    """What a task's words ask for. A register that they do not write counts as 0."""
    task = _Registers(understood(words, chip), chip)
    if task.started & CNA_BIT:
        return _convolution(task)
    return _flying(task) if task.started & DPU_BIT else _pooling(task)


class _Registers:
    """What words leave in the registers; the last write of each counts."""

    def __init__(self, words: Words, chip: Chip) -> None:
        self.chip = chip
        self.words = words.size
        offsets = words & np.uint64(OFFSET_MASK)
        values = words >> np.uint64(OFFSET_BITS) & np.uint64(VALUE_MASK)
        starting = words >> np.uint64(TARGET_SHIFT) == START_TARGET
        plain = ~(starting | (offsets == DPU_LUT_ACCESS_DATA.offset))
        self._values = dict(zip(offsets[plain].tolist(), values[plain].tolist(), strict=True))
        self.started = next(iter(values[starting].tolist()), 0)
        form = d.DPU_DATA_FORMAT
        if self.started & DPU_BIT and self(form, form.in_precision) == FP16:
            self.chip = chip.of(HALF)

    def __call__(self, register: type[Register], bits: Bits) -> int:
        return bits.get(self._values.get(register.offset, 0))


def _up(n: int, multiple: int) -> int:
    return -(-n // multiple) * multiple


def _convolution(task: _Registers) -> Work:
    chip, rates = task.chip, task.chip.rates
    pixels = task(c.CNA_DATA_SIZE3, c.CNA_DATA_SIZE3.dataout_atomics)
    taps = task(c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_height)
    taps *= task(c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_width)
    real = _real_channels(task)
    packed = task(c.CNA_CONV_CON1, c.CNA_CONV_CON1.argb_in)
    outputs = task(d.DPU_DATA_CUBE_CHANNEL, d.DPU_DATA_CUBE_CHANNEL.orig_channel) + 1
    tile, atom = chip.channel_tile, chip.lanes
    channels = real if packed else _up(real, tile if real > atom else atom)
    if task(c.CNA_CONV_CON1, c.CNA_CONV_CON1.conv_mode) == DEPTHWISE:
        macs = pixels * taps * outputs
        cycles = pixels * taps * _up(real, tile) / rates.depthwise_macs
    else:
        macs = pixels * taps * real * outputs
        cycles = pixels * taps * channels * _up(outputs, chip.kernel_group) / chip.macs
    if task(c.CNA_CONV_CON1, c.CNA_CONV_CON1.deconv):
        cycles *= LAID_OUT
    written = pixels * _up(outputs, atom)
    rate = rates.outputs if task(DPU_EW_CFG, DPU_EW_CFG.ew_lut_bypass) else rates.lut_outputs
    fetched = _fetched(task, packed, outputs, written * chip.element_bytes)
    return Work(chip, macs, cycles, written / rate, fetched)


def _real_channels(task: _Registers) -> int:
    """Of the input; fp16 has their number modulo 64 in its register, the rest beside it."""
    size = c.CNA_DATA_SIZE1
    real, padded = task(size, size.datain_channel_real) + 1, task(size, size.datain_channel)
    if task.chip.element_bytes == 1 or padded <= REAL_LANES:
        return real
    whole = (padded - 1) // REAL_LANES * REAL_LANES
    return whole + real if whole + real <= padded else whole - REAL_LANES + real


def _fetched(task: _Registers, packed: int, outputs: int, written: int) -> float:
    """Bytes of input, weights, coefficients, addend and output."""
    size = c.CNA_DATA_SIZE0
    pixels = task(size, size.datain_height) * task(size, size.datain_width)
    lanes = task(c.CNA_DATA_SIZE1, c.CNA_DATA_SIZE1.datain_channel) * task.chip.element_bytes
    total = pixels * (packed - ARGB_BASE if packed else lanes) + written
    if not task(c.CNA_CBUF_CON0, c.CNA_CBUF_CON0.weight_reuse):
        total += task(c.CNA_WEIGHT_SIZE0, c.CNA_WEIGHT_SIZE0.weight_bytes)
    brdma = m.DPU_RDMA_RDMA_BRDMA_CFG
    total += outputs * (8 if task(brdma, brdma.brdma_data_use) == ALL_PER_CHANNEL else 4)
    erdma = m.DPU_RDMA_RDMA_ERDMA_CFG
    return total + (0 if task(erdma, erdma.erdma_disable) else written)


def _flying(task: _Registers) -> Work:
    """Element by element, from memory to memory; a table comes with the words."""
    channel, width = d.DPU_DATA_CUBE_CHANNEL, d.DPU_DATA_CUBE_WIDTH
    height = d.DPU_DATA_CUBE_HEIGHT
    chip = task.chip
    elements = _up(task(channel, channel.channel) + 1, chip.lanes)
    elements *= (task(width, width.width) + 1) * (task(height, height.height) + 1)
    erdma = m.DPU_RDMA_RDMA_ERDMA_CFG
    operands = 2 if task(erdma, erdma.erdma_disable) else 3
    looked_up = not task(DPU_EW_CFG, DPU_EW_CFG.ew_lut_bypass)
    rate = chip.rates.lut_outputs if looked_up else chip.rates.outputs
    moved = elements * operands * chip.element_bytes + looked_up * task.words * WORD_BYTES
    return Work(chip, post_cycles=elements / rate, bytes=float(moved))


def _pooling(task: _Registers) -> Work:
    """How fast the PPU is nobody has published: it is taken to be bound by memory."""
    w, h = pr.PPU_RDMA_RDMA_CUBE_IN_WIDTH, pr.PPU_RDMA_RDMA_CUBE_IN_HEIGHT
    ow, oh = p.PPU_DATA_CUBE_OUT_WIDTH, p.PPU_DATA_CUBE_OUT_HEIGHT
    channel = p.PPU_DATA_CUBE_OUT_CHANNEL
    chip = task.chip
    lanes = _up(task(channel, channel.cube_out_channel) + 1, chip.atom_bytes)
    pixels = (task(w, w.cube_in_width) + 1) * (task(h, h.cube_in_height) + 1)
    outputs = (task(ow, ow.cube_out_width) + 1) * (task(oh, oh.cube_out_height) + 1)
    cycles = outputs * lanes / chip.rates.outputs
    return Work(chip, post_cycles=cycles, bytes=float((pixels + outputs) * lanes))
