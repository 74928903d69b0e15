# SPDX-License-Identifier: MIT
"""SDP and its readers: two stages of addend, factor and ReLU, then the output converter.

Source: hardware reference 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.hw.memory import Memory, Port, SimulationError
from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import sdp, sdp_rdma
from npucore_nvdla.sim.cube import Place, pixels
from npucore_nvdla.sim.rounding import Floats, saturate, shift_right
from npucore_nvdla.stream import Settings

SOURCE, RESULT = Port("SDP_RDMA", "D_SRC_BASE_ADDR_LOW"), Port("SDP", "D_DST_BASE_ADDR_LOW")
MAX, MIN, SUM = 0, 1, 2  # ALU_ALGO
USE_MUL, USE_ALU, USE_BOTH = 0, 1, 2  # DATA_USE


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's registers, by what they are for; both stages have the same fields."""

    name: str
    bypass: int
    alu_bypass: int
    algorithm: int
    mul_bypass: int
    prelu: int
    relu_bypass: int
    alu_from_memory: int
    alu_shift: int
    alu_operand: int
    mul_from_memory: int
    mul_shift: int
    mul_operand: int


def bs(s: Settings) -> Stage:
    """The first one, X1."""
    c, alu, mul = s(sdp.D_DP_BS_CFG), s(sdp.D_DP_BS_ALU_CFG), s(sdp.D_DP_BS_MUL_CFG)
    return Stage(
        "BS", c.bs_bypass, c.bs_alu_bypass, c.bs_alu_algo, c.bs_mul_bypass, c.bs_mul_prelu,
        c.bs_relu_bypass, alu.bs_alu_src, alu.bs_alu_shift_value,
        s(sdp.D_DP_BS_ALU_SRC_VALUE).bs_alu_operand, mul.bs_mul_src, mul.bs_mul_shift_value,
        s(sdp.D_DP_BS_MUL_SRC_VALUE).bs_mul_operand,
    )  # fmt: skip


def bn(s: Settings) -> Stage:
    """The second one, X2."""
    c, alu, mul = s(sdp.D_DP_BN_CFG), s(sdp.D_DP_BN_ALU_CFG), s(sdp.D_DP_BN_MUL_CFG)
    return Stage(
        "BN", c.bn_bypass, c.bn_alu_bypass, c.bn_alu_algo, c.bn_mul_bypass, c.bn_mul_prelu,
        c.bn_relu_bypass, alu.bn_alu_src, alu.bn_alu_shift_value,
        s(sdp.D_DP_BN_ALU_SRC_VALUE).bn_alu_operand, mul.bn_mul_src, mul.bn_mul_shift_value,
        s(sdp.D_DP_BN_MUL_SRC_VALUE).bn_mul_operand,
    )  # fmt: skip


class Points:
    """One task of SDP."""

    def __init__(self, s: Settings, memory: Memory, chip: Chip) -> None:
        self.s, self.memory, self.chip = s, memory, chip
        self.rows = s(sdp.D_DATA_CUBE_HEIGHT).height + 1
        self.columns = s(sdp.D_DATA_CUBE_WIDTH).width + 1
        self.surfaces = -(-(s(sdp.D_DATA_CUBE_CHANNEL).channel + 1) // chip.atom_bytes)
        self._agree()

    def _agree(self) -> None:
        s = self.s
        pairs: tuple[tuple[type[Register], type[Register]], ...] = (
            (sdp.D_DATA_CUBE_WIDTH, sdp_rdma.D_DATA_CUBE_WIDTH),
            (sdp.D_DATA_CUBE_HEIGHT, sdp_rdma.D_DATA_CUBE_HEIGHT),
            (sdp.D_DATA_CUBE_CHANNEL, sdp_rdma.D_DATA_CUBE_CHANNEL),
            (sdp.D_FEATURE_MODE_CFG, sdp_rdma.D_FEATURE_MODE_CFG),
        )
        for one, other in pairs:
            if s(one).word != s(other).word:
                raise SimulationError(f"SDP and SDP_RDMA differ in {one.__name__}")
        known = sdp.D_FEATURE_MODE_CFG(flying_mode=s(sdp.D_FEATURE_MODE_CFG).flying_mode)
        unknown = (sdp.D_DATA_FORMAT, sdp.D_DST_BASE_ADDR_HIGH, sdp_rdma.D_BS_BASE_ADDR_HIGH,
                   sdp_rdma.D_BN_BASE_ADDR_HIGH, sdp_rdma.D_SRC_BASE_ADDR_HIGH)  # fmt: skip
        if s(sdp.D_FEATURE_MODE_CFG) != known or any(s(kind).word for kind in unknown):
            raise SimulationError("SDP: only int8 maps in 32 bits of address are known")
        if not s(sdp.D_DP_EW_CFG).ew_bypass or not s(sdp_rdma.D_ERDMA_CFG).erdma_disable:
            raise SimulationError("SDP: the stage EW is not known")
        if not s(sdp.D_DST_DMA_CFG).dst_ram_type:
            raise SimulationError("SDP writes to a second memory, which is not there")

    def source(self) -> Floats:
        """(H, W, C1 * A): the map that SDP reads itself."""
        s = self.s
        if not s(sdp_rdma.D_SRC_DMA_CFG).src_ram_type:
            raise SimulationError("SDP_RDMA reads from a second memory, which is not there")
        place = Place(SOURCE, s(sdp_rdma.D_SRC_BASE_ADDR_LOW).word,
                      s(sdp_rdma.D_SRC_LINE_STRIDE).word,
                      s(sdp_rdma.D_SRC_SURFACE_STRIDE).word)  # fmt: skip
        return self._pixels(place, "i1")

    def run(self, values: Floats) -> None:
        """Stages and converter over *values*, (H, W, C1 * A), which are used up."""
        if values.shape != (self.rows, self.columns, self.surfaces * self.chip.atom_bytes):
            raise SimulationError(f"SDP: a map of {values.shape} for its own size")
        for stage in (bs(self.s), bn(self.s)):
            if not stage.bypass:
                self._stage(stage, values)
        values -= self.s(sdp.D_CVT_OFFSET).cvt_offset
        values *= self.s(sdp.D_CVT_SCALE).cvt_scale
        shift_right(values, self.s(sdp.D_CVT_SHIFT).cvt_shift)
        saturate(values, 8)
        self._write(values)

    def _write(self, values: Floats) -> None:
        s, atom = self.s, self.chip.atom_bytes
        place = Place(RESULT, s(sdp.D_DST_BASE_ADDR_LOW).word, s(sdp.D_DST_LINE_STRIDE).word,
                      s(sdp.D_DST_SURFACE_STRIDE).word)  # fmt: skip
        shape = (self.rows, self.columns, self.surfaces)
        target = pixels(self.memory, place, shape, atom)
        target[...] = values.astype(np.int8).reshape(*shape, atom)

    def _stage(self, stage: Stage, values: Floats) -> None:
        alu, mul = self._operands(stage)
        if not stage.alu_bypass:
            operand = np.clip(alu * 2.0**stage.alu_shift, -(2.0**31), 2.0**31 - 1)
            if stage.algorithm == SUM:
                values += operand
            elif stage.algorithm in (MAX, MIN):
                pick = np.maximum if stage.algorithm == MAX else np.minimum
                pick(values, operand, out=values)
            else:
                raise SimulationError(f"{stage.name}: algorithm {stage.algorithm} is not known")
        if stage.prelu and not stage.mul_bypass:
            self._prelu(stage, values, mul)
        else:
            if not stage.mul_bypass:
                values *= mul
            shift_right(values, stage.mul_shift)  # a bypassed multiplier does not bypass this
        saturate(values, 32)
        if not stage.relu_bypass:
            np.maximum(values, 0, out=values)

    @staticmethod
    def _prelu(stage: Stage, values: Floats, mul: Floats) -> None:
        """What is not negative skips multiplier and shifter."""
        scaled = values * mul
        shift_right(scaled, stage.mul_shift)
        np.copyto(values, scaled, where=values < 0)

    def _operands(self, stage: Stage) -> tuple[Floats, Floats]:
        """(addend, factor): from memory or from registers."""
        found = {
            "alu": np.array(float(stage.alu_operand)),
            "mul": np.array(float(stage.mul_operand)),
        }
        wanted = [
            name
            for name, used in (
                ("alu", stage.alu_from_memory and not stage.alu_bypass),
                ("mul", stage.mul_from_memory and not stage.mul_bypass),
            )
            if used
        ]
        read = self._read(stage.name) if wanted else {}
        for name in wanted:
            if name not in read:
                raise SimulationError(f"{stage.name} waits for an operand that nobody reads")
            found[name] = read[name]
        return found["alu"], found["mul"]

    def _read(self, name: str) -> dict[str, Floats]:
        """Operands of a stage as they lie in memory; pairs stand side by side."""
        s = self.s
        if name == "BS":
            b = s(sdp_rdma.D_BRDMA_CFG)
            fields = (b.brdma_disable, b.brdma_data_use, b.brdma_data_size, b.brdma_data_mode,
                      b.brdma_ram_type)  # fmt: skip
            place = Place(Port("SDP_RDMA", "D_BS_BASE_ADDR_LOW"),
                          s(sdp_rdma.D_BS_BASE_ADDR_LOW).word, s(sdp_rdma.D_BS_LINE_STRIDE).word,
                          s(sdp_rdma.D_BS_SURFACE_STRIDE).word)  # fmt: skip
        else:
            n = s(sdp_rdma.D_NRDMA_CFG)
            fields = (n.nrdma_disable, n.nrdma_data_use, n.nrdma_data_size, n.nrdma_data_mode,
                      n.nrdma_ram_type)  # fmt: skip
            place = Place(Port("SDP_RDMA", "D_BN_BASE_ADDR_LOW"),
                          s(sdp_rdma.D_BN_BASE_ADDR_LOW).word, s(sdp_rdma.D_BN_LINE_STRIDE).word,
                          s(sdp_rdma.D_BN_SURFACE_STRIDE).word)  # fmt: skip
        disabled, use, size, per_element, ram = fields
        if disabled or not ram or use > USE_BOTH:
            raise SimulationError(f"SDP_RDMA: the operands of {name} are not read")
        dtype = "<i2" if size else "i1"
        if use == USE_BOTH:
            raise SimulationError(f"SDP_RDMA: pairs of operands for {name} are not known")
        raw = self._pixels(place, dtype) if per_element else self._channels(place, dtype)
        return {"alu" if use == USE_ALU else "mul": raw}

    def _channels(self, place: Place, dtype: str) -> Floats:
        count = self.surfaces * self.chip.atom_bytes
        size = count * np.dtype(dtype).itemsize
        found = self.memory.window(place.port, place.address, size).view(dtype)
        return found.astype(np.float64)

    def _pixels(self, place: Place, dtype: str) -> Floats:
        atom = self.chip.atom_bytes
        shape = (self.rows, self.columns, self.surfaces)
        found = pixels(self.memory, place, shape, atom, dtype)
        flat = found.reshape(self.rows, self.columns, self.surfaces * atom)
        return flat.astype(np.float64)
