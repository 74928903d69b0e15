# SPDX-License-Identifier: MIT
"""The vendor's streams, byte for byte: how runs are split, and how wide they are."""

from __future__ import annotations

import numpy as np
import pytest

from npucore_vsim.chip import CHIPS, IMX8MP
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Kernels
from npucore_vsim.registers import NNDescriptor
from npucore_vsim.sim import weights_v7, weights_v8
from npucore_vsim.sim.weights_v7 import Form
from tests.material.vsim.captures import VENDOR, capture

V7 = (  # all that have a job of the NN cores
    "A311D/avgpool2x2_s2",
    "A311D/conv1x1_c16",
    "A311D/conv3x3_c1",
    "A311D/conv3x3_maxpool2",
    "A311D/conv3x3_s2_valid",
    "A311D/dw3x3_s1",
    "A311D/dw3x3_s2",
    "A311D/fc64_10",
    "S905D3/conv1x1_c16",
    "S905D3/dw3x3_s1",
)
V8_WITH_RUNS = ("IMX8MP/avgpool2x2_s2", "IMX8MP/conv3x3_s2_valid", "IMX8MP/maxpool2x2_s2")


def form(job: NNDescriptor) -> Form:
    return Form(
        kernels=job.out_image_z_size,
        channels=job.kernel_z_size,
        rows=job.kernel_y_size,
        columns=job.kernel_xy_size,
        kernels_per_core=job.kernels_per_core,
        zero_point=job.coef_zero_point,
    )


def loaded(name: str) -> tuple[NNDescriptor, np.ndarray]:
    if name not in VENDOR:
        pytest.skip("the capture is not on this machine")
    found = capture("vendor", name)
    return found.nn()[0], found.arrays["nbg_coefficients"]


@pytest.mark.skipif(not VENDOR, reason="the captures are not on this machine")
def test_no_stream_of_the_vendors_is_left_out() -> None:
    with_runs = set()
    for name in VENDOR:
        if not capture("vendor", name).nn():
            continue
        _, stream = loaded(name)
        if name.startswith("IMX8MP"):
            with_runs |= {name} if weights_v8.Header.read(stream, IMX8MP.cores).runs else set()
        else:
            assert name in V7
    assert with_runs == set(V8_WITH_RUNS)


@pytest.mark.parametrize("name", V7)
def test_v7_streams_are_the_vendors(name: str) -> None:
    job, stream = loaded(name)
    chip = CHIPS[name.split("/")[0].lower()]
    plane = job.out_image_x_stride * job.out_image_y_stride
    read = weights_v7.decode(stream, form(job), chip.cores, split=False)
    assert (read.offsets == np.arange(job.out_image_z_size) * plane).all()
    weights = (read.weights + job.coef_zero_point).astype(np.uint8)
    kernels = Kernels(weights, read.bias.astype(np.int32), job.coef_zero_point)
    encoded = v7.encode(
        kernels, chip.cores, job.kernels_per_core, plane, chip.run_bits, v7.Dialect.VENDOR
    )
    assert np.array_equal(encoded, stream[: encoded.size])
    assert not stream[encoded.size :].any()


@pytest.mark.parametrize("name", V8_WITH_RUNS)
def test_v8_streams_with_runs_are_the_vendors_given_the_headers_table(name: str) -> None:
    job, stream = loaded(name)
    depthwise = bool(job.depthwise)
    header = weights_v8.Header.read(stream, IMX8MP.cores)
    read = weights_v8.decode(stream, form(job), IMX8MP.cores, depthwise)
    weights = (read.weights + job.coef_zero_point).astype(np.uint8)
    kernels = Kernels(weights, read.bias.astype(np.int32), job.coef_zero_point, depthwise)
    code = v8.Code(header.lengths, header.runs)
    encoded = v8.encode(kernels, IMX8MP.cores, job.kernels_per_core, code)
    assert np.array_equal(encoded, stream[: encoded.size])
    assert not stream[encoded.size :].any()


@pytest.mark.parametrize("run_bits", [1, 3, 6])
def test_runs_of_the_vendors_end_where_a_bias_waits(run_bits: int) -> None:
    """Kernels of nothing but zeros, whose words stand between pairs."""
    weights = np.full((6, 4, 3, 3), 7, np.uint8)
    weights[0, 0], weights[5, 3, 2, 1] = 1, 9
    kernels = Kernels(weights, np.arange(6, dtype=np.int32), 7)
    stream = v7.encode(kernels, 1, 6, 100, run_bits, v7.Dialect.VENDOR)
    read = weights_v7.decode(stream, Form(6, 4, 3, 3, 6, 7), 1, split=False)
    assert np.array_equal(read.weights + 7, weights)
    assert np.array_equal(read.bias, np.arange(6))
    assert np.array_equal(read.offsets, np.arange(6) * 100)
