# SPDX-License-Identifier: MIT
"""Constants of the DPU's stages BS and BN."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.hw.registers import Register
from npucore_rocket.registers import dpu, dpu_stages
from npucore_rocket.sim import SimulationError
from tests.material.rocket.sim_board import Board, converted, load, result, sums, tensors, tiny
from tests.material.rocket.sim_words import Layer, changed, convolution


def run(layer: Layer, *others: Register) -> Board:
    board = Board()
    load(board, layer)
    board.start(changed(convolution(layer), *others))
    return board


def test_a_constant_multiplier_and_a_subtrahend_come_from_registers() -> None:
    """BS subtracts and then multiplies; BN does one of them."""
    layer = tiny()
    bs = dpu_stages.DPU_BS_CFG(bs_alu_algo=4, bs_relu_bypass=1)
    board = run(
        layer,
        bs,
        dpu_stages.DPU_BS_ALU_CFG(bs_alu_operand=77),
        dpu_stages.DPU_BS_MUL_CFG(bs_mul_operand=0xFFFD, bs_mul_shift_value=2),
        dpu_stages.DPU_BN_CFG(bn_alu_bypass=1, bn_relu_bypass=1),
        dpu_stages.DPU_BN_ALU_CFG(bn_alu_operand=5),
        dpu_stages.DPU_BN_MUL_CFG(bn_mul_operand=3),
        dpu_stages.DPU_BN_RELUX_CMP_VALUE(),
        dpu.DPU_DATA_FORMAT(bs_mul_shift_value_neg=2),
    )
    wanted = ((sums(layer) - tensors(layer)[2][:40] - 77) * -3 + 2 >> 2) * 3
    np.testing.assert_array_equal(result(board, layer), converted(layer, wanted))


def test_an_addend_beside_bn_s_multiplier_is_refused() -> None:
    """Source: facts of 2026-11, A7: one party found the addend in units of the product."""
    others = (
        dpu_stages.DPU_BN_CFG(bn_alu_algo=2, bn_relu_bypass=1),
        dpu_stages.DPU_BN_ALU_CFG(bn_alu_operand=77),
        dpu_stages.DPU_BN_MUL_CFG(bn_mul_operand=3),
    )
    with pytest.raises(SimulationError, match="77 beside BN's multiplier, and which of them comes"):
        run(tiny(), *others)
