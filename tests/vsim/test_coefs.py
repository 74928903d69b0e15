# SPDX-License-Identifier: MIT
"""Encoders against decoders, and both against the streams of Mesa and VeriSilicon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore_vsim.chip import A311D, CHIPS, IMX8MP
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Kernels
from npucore_vsim.registers import NNDescriptor
from npucore_vsim.sim import weights_v7, weights_v8
from npucore_vsim.sim.weights_v7 import Form
from tests.material.vsim.captures import MESA, VENDOR, capture

PLAIN_VENDOR_V8 = [
    "conv1x1_c16",
    "conv3x3_c1",
    "conv3x3_maxpool2",
    "dw3x3_s1",
    "dw3x3_s2",
    "fc64_10",
]


def form(job: NNDescriptor) -> Form:
    return Form(
        kernels=job.out_image_z_size,
        channels=job.kernel_z_size,
        rows=job.kernel_y_size,
        columns=job.kernel_xy_size,
        kernels_per_core=job.kernels_per_core,
        zero_point=job.coef_zero_point,
    )


def in_order(job: NNDescriptor, found: weights_v7.Coefficients) -> Kernels:
    """What was decoded, channel by channel."""
    channel = found.offsets // (job.out_image_x_stride * job.out_image_y_stride)
    order = np.argsort(channel)
    assert channel[order].tolist() == list(range(len(order)))
    weights = (found.weights[order] + job.coef_zero_point).astype(np.uint8)
    return Kernels(weights, found.bias[order].astype(np.int32), job.coef_zero_point)


@pytest.mark.parametrize("name", MESA)
def test_mesas_streams_are_what_the_encoder_writes(name: str) -> None:
    chip, found = CHIPS[name.split("/")[0].lower()], capture("mesa", name)
    for number, entry in enumerate(found.facts["jobs"]):
        if entry["kind"] == "nn":
            job = NNDescriptor.decode(found.arrays[f"job{number}_nn"].tolist())
            stream = found.arrays[f"job{number}_coef"]
            kernels = in_order(job, weights_v7.decode(stream, form(job), chip.cores, split=True))
            addition = kernels.weights.shape == (1, 2, 2, 2)
            plane = job.out_image_x_stride * job.out_image_y_stride
            runs = 0 if addition else chip.run_bits
            encoded = v7.encode(kernels, chip.cores, job.kernels_per_core, plane, runs)
            assert np.array_equal(encoded, stream[: encoded.size])
            assert not stream[encoded.size :].any()


@pytest.mark.parametrize("name", [name for name in VENDOR if capture("vendor", name).nn()])
def test_the_vendors_streams_decode_to_the_models_weights(name: str) -> None:
    chip, found = CHIPS[name.split("/")[0].lower()], capture("vendor", name)
    job, stream = found.nn()[0], found.arrays["nbg_coefficients"]
    if "w" not in found.arrays:
        pytest.skip("the vendor made the weights up")
    if chip.generation == 8:
        depthwise = bool(job.depthwise)
        centred = weights_v8.decode(stream, form(job), chip.cores, depthwise).weights
        weights: np.ndarray = centred + job.coef_zero_point
    else:
        read = weights_v7.decode(stream, form(job), chip.cores, split=False)
        weights = in_order(job, read).weights
    assert np.array_equal(weights, expected(found.arrays["w"], weights.shape, job.coef_zero_point))


def expected(model: np.ndarray, shape: tuple[int, ...], zero_point: int) -> np.ndarray:
    """The model's weights as a job has them: dense, folded, or four planes of each channel."""
    if model.ndim == 2:
        return model.reshape(shape)
    if model.shape[0] == 1:
        model = model[0]
        dense = np.full((len(model), shape[1], *model.shape[1:]), zero_point)
        dense[np.arange(len(model)), np.arange(len(model)) % shape[1]] = model
        return dense
    if model.shape == shape:
        return model
    planes = np.full(shape, zero_point)
    for y in range(2):
        for x in range(2):
            taps = model[:, :, y::2, x::2]
            planes[:, 2 * y + x :: 4, : taps.shape[2], : taps.shape[3]] = taps
    return planes


@pytest.mark.parametrize("case", PLAIN_VENDOR_V8)
def test_the_vendors_plain_v8_streams_are_what_the_encoder_writes(case: str) -> None:
    if f"IMX8MP/{case}" not in VENDOR:
        pytest.skip("the capture is not on this machine")
    found = capture("vendor", f"IMX8MP/{case}")
    job, stream = found.nn()[0], found.arrays["nbg_coefficients"]
    depthwise = bool(job.depthwise)
    header = weights_v8.Header.read(stream, IMX8MP.cores)
    read = weights_v8.decode(stream, form(job), IMX8MP.cores, depthwise)
    weights = (read.weights + job.coef_zero_point).astype(np.uint8)
    kernels = Kernels(weights, read.bias.astype(np.int32), job.coef_zero_point, depthwise)
    encoded = v8.encode(kernels, IMX8MP.cores, job.kernels_per_core, v8.Code(header.lengths))
    assert not header.runs
    assert np.array_equal(encoded, stream[: encoded.size])


Sizes = tuple[int, int, int, int]  # kernels, channels, rows, columns
shapes = st.tuples(st.integers(1, 40), st.integers(1, 15), st.integers(1, 5), st.integers(1, 5))


def random_kernels(shape: Sizes, sparse: bool, seed: int) -> Kernels:
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 256, shape).astype(np.uint8)
    zero = int(rng.integers(0, 256))
    if sparse:
        weights[rng.random(shape) < 0.95] = zero
    return Kernels(weights, rng.integers(-(2**31), 2**31, shape[0]).astype(np.int32), zero)


@given(shapes, st.booleans(), st.integers(1, 20), st.sampled_from(v7.Dialect), st.integers(0, 99))
def test_v7_streams_say_what_was_put_in(
    shape: Sizes, sparse: bool, per_core: int, dialect: v7.Dialect, seed: int
) -> None:
    kernels = random_kernels(shape, sparse, seed)
    stream = v7.encode(kernels, A311D.cores, per_core, 100, A311D.run_bits, dialect)
    read = weights_v7.decode(
        stream,
        Form(*shape, per_core, kernels.zero_point),
        A311D.cores,
        split=dialect is v7.Dialect.MESA,
    )
    order = np.argsort(read.offsets, kind="stable")
    present = order[: shape[0]]
    assert np.array_equal(read.weights[present] + kernels.zero_point, kernels.weights)
    assert np.array_equal(read.bias[present], kernels.bias)


codes = st.sampled_from(
    [None, v8.Code((0, 1, 7, 2, 8, 5, 6, 3), (4, 1, 0, 1)), v8.Code((7, 0, 6, 5, 8, 4, 3, 2), (0,))]
)


@given(shapes, st.booleans(), st.integers(1, 20), st.booleans(), codes, st.integers(0, 99))
def test_v8_streams_say_what_was_put_in(
    shape: Sizes,
    sparse: bool,
    per_core: int,
    depthwise: bool,
    code: v8.Code | None,
    seed: int,
) -> None:
    if depthwise:
        shape = (shape[0], 1, shape[2], shape[3])
    made = random_kernels(shape, sparse, seed)
    kernels = Kernels(made.weights, made.bias, made.zero_point, depthwise)
    stream = v8.encode(kernels, IMX8MP.cores, per_core, code)
    read = weights_v8.decode(
        stream, Form(*shape, per_core, kernels.zero_point), IMX8MP.cores, depthwise
    )
    assert np.array_equal(read.weights + kernels.zero_point, kernels.weights)
    assert np.array_equal(read.bias, kernels.bias)
    assert np.array_equal(read.offsets, np.arange(shape[0]))
