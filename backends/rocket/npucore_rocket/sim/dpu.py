# SPDX-License-Identifier: MIT
"""The DPU: what happens to accumulators on their way to memory, and how they are written there.

Source: rocket-arithmetic.md section 5 (proven but for the rounding of ties).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from npucore.hw.memory import Memory, Port
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim import out_cvt
from npucore_rocket.sim.block import Block, atom, overlap
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.dpu_rdma import Coefficients
from npucore_rocket.sim.dpu_stages import bn_steps, bs_steps, ew_steps
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule, agree
from npucore_rocket.sim.rounding import Floats
from npucore_rocket.sim.steps import Options, Step, Tap, chain

PORT = Port("DPU", "DST_BASE_ADDR")
INT8, FP16, INT32 = 0, 2, 4
OUTPUTS: dict[int, np.dtype[np.number]] = {
    INT8: np.dtype("i1"),
    FP16: np.dtype("<f2"),
    INT32: np.dtype("<i4"),
}
INTEGERS = (
    Rule(r.DPU_DATA_FORMAT, ("in_precision", "proc_precision"), "int8 here"),
    Rule(r.DPU_DATA_FORMAT, ("out_precision",), "0 is int8, 4 is int32", (INT8, INT32)),
)
HALVES = (
    Rule(
        *(r.DPU_DATA_FORMAT, ("in_precision", "proc_precision", "out_precision")),
        *("fp16 throughout", (FP16,)),
    ),
)
RULES = (
    Rule(r.DPU_FEATURE_MODE_CFG, ("comb_use", "tp_en", "rgp_type", "nonalign"), "TRM only"),
    Rule(r.DPU_FEATURE_MODE_CFG, ("output_mode",), "2 is memory alone", (2,)),
    Rule(r.DPU_DATA_FORMAT, ("mc_surf_out",), "TRM only"),
    Rule(r.DPU_DATA_CUBE_HEIGHT, ("minmax_ctl",), "TRM only"),
    Rule(s.DPU_BS_OW_CFG, ("rgp_cnter", "tp_org_en"), "transposed output is known for fp16 only"),
    Rule(r.DPU_WDMA_SIZE_0, ("size_c_wdma", "tp_precision"), "transposed output"),
    Rule(r.DPU_UNKNOWN_40C4, ("value",), "no source says what it does"),
)


@dataclass(frozen=True, slots=True)
class Output:
    """What the DPU writes.

    Parameters
    ----------
    channels, written
        Channels that hold results, and channels that reach memory; those between are padding.
    padding
        What the padding lanes hold.
    """

    height: int
    width: int
    channels: int
    written: int
    dtype: np.dtype[np.number]
    padding: int
    atom_bytes: int

    @property
    def lanes(self) -> int:
        """Channels of an atom."""
        return self.atom_bytes // self.dtype.itemsize

    @property
    def limits(self) -> tuple[int, int]:
        info = np.iinfo(f"i{self.dtype.itemsize}")  # of integers alone, as all that have limits
        return int(info.min), int(info.max)


def output(file: RegisterFile) -> Output:
    """Decode and check the registers of the cube and of the writer.

    Padding lanes hold OFFSET_PEND (paper: the TRM's text; streams leave it 0).
    """
    file.check(RULES)
    file.check(HALVES if file[r.DPU_DATA_FORMAT].in_precision == FP16 else INTEGERS)
    height = file[r.DPU_DATA_CUBE_HEIGHT].height
    width = file[r.DPU_DATA_CUBE_WIDTH].width
    channel = file[r.DPU_DATA_CUBE_CHANNEL]
    size = file[r.DPU_WDMA_SIZE_1]
    agree(height, size.height_wdma, "DPU DATA_CUBE_HEIGHT", "DPU WDMA_SIZE_1.height_wdma")
    agree(width, size.width_wdma, "DPU DATA_CUBE_WIDTH", "DPU WDMA_SIZE_1.width_wdma")
    written = min(channel.channel, file[r.DPU_WDMA_SIZE_0].channel_wdma) + 1
    if channel.orig_channel >= written:
        raise SimulationError(
            f"DPU DATA_CUBE_CHANNEL.orig_channel is {channel.orig_channel}, "
            f"but only {written} channels are written"
        )
    dtype = OUTPUTS[file[r.DPU_DATA_FORMAT].out_precision]
    pending = np.array([file[r.DPU_OFFSET_PEND].offset_pend], np.uint16).view(np.int16)
    return Output(
        height + 1,
        width + 1,
        channel.orig_channel + 1,
        written,
        dtype,
        int(pending.astype(dtype)[0]),
        file.chip.atom_bytes,
    )


def check_surfaces(file: RegisterFile, group: int) -> None:
    """The law of the output surfaces of a group of *group* kernels.

    Source: rocket.md 5.3 (all streams of Mesa and the vendor).
    """
    sizes = file[s.DPU_BS_OW_CFG]
    dtype = OUTPUTS[file[r.DPU_DATA_FORMAT].out_precision]
    surfaces = group * dtype.itemsize // file.chip.atom_bytes
    found = (sizes.size_e_0, sizes.size_e_1, sizes.size_e_2)
    for place, size in enumerate(found):
        agree(surfaces - 1, size, f"a group of {group} kernels", f"DPU BS_OW_CFG.size_e_{place}")
    stride = file[r.DPU_DST_SURF_STRIDE].dst_surf_stride
    add = file[r.DPU_SURFACE_ADD].surf_add
    agree(surfaces * stride, add, "surfaces times DPU DST_SURF_STRIDE", "DPU SURFACE_ADD.surf_add")


class Writer:
    """The write DMA: puts blocks of results where the strides in the registers say."""

    def __init__(self, file: RegisterFile, memory: Memory, out: Output) -> None:
        self.out, self._atom = out, atom(out.atom_bytes)
        address = file[r.DPU_DST_BASE_ADDR].dst_base_addr
        if address % out.atom_bytes:
            wanted = f"wanted a multiple of {out.atom_bytes}"
            raise SimulationError(f"{PORT} is {address:#x}, {wanted}")
        surfaces = -(-out.written // out.lanes)
        self._used = -(-out.channels // out.lanes)
        pitch = file[r.DPU_DST_SURF_STRIDE].dst_surf_stride * out.atom_bytes
        line = (out.width + _notch(file, out)) * out.atom_bytes
        shape = (surfaces, out.height, out.width)
        steps = (pitch, line, out.atom_bytes)
        self.atoms = cast(Atoms, memory.cube(PORT, address, shape, steps, self._atom))

    def pad(self) -> None:
        """Write the surfaces that hold nothing but padding."""
        lanes = np.full(self.out.lanes, self.out.padding, self.out.dtype)
        self.atoms[self._used :] = lanes.view(self._atom)[0]

    def __call__(self, block: Block, results: Floats) -> None:
        """Write the results of a block, as integers in floats."""
        if block.planar:
            self._write_planar(block, results)
        else:
            self._write_pixels(block, results)

    def _write_pixels(self, block: Block, results: Floats) -> None:
        rows, width = results.shape[:2]
        channels = self.out.channels
        stored = np.empty((rows, width, self._used * self.out.lanes), self.out.dtype)
        if channels < stored.shape[-1]:
            stored[..., channels:] = self.out.padding
        np.copyto(stored[..., :channels], results[..., :channels], casting="unsafe")
        self.atoms[: self._used, block.rows] = stored.view(self._atom).transpose(2, 0, 1)

    def _write_planar(self, block: Block, results: Floats) -> None:
        stored = results.astype(np.int8)
        surfaces = slice(block.surfaces.start, min(block.surfaces.stop, self._used))
        rest = self.out.channels % block.lanes
        if rest and surfaces.start < self._used == surfaces.stop:
            last = stored[self._used - 1 - surfaces.start]
            last.reshape(last.shape[0], -1, block.lanes)[..., rest:] = self.out.padding
        count = max(0, surfaces.stop - surfaces.start)
        if count:
            self.atoms[surfaces, block.rows] = stored[:count].view(self._atom)


def _notch(file: RegisterFile, out: Output) -> int:
    """Atoms between the end of a line and the next.

    Shown for maps one pixel wide with both notches equal (row-major matmul results).
    """
    notch = file[r.DPU_DATA_CUBE_NOTCH_ADDR]
    if notch.notch_addr_0 == 0 == notch.notch_addr_1:
        return 0
    agree(
        notch.notch_addr_0,
        notch.notch_addr_1,
        "notch_addr_0",
        "DPU DATA_CUBE_NOTCH_ADDR.notch_addr_1",
    )
    if out.width > 1:
        raise SimulationError(
            f"DPU DATA_CUBE_NOTCH_ADDR.notch_addr_0 is {notch.notch_addr_0} in a map "
            f"{out.width} pixels wide, but it is known for a width of 1 only"
        )
    return notch.notch_addr_0


class Dpu:
    """One task's way from accumulator to memory; called with each block of the map.

    Parameters
    ----------
    out
        Of `output`.
    first
        Steps before the BS stage.
    bound
        The largest magnitude of a value that enters.
    operand
        Fetches the tensor of the element-wise stage.
    """

    def __init__(
        self,
        file: RegisterFile,
        memory: Memory,
        out: Output,
        first: Sequence[Step],
        given: Coefficients,
        operand: Callable[[], Atoms],
        bound: float,
        options: Options,
    ) -> None:
        rounding = options.rounding
        steps = [
            *first,
            *bs_steps(file, given, rounding),
            *_tap("bs", options),
            *bn_steps(file, rounding),
            *ew_steps(file, operand, rounding),
            *_tap("ew", options),
        ]
        self._chain = chain(steps, bound)
        self._convert = out_cvt.read(file, out.limits, self._chain.bound, rounding)
        self._write = Writer(file, memory, out)
        self._write.pad()

    @property
    def dtype(self) -> type[np.floating]:
        """What the blocks' values must be."""
        return self._chain.dtype

    def check_apart(self, atoms: Atoms, source: Port) -> None:
        """Refuse input that the task overwrites: what is read first is not known."""
        target = self._write.atoms
        if overlap(atoms, target):
            raise SimulationError(f"{PORT}: the task writes over what {source} reads")

    def __call__(self, block: Block) -> None:
        self._chain(block)
        self._write(block, self._convert(block.values))

    def repeat(self, surfaces: slice) -> None:
        """Surfaces whose sums are 0 everywhere: each lane has one result for all pixels.

        Not for tasks with an operand, which depthwise ones never have.
        """
        lanes = self._write.out.atom_bytes
        zeros = np.zeros((surfaces.stop - surfaces.start, 1, lanes), self.dtype)
        block = Block(zeros, slice(0, self._write.out.height), surfaces, True, lanes)
        self._chain(block)
        self._write(block, self._convert(block.values))


def _tap(name: str, options: Options) -> Sequence[Step]:
    return () if options.trace is None else (Tap(name, options.trace),)
