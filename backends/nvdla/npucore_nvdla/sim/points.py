# SPDX-License-Identifier: MIT
"""SDP and its readers: two stages of addend, factor and ReLU, then the output converter.

Source: hardware reference 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.hw.memory import Cube, Memory, Port, SimulationError
from npucore.hw.registers import Register
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import sdp, sdp_rdma
from npucore_nvdla.sim.cube import Place, pixels
from npucore_nvdla.sim.rounding import Floats, round_half_away, saturate, shift_right
from npucore_nvdla.sim.tables import Tables
from npucore_nvdla.stream import Settings

SOURCE, RESULT = Port("SDP_RDMA", "D_SRC_BASE_ADDR_LOW"), Port("SDP", "D_DST_BASE_ADDR_LOW")
MAX, MIN, SUM = 0, 1, 2  # ALU_ALGO
LARGEST = 2.0**31 - 1
ONLY = "only int8 maps in 32 bits of address are known"
USE_MUL, USE_ALU, USE_BOTH = 0, 1, 2  # DATA_USE


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's registers, by what they are for; both stages have the same fields."""

    name: str
    bypass: int = 1
    alu_bypass: int = 1
    algorithm: int = 0
    mul_bypass: int = 1
    prelu: int = 0
    relu_bypass: int = 1
    alu_from_memory: int = 0
    alu_shift: int = 0
    alu_operand: int = 0
    mul_from_memory: int = 0
    mul_shift: int = 0
    mul_operand: int = 0


def bs(s: Settings) -> Stage:
    """The first one, X1."""
    if s(sdp.D_DP_BS_CFG).bs_bypass:
        return Stage("BS")
    c, alu, mul = s(sdp.D_DP_BS_CFG), s(sdp.D_DP_BS_ALU_CFG), s(sdp.D_DP_BS_MUL_CFG)
    return Stage(
        "BS", c.bs_bypass, c.bs_alu_bypass, c.bs_alu_algo, c.bs_mul_bypass, c.bs_mul_prelu,
        c.bs_relu_bypass, alu.bs_alu_src, alu.bs_alu_shift_value,
        s(sdp.D_DP_BS_ALU_SRC_VALUE).bs_alu_operand, mul.bs_mul_src, mul.bs_mul_shift_value,
        s(sdp.D_DP_BS_MUL_SRC_VALUE).bs_mul_operand,
    )  # fmt: skip


def bn(s: Settings) -> Stage:
    """The second one, X2."""
    if s(sdp.D_DP_BN_CFG).bn_bypass:
        return Stage("BN")
    c, alu, mul = s(sdp.D_DP_BN_CFG), s(sdp.D_DP_BN_ALU_CFG), s(sdp.D_DP_BN_MUL_CFG)
    return Stage(
        "BN", c.bn_bypass, c.bn_alu_bypass, c.bn_alu_algo, c.bn_mul_bypass, c.bn_mul_prelu,
        c.bn_relu_bypass, alu.bn_alu_src, alu.bn_alu_shift_value,
        s(sdp.D_DP_BN_ALU_SRC_VALUE).bn_alu_operand, mul.bn_mul_src, mul.bn_mul_shift_value,
        s(sdp.D_DP_BN_MUL_SRC_VALUE).bn_mul_operand,
    )  # fmt: skip


class Points:
    """SDP's registers in one task, and what lies where they say."""

    def __init__(
        self, s: Settings, memory: Memory, chip: Chip, tables: Tables | None = None
    ) -> None:
        self.s, self.memory, self.chip, self.tables = s, memory, chip, tables
        self.rows = s(sdp.D_DATA_CUBE_HEIGHT).height + 1
        self.columns = s(sdp.D_DATA_CUBE_WIDTH).width + 1
        self.surfaces = -(-(s(sdp.D_DATA_CUBE_CHANNEL).channel + 1) // chip.atom_bytes)
        self.shape = (self.rows, self.columns, self.surfaces)
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
        plain = sdp.D_FEATURE_MODE_CFG(flying_mode=s(sdp.D_FEATURE_MODE_CFG).flying_mode)
        unknown = (sdp.D_DATA_FORMAT, sdp.D_DST_BASE_ADDR_HIGH)
        if s(sdp.D_FEATURE_MODE_CFG) != plain or any(s(kind).word for kind in unknown):
            raise SimulationError(f"SDP: {ONLY}")
        third, alone = s(sdp.D_DP_EW_CFG), sdp.D_DP_EW_CFG(ew_alu_bypass=1, ew_mul_bypass=1)
        self.looks_up = not third.ew_bypass
        known = self.chip.tables and third == alone
        if (self.looks_up and not known) or not s(sdp_rdma.D_ERDMA_CFG).erdma_disable:
            raise SimulationError("SDP: the stage EW is not known but for its tables")
        if not s(sdp.D_DST_DMA_CFG).dst_ram_type:
            raise SimulationError("SDP writes to a second memory, which is not there")

    def source(self) -> Cube:
        """(H, W, C1, A): the map that SDP reads itself, in place."""
        s = self.s
        if not s(sdp_rdma.D_SRC_DMA_CFG).src_ram_type:
            raise SimulationError("SDP_RDMA reads from a second memory, which is not there")
        if s(sdp_rdma.D_SRC_BASE_ADDR_HIGH).word:
            raise SimulationError(f"SDP_RDMA: {ONLY}")
        place = Place(SOURCE, s(sdp_rdma.D_SRC_BASE_ADDR_LOW).word,
                      s(sdp_rdma.D_SRC_LINE_STRIDE).word,
                      s(sdp_rdma.D_SRC_SURFACE_STRIDE).word)  # fmt: skip
        return pixels(self.memory, place, self.shape, self.chip.atom_bytes)

    def target(self) -> Cube:
        """(H, W, C1, A): where results go, in place."""
        s = self.s
        place = Place(RESULT, s(sdp.D_DST_BASE_ADDR_LOW).word, s(sdp.D_DST_LINE_STRIDE).word,
                      s(sdp.D_DST_SURFACE_STRIDE).word)  # fmt: skip
        return pixels(self.memory, place, self.shape, self.chip.atom_bytes)

    def operands(self, name: str) -> tuple[int, Cube]:
        """(DATA_USE, operands): those of a stage, (C1, A) or (H, W, C1, A), in place."""
        disabled, use, size, per_element, ram, place = self._reader(name)
        first = name == "BS"
        high = sdp_rdma.D_BS_BASE_ADDR_HIGH if first else sdp_rdma.D_BN_BASE_ADDR_HIGH
        if self.s(high).word:
            raise SimulationError(f"SDP_RDMA: {ONLY}")
        if disabled or not ram or use > USE_BOTH:
            raise SimulationError(f"SDP_RDMA: the operands of {name} are not read")
        if use == USE_BOTH:
            raise SimulationError(f"SDP_RDMA: pairs of operands for {name} are not known")
        dtype, atom = "<i2" if size else "i1", self.chip.atom_bytes
        if per_element:
            return use, pixels(self.memory, place, self.shape, atom, dtype)
        count = self.surfaces * atom
        data = self.memory.window(place.port, place.address, count << size)
        return use, data.view(dtype).reshape(self.surfaces, atom)

    def _reader(self, name: str) -> tuple[int, int, int, int, int, Place]:
        """The fields of a stage's reader, and where its operands lie."""
        s = self.s
        if name == "BS":
            b = s(sdp_rdma.D_BRDMA_CFG)
            place = Place(Port("SDP_RDMA", "D_BS_BASE_ADDR_LOW"),
                          s(sdp_rdma.D_BS_BASE_ADDR_LOW).word, s(sdp_rdma.D_BS_LINE_STRIDE).word,
                          s(sdp_rdma.D_BS_SURFACE_STRIDE).word)  # fmt: skip
            return (b.brdma_disable, b.brdma_data_use, b.brdma_data_size, b.brdma_data_mode,
                    b.brdma_ram_type, place)  # fmt: skip
        n = s(sdp_rdma.D_NRDMA_CFG)
        place = Place(Port("SDP_RDMA", "D_BN_BASE_ADDR_LOW"),
                      s(sdp_rdma.D_BN_BASE_ADDR_LOW).word, s(sdp_rdma.D_BN_LINE_STRIDE).word,
                      s(sdp_rdma.D_BN_SURFACE_STRIDE).word)  # fmt: skip
        return (n.nrdma_disable, n.nrdma_data_use, n.nrdma_data_size, n.nrdma_data_mode,
                n.nrdma_ram_type, place)  # fmt: skip


class Pipeline:
    """Stages and converter of a task whose registers are known."""

    def __init__(self, points: Points) -> None:
        s = points.s
        self._stages = [Step(points, stage) for stage in (bs(s), bn(s)) if not stage.bypass]
        self._offset, self._scale = s(sdp.D_CVT_OFFSET).cvt_offset, s(sdp.D_CVT_SCALE).cvt_scale
        self._shift, self._target = s(sdp.D_CVT_SHIFT).cvt_shift, points.target()
        self._tables = points.tables if points.looks_up else None

    def run(self, values: Floats, most: float) -> None:
        """Over *values*, (H, W, C1 * A) of at most *most*, which are used up."""
        for stage in self._stages:
            most = stage.run(values, most)
        if self._tables is not None:
            self._tables.answers(values)
        if self._offset:
            values -= self._offset
        if self._scale != 1 or self._shift:
            values *= self._scale
            shift_right(values, self._shift)
        saturate(values, 8)
        self._target[...] = values.reshape(self._target.shape)


class Step:
    """One stage of a task, and its operands in place."""

    def __init__(self, points: Points, stage: Stage) -> None:
        self._stage = stage
        alu: Cube | float = float(stage.alu_operand)
        mul: Cube | float = float(stage.mul_operand)
        read_alu = stage.alu_from_memory and not stage.alu_bypass
        read_mul = stage.mul_from_memory and not stage.mul_bypass
        if read_alu or read_mul:
            use, found = points.operands(stage.name)
            if (read_alu and read_mul) or bool(read_alu) is not (use == USE_ALU):
                raise SimulationError(f"{stage.name} waits for an operand that nobody reads")
            alu, mul = (found, mul) if read_alu else (alu, found)
        if not stage.alu_bypass and stage.algorithm not in (MAX, MIN, SUM):
            raise SimulationError(f"{stage.name}: algorithm {stage.algorithm} is not known")
        self._alu = Side(alu, 2.0**stage.alu_shift)
        shift = 0 if stage.prelu and not stage.mul_bypass else stage.mul_shift
        # A bypassed multiplier does not bypass the shifter.
        self._mul = Side(1.0 if stage.mul_bypass else mul, 2.0**-shift)

    def run(self, values: Floats, most: float) -> float:
        """In place; the largest absolute value that may come of values of at most *most*."""
        stage = self._stage
        if not stage.alu_bypass:
            operand, largest = self._alu.read()
            if stage.algorithm == SUM:
                values += operand
                most += largest
            else:
                pick = np.maximum if stage.algorithm == MAX else np.minimum
                pick(values, operand, out=values)
                most = max(most, largest)
        if stage.prelu and not stage.mul_bypass:
            mul, largest = self._mul.read()
            self._prelu(values, mul)
            most *= max(largest, 1.0)
        elif stage.mul_shift or not stage.mul_bypass:
            mul, largest = self._mul.read()
            values *= mul
            most = most * largest + 1
            if stage.mul_shift:
                round_half_away(values)
        if most >= LARGEST:
            saturate(values, 32)
            most = LARGEST
        if not stage.relu_bypass:
            np.maximum(values, 0, out=values)
        return most

    def _prelu(self, values: Floats, mul: Floats | float) -> None:
        """What is not negative skips multiplier and shifter."""
        scaled = values * mul
        shift_right(scaled, self._stage.mul_shift)
        np.copyto(values, scaled, where=values < 0)


class Side:
    """An operand, times *factor*, and its largest absolute value; it fits 32 bits."""

    def __init__(self, operand: Cube | float, factor: float) -> None:
        self._operand, self._factor = operand, factor
        self._known, self._values = b"", self._scaled(np.zeros(()))
        if isinstance(operand, float):
            self._values = self._scaled(np.array(operand))

    def read(self) -> tuple[Floats, float]:
        """As float64, with surfaces and atoms as one axis; as it was if memory has not changed."""
        operand = self._operand
        if isinstance(operand, float):
            return self._values
        if operand.ndim > 2:  # a map
            flat = operand.reshape(*operand.shape[:-2], -1)
            return self._scaled(flat.astype(np.float64))
        if (data := operand.tobytes()) != self._known:
            self._values = self._scaled(operand.reshape(-1).astype(np.float64))
            self._known = data
        return self._values

    def _scaled(self, values: Floats) -> tuple[Floats, float]:
        found = np.clip(values * self._factor, -(2.0**31), LARGEST)
        return found, float(np.abs(found).max())
