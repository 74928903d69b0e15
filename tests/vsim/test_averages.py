# SPDX-License-Identifier: MIT
"""Averages of whole maps: one kernel for all channels where kernels are dense."""

from __future__ import annotations

import numpy as np
import pytest

from npucore import Graph
from npucore.ops import Activation, Mean, Padding, Pooling, PoolingType
from npucore.tensor import Quantization, Shape, Tensor
from npucore_vsim.backend import VsimBackend
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from tests.material.vsim.compared import off


def tensor(name: str, *shape: int, scale: float = 0.1, zero: int = 100) -> Tensor:
    return Tensor(name, shape, np.dtype(np.uint8), Quantization.per_tensor(scale, zero))


def mean(*shape: int) -> Graph:
    x = tensor("x", *shape)
    y = tensor("y", 1, shape[3], scale=0.07, zero=30)
    return Graph((Mean(input=x, output=y, axes=(1, 2)),), (x,), (y,))


def pool(kernel: tuple[int, int], *shape: int) -> Graph:
    x, y = tensor("x", *shape), tensor("y", 1, 1, 1, shape[3])
    op = Pooling(
        type=PoolingType.AVERAGE,
        input=x,
        output=y,
        kernel=kernel,
        stride=(2, 2),
        padding=Padding(),
    )
    return Graph((op,), (x,), (y,))


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
@pytest.mark.parametrize("activation", [Activation.RELU, Activation.RELU6], ids=str)
def test_the_cores_clamp_an_average_below(target: str, activation: Activation) -> None:
    x, y = tensor("x", 1, 6, 8, 5), tensor("y", 1, 3, 4, 5)
    op = Pooling(
        type=PoolingType.AVERAGE,
        input=x,
        output=y,
        kernel=(2, 2),
        stride=(2, 2),
        activation=activation,
    )
    graph = Graph((op,), (x,), (y,))
    check(graph, target)
    jobs = [job.descriptor for job in VsimBackend(target).compiled(graph).jobs]
    assert [job.relu for job in jobs if isinstance(job, NNDescriptor)] == [1]
    lookups = [job for job in jobs if isinstance(job, TPDescriptor) and job.alu_pwl_enable]
    assert len(lookups) == (activation is Activation.RELU6)


def check(graph: Graph, target: str) -> None:
    assert off(graph, target) <= 1


@pytest.mark.parametrize("target", ["a311d", "s905d3", "imx8mp"])
@pytest.mark.parametrize(
    "shape", [(1, 7, 7, 24), (1, 5, 9, 10), (1, 1, 7, 12), (1, 9, 1, 12), (1, 1, 1, 5)], ids=str
)
def test_means_of_maps_are_within_one(target: str, shape: Shape) -> None:
    check(mean(*shape), target)


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
@pytest.mark.parametrize("kernel", [(7, 7), (6, 7), (7, 6)], ids=str)
def test_one_window_in_a_larger_map_averages_what_is_in_it(
    target: str, kernel: tuple[int, int]
) -> None:
    check(pool(kernel, 1, 7, 7, 16), target)


@pytest.mark.parametrize(
    ("shape", "planes"),
    [((1, 7, 7, 1024), 1), ((1, 7, 7, 1280), 2), ((1, 11, 3, 1498), 7)],
    ids=str,
)
def test_v7_has_one_kernel_for_as_many_rows_as_an_image_may_have(shape: Shape, planes: int) -> None:
    compiled = VsimBackend("a311d").compiled(mean(*shape))
    (average,) = (j.descriptor for j in compiled.jobs if isinstance(j.descriptor, NNDescriptor))
    pick = compiled.jobs[-1].descriptor
    rows = shape[1] * shape[3] // planes
    assert (average.kernel_z_size, average.out_image_z_size) == (planes, planes)
    assert (average.in_image_y_size, average.out_image_y_size) == (rows, rows)
    assert (average.out_image_x_size, average.in_image_x_size) == (1, shape[2])
    assert isinstance(pick, TPDescriptor)
    assert (pick.in_image_x_size, pick.in_image_y_size) == (shape[1], shape[3] // planes)
    assert (pick.in_window_x_end, pick.in_image_z_size) == (0, planes)
    check(mean(*shape), "a311d")


def test_channels_that_share_no_rows_evenly_stay_dense_and_may_be_too_many() -> None:
    graph = mean(1, 11, 11, 1511)  # a prime: 16,621 rows are too many
    reason = VsimBackend("a311d").supports(graph.ops[0], graph).reason or ""
    assert "276,257,641 dense weights" in reason
