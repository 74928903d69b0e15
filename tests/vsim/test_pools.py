# SPDX-License-Identifier: MIT
"""Maximum pools: pieces of the vendor's two kinds make all others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npucore import Graph
from npucore.ops import Activation, Padding, Pooling, PoolingType
from npucore_vsim.backend import VsimBackend
from npucore_vsim.registers import TPDescriptor
from tests.material.vsim.captures import VENDOR, capture
from tests.material.vsim.compared import off, tensor

ADDRESSES = ("in_image_base_address", "out_image_base_address")


def pool(
    size: tuple[int, int], kernel: int, stride: int, padding: Padding, channels: int = 3
) -> Graph:
    x = tensor("x", 1, *size, channels)
    rows = (size[0] + padding.top + padding.bottom - kernel) // stride + 1
    columns = (size[1] + padding.left + padding.right - kernel) // stride + 1
    op = Pooling(
        type=PoolingType.MAX,
        input=x,
        output=tensor("y", 1, rows, columns, channels),
        kernel=(kernel, kernel),
        stride=(stride, stride),
        padding=padding,
    )
    return Graph((op,), (x,), (op.output,))


def is_exact(graph: Graph, target: str) -> None:
    assert off(graph, target) == 0


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_square_maximum_is_exact(data: st.DataObject) -> None:
    kernel, stride = data.draw(st.integers(2, 7)), data.draw(st.integers(1, 2))
    size = (data.draw(st.integers(7, 80)), data.draw(st.integers(7, 80)))
    padding = Padding(*(data.draw(st.integers(0, kernel - 1)) for _ in range(4)))
    target = data.draw(st.sampled_from(["a311d", "imx8mp"]))
    is_exact(pool(size, kernel, stride, padding, data.draw(st.sampled_from([1, 3, 24]))), target)


@pytest.mark.parametrize(
    ("kernel", "stride", "jobs"), [(2, 2, 6), (2, 1, 24), (3, 2, 6), (3, 1, 24)], ids=str
)
def test_every_result_is_written_once(kernel: int, stride: int, jobs: int) -> None:
    """Tiles of 64 x 32, of 62 columns for windows of 3, which reach into the next."""
    size = (32 * 2 + kernel - 2, (64 if kernel == 2 else 62) * 3 + kernel - 2)
    compiled = VsimBackend().compiled(pool(size, kernel, stride, Padding(), 1))
    assert sum(op is not None for op in compiled.ops) == jobs


def test_the_largest_of_a_whole_map_takes_no_steps() -> None:
    x = tensor("x", 1, 4, 4, 5)
    op = Pooling(
        type=PoolingType.MAX,
        input=x,
        output=tensor("y", 1, 1, 1, 5),
        kernel=(4, 4),
        stride=(4, 4),
    )
    is_exact(Graph((op,), (x,), (op.output,)), "a311d")


@pytest.mark.parametrize("zero", [0, 3, 128, 200])
@pytest.mark.parametrize("scale", [0.025, 0.033, 0.1])
@pytest.mark.parametrize("activation", [Activation.RELU6, Activation.RELU_N1_TO_1])
def test_a_clamped_maximum_is_exact(activation: Activation, scale: float, zero: int) -> None:
    """Both bounds: one table for the two would be off by 1 about the other's bend."""
    x = tensor("x", 1, 32, 32, 1, scale=scale, zero=zero)
    y = tensor("y", 1, 16, 16, 1, scale=scale, zero=zero)
    op = Pooling(
        type=PoolingType.MAX,
        input=x,
        output=y,
        kernel=(2, 2),
        stride=(2, 2),
        activation=activation,
    )
    every = np.arange(256, dtype=np.uint8).reshape(16, 16).repeat(2, 0).repeat(2, 1)
    data = every.reshape(1, 32, 32, 1)
    assert off(Graph((op,), (x,), (y,)), "a311d", [data]) == 0


@pytest.mark.parametrize("name", [n for n in VENDOR if n.split("/")[1].startswith("maxpool")])
def test_descriptors_are_the_vendors(name: str) -> None:
    chip, case = name.split("/")
    theirs = capture("vendor", name).tp()
    if not theirs:
        pytest.skip("the vendor has the NN cores pool here")
    side, kernel = (12, 2) if case == "maxpool2x2_s2" else (13, 3)
    graph = pool((side, side), kernel, 2, Padding(), channels=8)
    jobs = [j.descriptor for j in VsimBackend(chip.lower()).compiled(graph).jobs]
    ours = next(j for j in jobs if isinstance(j, TPDescriptor) and j.alu_horz_processing)
    shared = {*ADDRESSES, "in_image_z_size", "no_flush"}  # the vendor has 2 channels to a core
    assert {f: v for f, v in ours.field_values().items() if f not in shared} == {
        f: v for f, v in theirs[0].field_values().items() if f not in shared
    }
