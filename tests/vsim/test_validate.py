# SPDX-License-Identifier: MIT
"""Every refusal of jobs from a file, each brought about by one change of good jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from npucore.errors import InvalidModelError
from npucore.family.code import Address
from npucore.ops import Activation
from npucore_vsim import VsimBackend
from npucore_vsim.chip import CHIPS
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Kernels
from npucore_vsim.job import Job
from npucore_vsim.program import VsimCompiled as Compiled
from npucore_vsim.sim.nn import NNEngine, Writes
from npucore_vsim.validate import validate
from tests.material.vsim.boards import network
from tests.vsim.test_plan import convolution

Change = Callable[[Compiled], Compiled]
TURN, FIRST, SECOND, POOL, BACK = range(5)  # jobs of the network
LOOKUP = 2  # the first one behind a layer that clamps: turn, layer, look-up
SIDE, DEPTH = 8191, 16383
PLACE_AT = 74  # where the network's first stream on V7 says where its first kernel's plane goes
BITS = 28  # where a V8 header has the bits of its cores' streams
RUNS = v8.Code((0, 1, 7, 2, 8, 5, 6, 3), (4, 1, 0, 1))


@cache
def network_on(chip: str) -> Compiled:
    """Maps of (4, 6, 3) -> (4, 6, 5) -> (4, 6, 4) -> (2, 3, 4)."""
    return VsimBackend(chip).compiled(network())


@cache
def clamped_on(chip: str) -> Compiled:
    """A layer with look-ups behind it."""
    return VsimBackend(chip).compiled(convolution(activation=Activation.RELU6))


def with_job(number: int, change: Callable[[Job], Job]) -> Change:
    def changed(good: Compiled) -> Compiled:
        jobs = list(good.jobs)
        jobs[number] = change(jobs[number])
        # mypy does not bind the type of jobs, which a generic class declares
        return replace(good, jobs=tuple(jobs))  # type: ignore[arg-type]

    return changed


def fields(number: int, **values: int) -> Change:
    return with_job(number, lambda job: replace(job, descriptor=job.descriptor.replaced(**values)))


def place(number: int, name: str, buffer: str, offset: int = 0) -> Change:
    at = {name: Address(buffer, offset)}
    return with_job(number, lambda job: replace(job, addresses={**job.addresses, **at}))


def constants(at: int, *values: int, dtype: str = "u1") -> Change:
    """Numbers of *dtype* at byte *at*; some room behind the end."""

    def changed(good: Compiled) -> Compiled:
        data = np.concatenate([good.constants, np.zeros(4096, np.uint8)])
        put = np.array(values, dtype).view(np.uint8)
        data[at : at + put.size] = put
        return replace(good, constants=data)

    return changed


def stream(data: np.ndarray) -> Change:
    """Other coefficients for the first layer: behind all others."""

    def changed(good: Compiled) -> Compiled:
        end = good.constants.size
        joined = np.concatenate([good.constants, data, np.zeros(4096, np.uint8)])
        return place(FIRST, "kernel_address", "constants", end)(replace(good, constants=joined))

    return changed


def both(first: Change, second: Change) -> Change:
    return lambda good: second(first(good))


def kernels(count: int, channels: int) -> Kernels:
    weights = np.zeros((count, channels, 1, 1), np.uint8)
    return Kernels(weights, np.zeros(count, np.int32), 128)


def sizes(*counts: int) -> str:
    return rf"arrays of {np.prod(counts)} elements, at most 67108864 are accepted"


MANY = "262152 tiles, at most 262144 are accepted"  # 4 x 6 x 10923, or 4 x 3 x 21846


def refused(chip: str, change: Change, good: Callable[[str], Compiled] = network_on) -> str | None:
    try:
        validate(change(good(chip)))
    except InvalidModelError as error:
        return str(error)
    return None


PLACES = (
    (FIRST, "kernel_address", "activations", "constants"),
    (FIRST, "out_image_address", "constants", "activations"),
    (TURN, "out_image_base_address", "constants", "activations"),
)


@pytest.mark.parametrize(("job", "name", "found", "wanted"), PLACES)
@pytest.mark.parametrize("chip", ["a311d", "imx8mp"])
def test_an_address_in_the_wrong_buffer_is_refused(
    chip: str, job: int, name: str, found: str, wanted: str
) -> None:
    sentence = f"vsim: job {job}: {name} is in {found}, wanted {wanted}"
    assert refused(chip, place(job, name, found)) == sentence


def test_a_table_in_the_activations_is_refused() -> None:
    name = "alu_load_pwl_lut_address"
    sentence = f"vsim: job {LOOKUP}: {name} is in activations, wanted constants"
    assert refused("a311d", place(LOOKUP, name, "activations"), clamped_on) == sentence
    assert refused("a311d", lambda good: good, clamped_on) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (fields(FIRST, in_image_y_size=SIDE, in_image_x_size=SIDE), sizes(3, SIDE, SIDE)),
        (fields(FIRST, out_image_y_size=SIDE, kernel_z_size=DEPTH), sizes(DEPTH, 8192, 7)),
        (fields(FIRST, out_image_x_size=SIDE, kernel_z_size=DEPTH), sizes(DEPTH, 5, 8192)),
        (fields(FIRST, out_image_z_size=DEPTH, out_image_y_size=SIDE), sizes(DEPTH, SIDE, 6)),
        (
            fields(FIRST, out_image_z_size=DEPTH, kernel_z_size=DEPTH, kernel_xy_size=2),
            sizes(DEPTH, DEPTH, 2),
        ),
        (
            fields(FIRST, out_image_z_size=DEPTH, kernel_z_size=DEPTH, kernel_y_size=2),
            sizes(DEPTH, DEPTH, 2),
        ),
        (
            fields(FIRST, depthwise=1, out_image_z_size=DEPTH, in_image_y_size=SIDE),
            sizes(DEPTH, SIDE, 6),
        ),
        (fields(TURN, in_window_x_end=SIDE, in_window_y_end=SIDE), sizes(4, 8192, 8192)),
        (fields(TURN, in_image_x_size=SIDE, in_image_y_size=SIDE), sizes(4, SIDE, SIDE)),
        (fields(TURN, in_window_x_end=4095, in_window_y_end=4095, in_tile_x_size=64), None),
        (fields(TURN, in_window_x_end=4096, in_window_y_end=4095), sizes(4, 4097, 4096)),
        (
            fields(TURN, in_window_x_end=10921, in_tile_y_size=1, in_window_y_start=-1),
            "305816 tiles, at most 262144 are accepted",
        ),
        (fields(TURN, in_window_x_end=10921, in_tile_y_size=1), None),
        (fields(TURN, in_window_x_end=21843, in_tile_y_size=2), None),
        (fields(TURN, in_window_x_end=21845, in_tile_y_size=2), MANY),
        (fields(TURN, in_window_x_end=21843, in_tile_y_size=1, in_tile_x_size=2), None),
        (fields(TURN, in_window_x_end=10922, in_tile_y_size=1), MANY),
        (fields(TURN, in_window_x_end=10922, in_tile_y_size=0), MANY),
        (
            fields(TURN, in_window_x_end=10922, in_tile_y_size=1, in_window_x_start=-1),
            "262176 tiles, at most 262144 are accepted",
        ),
    ],
)
def test_arrays_and_tiles_beyond_reason_are_refused(change: Change, sentence: str | None) -> None:
    found = refused("a311d", change) or ""
    if sentence is None:
        assert "at most" not in found
    else:
        assert re.fullmatch(rf"vsim: job [01]: {sentence}", found)


@pytest.mark.parametrize(
    ("chip", "change", "sentence"),
    [
        ("a311d", constants(PLACE_AT, 232, dtype="<u4"), None),
        (
            "a311d",
            constants(PLACE_AT, 233, dtype="<u4"),
            "its coefficients write bytes 24 to 257 of 256, from 0 on",
        ),
        (
            "imx8mp",
            fields(FIRST, out_image_y_stride=39),
            "its coefficients write bytes 0 to 960 of 256, from 0 on",
        ),
        (
            "imx8mp",
            place(FIRST, "out_image_address", "activations", 137),
            "its coefficients write bytes 137 to 257 of 256, from 137 on",
        ),
        ("imx8mp", place(FIRST, "out_image_address", "activations", 136), None),
    ],
)
def test_planes_that_coefficients_put_beyond_the_end_are_refused(
    chip: str, change: Change, sentence: str | None
) -> None:
    assert refused(chip, change) == (sentence and f"vsim: job 1: {sentence}")


def test_planes_before_the_outputs_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No known stream says so: V7's offsets have no sign, V8's follow from the channel."""
    monkeypatch.setattr(NNEngine, "writes", lambda *_: Writes(-1, 5, True))
    sentence = "vsim: job 1: its coefficients write bytes -1 to 5 of 256, from 0 on"
    assert refused("a311d", lambda good: good) == sentence


LARGEST = 3 * 255 * 255
"""Of the first kernel on V7 with weights of 255 for a zero point of 0."""


@pytest.mark.parametrize("sign", [1, -1])
def test_sums_beyond_32_bits_are_refused(sign: int) -> None:
    def summing(bias: int) -> str | None:
        weights = np.full((5, 3, 1, 1), 255, np.uint8)
        made = Kernels(weights, np.full(5, bias, np.int32), 0)
        data = v7.encode(made, 8, 1, 24, 0)
        whole = fields(FIRST, coef_zero_point=0)
        return refused("a311d", both(stream(data), whole))

    most = (1 << 31) - 1 - LARGEST
    assert summing(sign * most) is None
    sentence = "vsim: job 1: its coefficients can add up to sums beyond 32 bits"
    assert summing(sign * (most + 1)) == sentence


@pytest.mark.parametrize(
    ("chip", "change", "sentence"),
    [
        ("a311d", fields(FIRST, pooling=2), "NN pooling is 2, wanted 0, 1 or 3"),
        ("a311d", fields(FIRST, pooling=1, out_image_y_size=1), "NN: results of 0 x 3"),
        ("a311d", fields(FIRST, pooling=1, out_image_x_size=1), "NN: results of 2 x 0"),
        ("a311d", fields(FIRST, clamp_low=0), "NN clamps to 0.0 to inf, and nobody knows in which"),
        ("a311d", fields(FIRST, out_image_z_size=0), "NN: a kernel or an output of size 0"),
        ("a311d", fields(FIRST, kernel_z_size=0), "NN: a kernel or an output of size 0"),
        ("a311d", fields(FIRST, kernel_xy_size=0), "NN: a kernel or an output of size 0"),
        ("a311d", fields(FIRST, kernel_y_size=0), "NN: a kernel or an output of size 0"),
        ("a311d", constants(64, 9), "coefficients with runs of 9 bits, at most 8"),
        (
            "a311d",
            both(constants(64, 8), fields(FIRST, kernel_z_size=400)),
            "coefficients end before the last weight",
        ),
        ("a311d", constants(0, 2, dtype="<u4"), "coefficients of 2 bytes at 64 of"),
        ("a311d", constants(65, 2), "a core with 2 of 5 kernels"),
        ("a311d", fields(FIRST, kernel_z_size=400), "coefficients end before the last weight"),
        ("imx8mp", constants(0, 0x11), "coefficients with flags 0x1, wanted none"),
        ("imx8mp", constants(BITS, 265, dtype="<u4"), "core 0 has 265 bits for 1 x 3 weights"),
        ("imx8mp", constants(BITS, 0, dtype="<u4"), "core 0 has no count of its kernels"),
        ("imx8mp", stream(v8.encode(kernels(10, 3), 6, 2)), "core 0 has 2 kernels, wanted 1"),
        ("imx8mp", fields(FIRST, kernel_z_size=10), "10 weights of a core, wanted more"),
        ("imx8mp", constants(BITS, 1 << 20, dtype="<u4"), "NN kernel_address: "),
    ],
)
def test_coefficients_that_say_something_else_are_refused(
    chip: str, change: Change, sentence: str
) -> None:
    assert (refused(chip, change) or "").startswith(f"vsim: job 1: {sentence}")


def test_as_many_bits_as_the_longest_symbols_take_are_no_reason() -> None:
    assert "bits for" not in (refused("imx8mp", constants(BITS, 264, dtype="<u4")) or "")


def test_a_run_that_the_header_does_not_have_is_refused() -> None:
    data, channels = v8.encode(kernels(5, 5), 6, 1, RUNS), fields(FIRST, kernel_z_size=5)
    assert refused("imx8mp", both(stream(data), channels)) is None
    data[1] = 2  # of four runs; the third stands for one zero, of the three that fill up each nine
    found = refused("imx8mp", both(stream(data), channels))
    assert found == "vsim: job 1: run 2 of a table of 2"


@pytest.mark.parametrize("chip", CHIPS)
def test_good_jobs_pass(chip: str) -> None:
    for good in (network_on, clamped_on):
        assert refused(chip, lambda compiled: compiled, good) is None


def test_an_address_in_a_buffer_that_jobs_do_not_have_is_refused() -> None:
    found = refused("a311d", place(FIRST, "in_image_address", "commands"))
    assert found == "vsim: job 1: 'commands'"
