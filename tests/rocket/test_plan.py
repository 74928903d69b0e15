# SPDX-License-Identifier: MIT
"""Plans and memory: every row once, within the CBUF; no two living maps in one place."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from npucore.errors import UnsupportedError
from npucore.hw.arena import ALIGNMENT, Lifetime, place
from npucore.ops import Convolution, Padding
from npucore.tensor import Quantization, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.lower import Layer
from npucore_rocket.lower import layer as lower
from npucore_rocket.plan import Task, geometry, planned
from tests.material.rocket.random_ops import graph_of

many = settings(max_examples=200, deadline=None, derandomize=True)
sides = st.integers(1, 300)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Convolutions that often need several tasks."""
    (height, width), channels = (draw(sides), draw(sides)), draw(st.integers(1, 200))
    kernel, stride = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    kernels, depthwise = draw(st.integers(1, 300)), draw(st.booleans())
    top, left = draw(st.integers(0, kernel // 2)), draw(st.integers(0, kernel // 2))
    groups, kernels = (channels, channels) if depthwise else (1, kernels)
    rows, columns = (height + 2 * top - kernel), (width + 2 * left - kernel)
    assume(min(rows, columns) >= 0)
    data = np.zeros((kernels, kernel, kernel, channels // groups), np.int8)
    q, int8 = Quantization.per_tensor(0.1, 0), np.dtype(np.int8)
    shape = (1, rows // stride + 1, columns // stride + 1, kernels)
    op = Convolution(
        input=Tensor("x", (1, height, width, channels), int8, q),
        weights=Tensor("w", data.shape, int8, q, data),
        output=Tensor("y", shape, int8, q),
        stride=(stride, stride),
        padding=Padding(top, top, left, left),
        groups=groups,
    )
    return lower(op, graph_of(op), RK3588)


@many
@given(layers())
def test_tasks_write_every_row_once_from_rows_that_they_fetch(layer: Layer) -> None:
    try:
        plans = planned(layer, RK3588)
    except UnsupportedError:
        assert _cannot_fit(layer)
        return
    for plan in plans:
        _check_rows(plan.layer, plan.tasks)
    firsts = [plan.layer.first_channel for plan in plans]
    assert firsts == list(range(0, layer.kernels, 16 if len(plans) > 1 else layer.kernels))
    assert sum(plan.layer.kernels for plan in plans) == layer.kernels


def _check_rows(layer: Layer, tasks: tuple[Task, ...]) -> None:
    height, (kh, stride) = layer.source_shape.height, (layer.kernel[0], layer.stride[0])
    written = [row for task in tasks for row in range(task.first_row, task.first_row + task.rows)]
    assert written == list(range(layer.destination_shape.height))
    for task in tasks:
        start = task.first_row * stride - layer.padding[0]
        end = start + (task.rows - 1) * stride + kh
        assert task.input_row == max(start, 0)
        assert task.padding_top == task.input_row - start
        assert min(end, height) <= task.input_row + task.input_rows <= height
        assert task.banks.data + task.banks.weights == RK3588.cbuf_banks
        lines = geometry(layer, RK3588).entries_per_line * task.input_rows
        assert lines <= task.banks.data * RK3588.cbuf_bank_bytes // 128
    assert not tasks[0].banks.reuse


def _cannot_fit(layer: Layer) -> bool:
    """The kernels of a turn and the rows under one kernel take more than the CBUF."""
    sizes = geometry(layer, RK3588)
    group = sizes.weight_bytes_per_kernel * min(sizes.weight_kernels, 16)
    rows = sizes.entries_per_line * layer.kernel[0] * 128
    return -(-group // RK3588.cbuf_bank_bytes) + -(-rows // RK3588.cbuf_bank_bytes) > 12


pieces = st.builds(
    lambda size, first, length: Lifetime(size, first, first + length),
    st.integers(1, 1000),
    st.integers(-1, 20),
    st.integers(0, 8),
)


@many
@given(st.lists(pieces, max_size=25))
def test_maps_that_live_together_never_share_a_byte(lives: list[Lifetime]) -> None:
    offsets, total = place(lives)
    for i, (a, start) in enumerate(zip(lives, offsets, strict=True)):
        assert start % ALIGNMENT == 0
        assert start + a.size_bytes <= total
        for b, other in zip(lives[:i], offsets[:i], strict=True):
            apart = start + a.size_bytes <= other or other + b.size_bytes <= start
            assert apart or a.last < b.first or b.last < a.first


def test_a_chain_of_maps_needs_two_of_them() -> None:
    assert place([Lifetime(640, step, step + 1) for step in range(30)])[1] == 2 * 640
