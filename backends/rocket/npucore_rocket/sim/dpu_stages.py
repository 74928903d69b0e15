# SPDX-License-Identifier: MIT
"""The DPU's stages BS, BN and EW as steps, from their registers.

Evidence: bias from memory, multipliers per channel and the operand that is added are proven, and so
is the raw element-wise ALU (facts of 2026-11, 0.10); ReLU is shown; ReLUX in int8 ran on siblings;
constants of BS with an operand's own scale are the vendor's; the rest is paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu as r
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.sim.block import Block
from npucore_rocket.sim.cna_feature import Atoms
from npucore_rocket.sim.dpu_lut import look_up
from npucore_rocket.sim.dpu_rdma import Coefficients
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile, Rule
from npucore_rocket.sim.rounding import Floats, Rounding, shift_right
from npucore_rocket.sim.steps import Add, Combine, Multiply, Relu, Step

Int64s = npt.NDArray[np.int64]

ADD, SUBTRACT = 2, 4
BS_RULES = (
    Rule(s.DPU_BS_CFG, ("bs_mul_prelu",), "TRM only"),
    Rule(s.DPU_BS_MUL_CFG, ("bs_truncate_src",), "TRM only"),
)
BN_RULES = (
    Rule(s.DPU_BN_CFG, ("bn_mul_prelu",), "TRM only"),
    Rule(s.DPU_BN_CFG, ("bn_alu_src",), "no source has the layout of BN's stream"),
    Rule(s.DPU_BN_MUL_CFG, ("bn_mul_src", "bn_truncate_src"), "no source has the stream's layout"),
)
EW_RULES = (
    Rule(s.DPU_EW_CFG, ("ew_binary_en", "ew_mul_prelu"), "TRM only"),
    Rule(s.DPU_EW_CFG, ("ew_relux_en", "ew_cvt_round"), "TRM only"),
)
OPERAND_RULES = (
    Rule(s.DPU_EW_CFG, ("ew_data_mode",), "1 is per pixel; others TRM only", (1,)),
    Rule(s.DPU_EW_CFG, ("edata_size",), "int8 operands", (1,)),
)
NUMBER_RULES = (
    Rule(s.DPU_EW_CFG, ("ew_op_cvt_bypass",), "whether it converts registers", (1,)),
    Rule(s.DPU_EW_CFG, ("edata_size",), "int8 operands", (1,)),
)
NUMBERS = (
    s.DPU_EW_OP_VALUE_0,
    s.DPU_EW_OP_VALUE_1,
    s.DPU_EW_OP_VALUE_2,
    s.DPU_EW_OP_VALUE_3,
    s.DPU_EW_OP_VALUE_4,
    s.DPU_EW_OP_VALUE_5,
    s.DPU_EW_OP_VALUE_6,
    s.DPU_EW_OP_VALUE_7,
)
EXTREMES = (0, 1)  # ew_alu_algo of maximum and minimum


@dataclass(frozen=True, slots=True)
class _Scaler:
    """One single-point stage (BS or BN): fields without their prefix, operands in integers."""

    config: dict[str, int]
    alu: int
    mul: dict[str, int]
    negative_shift: int
    limit: int

    @classmethod
    def of(cls, prefix: str, file: RegisterFile) -> _Scaler:
        """Of what the registers hold."""
        registers = (*_SCALERS[prefix], r.DPU_DATA_FORMAT)
        return _decoded(prefix, *(file[register].word for register in registers))


@lru_cache(maxsize=4096)
def _decoded(prefix: str, config: int, alu: int, mul: int, limit: int, form: int) -> _Scaler:
    """Of the registers' words; tasks of a network have few different ones."""
    of_config, _, of_mul, _ = _SCALERS[prefix]

    def fields(register: type[Register], word: int) -> dict[str, int]:
        values = register.decode(word).field_values()
        return {name.removeprefix(prefix): value for name, value in values.items()}

    shift = r.DPU_DATA_FORMAT.decode(form).field_values()[f"{prefix}mul_shift_value_neg"]
    scaler = fields(of_config, config), _signed(alu), fields(of_mul, mul), shift, _signed(limit)
    return _Scaler(*scaler)


_SCALERS: dict[str, tuple[type[Register], ...]] = {
    "bs_": (
        s.DPU_BS_CFG,
        s.DPU_BS_ALU_CFG,
        s.DPU_BS_MUL_CFG,
        s.DPU_BS_RELUX_CMP_VALUE,
    ),
    "bn_": (
        s.DPU_BN_CFG,
        s.DPU_BN_ALU_CFG,
        s.DPU_BN_MUL_CFG,
        s.DPU_BN_RELUX_CMP_VALUE,
    ),
}


def bs_steps(file: RegisterFile, given: Coefficients, rounding: Rounding) -> Iterator[Step]:
    """The BS stage: bias, multiplier, ReLU."""
    if not file[s.DPU_BS_CFG].bs_bypass:
        file.check(BS_RULES)
        yield from _scaler_steps("bs_", file, given, rounding)


def bn_steps(file: RegisterFile, rounding: Rounding) -> Iterator[Step]:
    """The BN stage, with constants only.

    BS adds before it multiplies (proven); of BN one party has it the other way round (facts of
    2026-11, A7: an addend in units of the product), so that here one of the two must do nothing.
    """
    config = file[s.DPU_BN_CFG]
    if config.bn_bypass:
        return
    file.check(BN_RULES)
    if not (config.bn_mul_bypass or config.bn_alu_bypass) and (
        operand := file[s.DPU_BN_ALU_CFG].bn_alu_operand
    ):
        raise SimulationError(
            f"DPU BN_ALU_CFG.bn_alu_operand is {operand} beside BN's multiplier, and which of them "
            "comes first is not settled"
        )
    yield from _scaler_steps("bn_", file, Coefficients(), rounding)


def _scaler_steps(
    prefix: str, file: RegisterFile, given: Coefficients, rounding: Rounding
) -> Iterator[Step]:
    stage = _Scaler.of(prefix, file)
    config, mul = stage.config, stage.mul
    block = f"DPU {prefix.upper()}CFG.{prefix}"
    if not config["alu_bypass"]:
        if config["alu_algo"] not in (ADD, SUBTRACT):
            raise SimulationError(
                f"{block}alu_algo is {config['alu_algo']}, wanted {ADD} (add) or {SUBTRACT}"
            )
        addends = _coefficient(config["alu_src"], given.bias, stage.alu, block + "alu_src")
        yield Add(addends if config["alu_algo"] == ADD else -addends)
    if not config["mul_bypass"]:
        constant = mul["mul_operand"] - (mul["mul_operand"] >> 15 << 16)
        factors = _coefficient(mul["mul_src"], given.multiplier, constant, block + "mul_src")
        yield Multiply(factors, mul["mul_shift_value"], stage.negative_shift, rounding)
    if not config["relu_bypass"]:
        yield Relu(stage.limit if config["relux_en"] else None)


def _coefficient(source: int, stream: Int64s | None, constant: int, name: str) -> Floats:
    """The stream's values if *source* says so, else the constant as (1,)."""
    if source and stream is None:
        raise SimulationError(
            f"{name} is 1, but DPU_RDMA RDMA_BRDMA_CFG.brdma_data_use brings no such coefficient"
        )
    values = stream if source and stream is not None else np.array([constant])
    return values.astype(np.float64)


def ew_steps(
    file: RegisterFile, operand: Callable[[], Atoms], rounding: Rounding
) -> Iterator[Step]:
    """The element-wise stage with an int8 tensor from memory, a number or the look-up table.

    *operand* fetches the tensor.
    """
    config = file[s.DPU_EW_CFG]
    if config.ew_bypass:
        return
    file.check(EW_RULES)
    if not config.ew_lut_bypass:
        yield look_up(file, rounding)
        return
    if not config.ew_op_bypass:
        source, limit = _source(file, operand, rounding)
        apply, shift = _operation(file)
        yield Combine(apply, source, limit, shift, rounding)
    if not config.ew_relu_bypass:
        yield Relu(None)


def _source(
    file: RegisterFile, operand: Callable[[], Atoms], rounding: Rounding
) -> tuple[Callable[[Block], Floats], float]:
    """The operand of each block, and its largest magnitude."""
    if file[s.DPU_EW_CFG].ew_op_src:
        file.check(OPERAND_RULES)
        table = _operand_table(file, rounding)
        return _Operand(operand(), table), float(np.abs(table).max())
    file.check(NUMBER_RULES)
    number = _number(file)
    return lambda block: np.full(1, number, block.values.dtype), float(abs(number))


def _number(file: RegisterFile) -> int:
    """The operand in registers, all eight alike: which lane takes which is known no better.

    Source: facts of 2026-11, A8 (proven in fp16). Of the register's 32 bits int8 may take 8 or
    more, so that they must say the same.
    """
    first, *others = (file[register].word for register in NUMBERS)
    if any(other != first for other in others):
        raise SimulationError("DPU EW_OP_VALUE_0 to 7 differ, but are known alike only")
    number = _signed(first)
    if not -128 <= number <= 127:
        raise SimulationError(f"DPU EW_OP_VALUE_0 is {number}, wanted an int8 with its sign")
    return number


_ALU: dict[int, Callable[[Floats, Floats], Floats]] = {
    0: np.maximum,
    1: np.minimum,
    2: np.add,
    4: np.subtract,
}


def _operation(file: RegisterFile) -> tuple[Callable[[Floats, Floats], Floats], int]:
    """The function, and by how much its result is shifted right."""
    config = file[s.DPU_EW_CFG]
    shift = file[s.DPU_EW_CVT_SCALE_VALUE].ew_truncate
    extreme = config.ew_alu_algo in EXTREMES and not config.ew_op_type
    if config.ew_equal_en and not extreme:  # one party's maximum and minimum have it set
        raise SimulationError("DPU EW_CFG.ew_equal_en is 1 for more than a maximum or minimum")
    if config.ew_op_type:
        negative = file[r.DPU_DATA_FORMAT].ew_truncate_neg
        if negative not in (0, shift):
            raise SimulationError(
                f"DPU DATA_FORMAT.ew_truncate_neg is {negative}, but ew_truncate is {shift}"
            )
        return np.multiply, shift
    if shift or config.ew_alu_algo not in _ALU:
        raise SimulationError(
            f"DPU EW_CFG.ew_alu_algo is {config.ew_alu_algo} with ew_truncate {shift}, but only "
            f"{', '.join(map(str, _ALU))} without a shift are simulated"
        )
    return _ALU[config.ew_alu_algo], 0


def _operand_table(file: RegisterFile, rounding: Rounding) -> Floats:
    """(256,): what the operand converter makes of each byte (proven in its add-first order)."""
    config = file[s.DPU_EW_CFG]
    values = np.arange(256).astype(np.uint8).view(np.int8).astype(np.float64)
    if config.ew_op_cvt_bypass:
        return values
    scaling = file[s.DPU_EW_CVT_SCALE_VALUE]
    offset = file[s.DPU_EW_CVT_OFFSET_VALUE].ew_op_cvt_offset
    if config.ew_cvt_type:
        values += offset
    values *= scaling.ew_op_cvt_scale
    shift_right(values, scaling.ew_op_cvt_shift, rounding)
    if not config.ew_cvt_type:
        values += offset
    return values


@dataclass(frozen=True, slots=True, eq=False)
class _Operand:
    """The second tensor, converted as it is needed."""

    atoms: Atoms
    table: Floats

    def __call__(self, block: Block) -> Floats:
        atoms = self.atoms[block.surfaces, block.rows]
        if not block.planar:
            atoms = atoms.transpose(1, 2, 0)
        lanes = np.ascontiguousarray(atoms).view(np.uint8)
        return self.table.astype(block.values.dtype)[lanes[..., : block.values.shape[-1]]]


def _signed(word: int) -> int:
    return word - (word >> 31 << 32)
