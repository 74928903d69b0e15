# SPDX-License-Identifier: MIT
"""Our streams and bytes beside Mesa's, for every captured convolution with the same plan."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from npucore.evidence import Evidence
from npucore.family.code import Address
from npucore_rocket.chip import RK3588
from npucore_rocket.emit import Emission, Operands
from npucore_rocket.layout import pack_depthwise_weights, pack_map, pack_weights
from npucore_rocket.link import CONVOLUTION_FORM, assemble, empty
from npucore_rocket.lower import Layer
from npucore_rocket.lower import layer as lower
from npucore_rocket.plan import geometry, planned
from npucore_rocket.registers import by_offset
from tests.material.rocket.layers import MESAS, Capture, load, names

LISTED = tomllib.loads(
    (Path(__file__).parents[2] / "backends/rocket/differences.toml").read_text()
)["difference"]
ADDRESSES = {0x1070, 0x1110, 0x4020, 0x5020}
WEIGHTS, BIAS, SOURCE, TRUNCATE = 0x1110, 0x5020, 0x1070, 0x301C
OPERANDS = Operands(*(Address(name, 0) for name in ("source", "destination", "weights", "bias")))

Captures = list[tuple[Capture, Layer]]


@pytest.fixture(scope="module")
def captures(shared: Path) -> Captures:
    """Convolutions of maps with more than one channel: one channel has a mode of its own."""
    found = (load(shared, name) for name in names(shared))
    return [
        (c, lower(c.op, c.graph, RK3588))
        for c in found
        if c is not None and c.op.input.shape[3] > 1
    ]


def writes(words: np.ndarray) -> list[tuple[int, int]]:
    """(offset, value) of every word."""
    return [(int(w) & 0xFFFF, int(w) >> 16 & 0xFFFFFFFF) for w in words]


def ours(layer: Layer) -> Iterator[list[tuple[int, int]]]:
    (plan,) = planned(layer, RK3588, MESAS)
    for code in assemble(
        Emission(layer, plan.sizes, OPERANDS, plan.numbers, None, RK3588), plan.tasks
    ):
        yield writes(code.words)


def test_every_register_is_mesas_or_a_listed_difference(captures: Captures) -> None:
    differing: Counter[str] = Counter()
    tasks = 0
    for capture, layer in captures:
        mine = list(ours(layer))
        assert len(mine) == len(capture.tasks), capture.name
        for own, theirs in zip(mine, map(writes, capture.tasks), strict=True):
            tasks += 1
            assert len(own) == len(theirs)
            for (offset, value), (their_offset, their_value) in zip(own, theirs, strict=True):
                if (offset, value) != (their_offset, their_value) and offset not in ADDRESSES:
                    name = by_offset(their_offset).__name__
                    differing[name] += 1
    assert tasks > 100
    assert set(differing) == {entry["register"] for entry in LISTED}


def test_a_register_that_nobody_writes_is_noticed() -> None:
    with pytest.raises(TypeError):
        empty(CONVOLUTION_FORM).code()


def test_rows_of_a_cut_layer_start_where_mesas_do(captures: Captures) -> None:
    cut = 0
    for capture, layer in captures:
        registers = [dict(writes(task)) for task in capture.tasks]
        cut += len(registers) > 1
        for task, theirs in zip(planned(layer, RK3588, MESAS)[0].tasks, registers, strict=True):
            start = theirs[SOURCE] - registers[0][SOURCE]
            assert task.input_row * layer.source_shape.width * RK3588.atom_bytes == start, (
                capture.name
            )
    assert cut >= 5


def test_weights_are_packed_as_mesa_packs_them(captures: Captures) -> None:
    wrong = []
    for capture, layer in captures:
        pack = pack_depthwise_weights if layer.depthwise else pack_weights
        mine = np.zeros(geometry(layer, RK3588, MESAS).weight_bytes, np.int8)
        pack(layer.weights, layer.weight_zero_points, mine, RK3588)
        address = dict(writes(capture.tasks[0]))[WEIGHTS]
        if not np.array_equal(mine.view(np.uint8), capture.bytes_at(address, mine.size)):
            wrong.append(capture.name)
    assert wrong == []


def test_biases_are_mesas_where_mesa_does_not_truncate(captures: Captures) -> None:
    compared = 0
    for capture, layer in captures:
        registers = dict(writes(capture.tasks[0]))
        if registers[TRUNCATE] == 0:
            theirs = capture.bytes_at(registers[BIAS], 4 * layer.kernels).view(np.int32)
            np.testing.assert_array_equal(layer.bias, theirs, capture.name)
            compared += 1
    assert compared > 100


def test_inputs_are_laid_out_as_mesa_lays_them_out(captures: Captures) -> None:
    for capture, layer in captures:
        stored = capture.arrays["in0"].reshape(layer.source_shape)
        groups = -(-layer.source_shape.channels // RK3588.atom_bytes)
        shape = (groups, *layer.source_shape[:2], RK3588.atom_bytes)
        cube = np.full(shape, layer.source_zero_point, np.int8)
        pack_map(stored, cube)
        address = dict(writes(capture.tasks[0]))[SOURCE]
        theirs = capture.bytes_at(address, cube.size).view(np.int8)
        np.testing.assert_array_equal(cube.reshape(-1), theirs, capture.name)


def test_the_list_of_differences_gives_reasons_and_levels() -> None:
    for entry in LISTED:
        assert entry.keys() == {"register", "why", "evidence", "source"}
        assert entry["evidence"] in map(str, Evidence)
