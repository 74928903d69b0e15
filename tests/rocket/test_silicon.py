# SPDX-License-Identifier: MIT
"""Bytes that an RK3588 wrote, and its vendor's packing and plans, against simulator and compiler.

Data and their sources: golden/rk3588-silicon of the shared folder.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from npucore.family.code import Address
from npucore.hw.registers import Register
from npucore_rocket.chip import RK3588
from npucore_rocket.emit import Emission, Operands
from npucore_rocket.emit.cna import data_entries
from npucore_rocket.layout import pack_coefficients, pack_weights
from npucore_rocket.link import assemble
from npucore_rocket.lower import Layer as Lowered
from npucore_rocket.plan import planned
from npucore_rocket.registers import cna
from npucore_rocket.sim import Options
from npucore_rocket.stream import OFFSET_MASK, Words, value_and_offset
from tests.material.rocket.layers import MESAS
from tests.material.rocket.sim_board import Board, result
from tests.material.rocket.sim_words import Layer, convolution
from tests.material.rocket.vendor_plans import FP16_FILE, INT8_FILES, ONE_CORE, Case, cases, layer

MATERIAL = Path(__file__).parents[1] / "material" / "rocket"
DIFFERENCES = tomllib.loads((MATERIAL / "vendor_differences.toml").read_text())
ENTRY_BYTES = 64
OPERANDS = Operands(*(Address(name, 0) for name in ("source", "destination", "weights", "bias")))


@pytest.fixture(scope="module")
def silicon(shared: Path) -> Path:
    """Skips where these data are not there."""
    folder = shared / "golden" / "rk3588-silicon"
    if not folder.is_dir():
        pytest.skip("no golden/rk3588-silicon in the shared folder")
    return folder


CAPTURED = Layer(
    (8, 8), 64, 64, (3, 3), padding=(1, 1), out_size=(8, 8), depthwise=True,
    pad_value=0x007E, ow=128, scale=17675, shift=22, offset=-123,
)  # fmt: skip
"""With Mesa's settings: 0x7e in byte 0 of PAD_CON1, 0 in byte 1."""


VENDOR_MULTIPLIER = 1 << 14
VENDOR_ZERO_POINTS = {
    "c2_h0": np.array([42, -43]),
    "c2_h1": np.array([-43, 42]),
    "c2_m0": np.array([0, 0]),
    "c2_z0": np.array([127, -128]),
    "c2_z1": np.array([127, -128]),
}
"""Of two kernels over two channels, as their padding shows them, too."""


def captured(folder: Path, name: str, size: int) -> np.ndarray:
    data = np.fromfile(folder / "rk3588-teflon-dw" / f"mesa-{name}-000-000.bin", np.uint8)
    return data[:size]


def test_the_simulator_writes_the_bytes_that_the_chip_wrote(silicon: Path) -> None:
    board = Board(Options())
    board.put(CAPTURED.feature, captured(silicon, "input", 4096))
    board.put(CAPTURED.weights, captured(silicon, "weights", 9 * 64))
    board.put(CAPTURED.bias, captured(silicon, "biases", 4 * 64))
    board.put(CAPTURED.output)
    board.start(convolution(CAPTURED))
    wrote = captured(silicon, "output", 4096).view(np.int8)
    wanted = wrote.reshape(4, 8, 8, 16).transpose(1, 2, 0, 3).reshape(8, 8, 64)
    np.testing.assert_array_equal(result(board, CAPTURED), wanted)
    assert len(np.unique(wrote)) > 60


@pytest.mark.parametrize("name", ["c2_h0", "c2_h1", "c2_m0", "c2_z0", "c2_z1"])
def test_coefficients_are_packed_as_the_vendor_packs_them(silicon: Path, name: str) -> None:
    folder = silicon / "rk3588-vendor-bs"
    theirs = np.fromfile(folder / f"weight-{name}.bs.bin", np.int8)
    kernels = np.fromfile(folder / f"weight-{name}.coefficients.bin", np.int8).reshape(2, 1, 1, 16)
    zeros = VENDOR_ZERO_POINTS[name]
    packed = np.full(theirs.size, 77, np.int8)
    pack_coefficients(np.zeros(2), -zeros, np.full(2, VENDOR_MULTIPLIER), packed, RK3588)
    np.testing.assert_array_equal(packed, theirs)
    weights = np.full(32, 77, np.int8)
    pack_weights(kernels[..., :2], zeros, weights, RK3588)
    np.testing.assert_array_equal(weights, kernels.reshape(-1))


@pytest.fixture(scope="module")
def int8_cases(silicon: Path) -> list[Case]:
    return list(cases(silicon / "rk3588-vendor-plans", INT8_FILES))


@pytest.mark.parametrize(
    ("files", "element_bytes", "count"), [(INT8_FILES, 1, 2987), ((FP16_FILE,), 2, 440)]
)
def test_entries_of_a_line_are_the_vendors(
    silicon: Path, files: tuple[str, ...], element_bytes: int, count: int
) -> None:
    compared = 0
    for case in cases(silicon / "rk3588-vendor-plans", files):
        for program in case.programs:
            mine = data_entries(program["in_width"], case.channels * element_bytes, RK3588)
            assert mine == program["cbuf_data_entries"], case
            compared += 1
    assert compared == count


def keeps_the_rules(entries: int, rows: int, data: int, weights: int, group_bytes: int) -> bool:
    """The CBUF is divided without rest, and holds the rows and a group of kernels."""
    bank = RK3588.cbuf_bank_bytes
    lines = entries * ENTRY_BYTES * rows
    held = lines <= data * bank and group_bytes <= weights * bank
    return held and data + weights == RK3588.cbuf_banks


def emitted(lowered: Lowered) -> Iterator[Words]:
    """The words of every task of a layer."""
    for plan in planned(lowered, RK3588):
        yield from (
            code.words
            for code in assemble(
                Emission(plan.layer, plan.sizes, OPERANDS, plan.numbers, None, RK3588), plan.tasks
            )
        )


def field(words: Words, register: type[Register]) -> dict[str, int]:
    """The fields of a register once the words are written."""
    *_, last = words[words & np.uint64(OFFSET_MASK) == register.offset]
    return register.decode(value_and_offset(int(last))[0]).field_values()


def test_banks_keep_the_rules_that_the_vendors_keep(int8_cases: list[Case]) -> None:
    for case in int8_cases:
        for p in case.programs:
            theirs = (p["cbuf_data_banks"], p["cbuf_weight_banks"])
            assert keeps_the_rules(p["cbuf_data_entries"], p["in_rows"], *theirs, case.group_bytes)
        for words in emitted(layer(case)):
            banks = field(words, cna.CNA_CBUF_CON0)
            kernels = field(words, cna.CNA_WEIGHT_SIZE2)["weight_kernels"]
            assert keeps_the_rules(
                field(words, cna.CNA_CBUF_CON1)["data_entries"],
                field(words, cna.CNA_DATA_SIZE0)["datain_height"],
                banks["data_bank"],
                banks["weight_bank"],
                field(words, cna.CNA_WEIGHT_SIZE1)["weight_bytes_per_kernel"] * min(kernels, 32),
            )


def test_plans_are_the_vendors_or_differ_for_a_listed_reason(int8_cases: list[Case]) -> None:
    found: Counter[str] = Counter()
    for case in int8_cases:
        mine = [
            (task.input_rows, task.rows, task.banks.data)
            for plan in planned(layer(case), RK3588, MESAS)
            for task in plan.tasks
        ]
        theirs = [(p["in_rows"], p["out_rows"], p["cbuf_data_banks"]) for p in case.plans[ONE_CORE]]
        assert len(theirs) <= len(mine), case.shape
        if mine != theirs:
            found["more_tasks" if len(mine) > len(theirs) else "other_division"] += 1
    assert found == {kind: entry["count"] for kind, entry in DIFFERENCES.items()}
    assert all(entry["why"].strip() for entry in DIFFERENCES.values())
