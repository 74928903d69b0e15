# SPDX-License-Identifier: MIT
"""Limits of a task: memory, banks of the CBUF, weights that the task before has left there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from npucore.hw.registers import Bits
from npucore_rocket.chip import RK3588
from npucore_rocket.registers import cna
from npucore_rocket.validate import cbuf
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.relation import check
from npucore_rocket.validate.task import Kind, Task
from tests.material.rocket.damage import behind, message, value, with_fields
from tools.faults.jobs import Job, addition, convolution, good_jobs, job_of

DIRECT, DEPTHWISE, CHANNELS, CONNECTED, ADDITION, TWO_TASKS = good_jobs()
ONE_SURFACE = job_of("16 channels", convolution((4, 4, 16), 32, 1))
SIX_SURFACES = job_of("addition of 96 channels", addition((8, 8, 96)))
FEATURES = "CNA_FEATURE_DATA_ADDR.feature_base_addr"
WEIGHTS = "CNA_DCOMP_ADDR0.decompress_addr0"
OUTPUT = "DPU_DST_BASE_ADDR.dst_base_addr"
BIAS = "DPU_RDMA_RDMA_BS_BASE_ADDR.bs_base_addr"
EVEN = "DPU_RDMA_RDMA_SRC_BASE_ADDR.src_base_addr"
ODD = "DPU_RDMA_RDMA_EW_BASE_ADDR.ew_base_addr"
REUSE = "CNA_CBUF_CON0.weight_reuse"


def at(job: Job, field: str) -> int:
    return value(job, field.split(".")[0])


@pytest.mark.parametrize("field", [FEATURES, WEIGHTS, BIAS, OUTPUT])
def test_an_address_between_atoms_is_refused(field: str) -> None:
    address = at(DIRECT, field) + 8
    bad = with_fields(DIRECT, {field: address})
    wanted = f"task 0: {field} is {address:#x}, but addresses are multiples of 16"
    assert message(bad) == wanted


@pytest.mark.parametrize(
    ("job", "field", "address", "end", "size"),
    [
        (DIRECT, FEATURES, 0x17680, 0x181C0, 2880),
        (DIRECT, WEIGHTS, 0x10100, 0x14900, 18432),
        (DIRECT, BIAS, 0x14800, 0x14900, 256),
        (DIRECT, OUTPUT, 0x16B40, 0x181C0, 5760),
        (CHANNELS, BIAS, 0x10800, 0x10900, 256),
        (ADDITION, EVEN, 0x14000, 0x14C00, 3072),
        (ONE_SURFACE, FEATURES, 0x12200, 0x12300, 256),
        (SIX_SURFACES, EVEN, 0x17400, 0x18800, 5120),
    ],
)
def test_an_access_ends_with_its_buffer_or_is_refused(
    job: Job, field: str, address: int, end: int, size: int
) -> None:
    """Sizes by hand: lines x pixels x surfaces x 16, kernels x weights, 4 or 8 bytes a channel."""

    def found(begin: int) -> str:
        odd = {ODD: begin + 0x400} if field is EVEN else {}
        return message(with_fields(job, {field: begin, **odd})) or ""

    what = f"its {size} bytes from {address + 16:#x} to {end + 16:#x} leave the buffer"
    assert found(address + 16).startswith(f"task 0: {field} is {address + 16:#x}, but {what}")
    assert not re.match(f"task 0: {field} .* leave the buffer", found(address))


def test_an_access_from_the_end_of_its_buffer_on_is_in_none() -> None:
    bad = with_fields(DIRECT, {FEATURES: 0x181C0})
    what = "its 2880 bytes from 0x181c0 to 0x18d00 begin in no buffer"
    assert message(bad) == f"task 0: {FEATURES} is 0x181c0, but {what}"


def test_an_output_over_what_is_read_is_refused() -> None:
    bad = with_fields(DIRECT, {OUTPUT: at(DIRECT, FEATURES) - 5760 + 16})
    wanted = f"but what it writes overlaps what {FEATURES} takes"
    assert (message(bad) or "").endswith(wanted)
    assert message(with_fields(DIRECT, {OUTPUT: at(DIRECT, FEATURES) - 5760})) is None


def test_an_output_over_the_words_is_refused() -> None:
    everything = replace(DIRECT.buffers[0], size_bytes=1 << 20, writable=True)
    job = replace(DIRECT, buffers=(everything,))
    words = DIRECT.tasks[0].address
    assert message(with_fields(job, {OUTPUT: words + 130 * 8})) is None
    bad = message(with_fields(job, {OUTPUT: words + 130 * 8 - 16}))
    assert (bad or "").endswith("but what it writes overlaps what the task's words takes")


def test_words_between_beats_are_refused() -> None:
    task = replace(DIRECT.tasks[0], address=DIRECT.tasks[0].address + 8)
    wanted = "task 0: the stream's address is 0x1a008, but words lie at multiples of 16"
    assert message(replace(DIRECT, tasks=(task,))) == wanted


def kept(first: Job, second: Job) -> str | None:
    return message(behind(first, with_fields(second, {REUSE: 1})))


def test_weights_of_a_task_of_another_family_are_not_there() -> None:
    wanted = f"task 1: {REUSE} is 1, but the task before is depthwise"
    assert kept(DEPTHWISE, DIRECT) == wanted


@pytest.mark.parametrize(
    ("first", "second", "field", "now", "before"),
    [
        (TWO_TASKS, DIRECT, "CNA_WEIGHT_SIZE0.weight_bytes", 18432, 2048),
        (TWO_TASKS, CHANNELS, "CNA_WEIGHT_SIZE1.weight_bytes_per_kernel", 64, 32),
        (
            DIRECT,
            with_fields(
                DIRECT,
                {
                    "CNA_WEIGHT_SIZE2.weight_width": 1,
                    "CNA_WEIGHT_SIZE2.weight_height": 9,
                    "CNA_PAD_CON0.pad_left": 0,
                },
            ),
            "CNA_WEIGHT_SIZE2.weight_width",
            1,
            3,
        ),
        (
            DIRECT,
            with_fields(DIRECT, {"CNA_CBUF_CON0.data_bank": 2, "CNA_CBUF_CON0.weight_bank": 10}),
            "CNA_CBUF_CON0.weight_bank",
            10,
            11,
        ),
    ],
    ids=lambda each: each.name if isinstance(each, Job) else str(each),
)
def test_weights_of_other_sizes_are_not_there(
    first: Job, second: Job, field: str, now: int, before: int
) -> None:
    limit = f"{field} is {now}, and was {before} in the task before"
    assert kept(first, second) == f"task 1: {REUSE} is 1, but {limit}"


def test_weights_that_exceed_their_banks_do_not_stay() -> None:
    large = job_of("large", convolution((4, 4, 512), 96, 3))
    assert message(behind(large, large)) is None
    assert kept(large, large) == (
        f"task 1: {REUSE} is 1, but 442368 bytes of weights do not stay in 360448"
    )
    assert kept(DIRECT, DIRECT) is None


WIDTH, HEIGHT = cna.CNA_DATA_SIZE0.datain_width, cna.CNA_DATA_SIZE0.datain_height
KW, KH = cna.CNA_WEIGHT_SIZE2.weight_width, cna.CNA_WEIGHT_SIZE2.weight_height
KERNELS = cna.CNA_WEIGHT_SIZE2.weight_kernels
KERNEL_BYTES = cna.CNA_WEIGHT_SIZE1.weight_bytes_per_kernel
DATA, BANK = cna.CNA_CBUF_CON0.data_bank, cna.CNA_CBUF_CON0.weight_bank


def banks(depthwise: bool = False, **fields: int) -> str | None:
    """The verdict of the CBUF's rules on a task of 1 x 1 pixels, 32 kernels, 16 channels."""
    names: dict[str, Bits] = {
        "width": WIDTH, "height": HEIGHT, "kw": KW, "kh": KH, "kernels": KERNELS,
        "kernel_bytes": KERNEL_BYTES, "data": DATA, "weights": BANK,
        "channels": cna.CNA_DATA_SIZE1.datain_channel,
    }  # fmt: skip
    good = {"width": 2, "height": 1, "kw": 1, "kh": 1, "kernels": 32, "kernel_bytes": 16}
    numbers = {**good, "data": 1, "weights": 11, "channels": 16, **fields}
    kind = Kind("depthwise" if depthwise else "direct", "bias", False)
    task = Task(kind, {names[name]: number for name, number in numbers.items()}, RK3588)
    try:
        check(task, cbuf.relations(RK3588), cbuf.CONCERN)
    except StreamError as error:
        return error.limit
    return None


LINES = "wanted is {} to 11: banks for all lines of the task, and one left for weights"
GROUP = "wanted is {} to 11: banks for one group of kernels at least"
ENTRIES = "wanted is 1 to {}: 2047 entries of a line before its last four atoms"


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({}, None),
        ({"width": 136, "channels": 1024, "data": 9, "weights": 3}, None),
        ({"width": 137, "channels": 1024, "data": 9, "weights": 3}, ENTRIES.format(136)),
        ({"width": 2047, "channels": 128, "data": 8, "weights": 4}, None),
        ({"width": 1024, "channels": 129}, ENTRIES.format(1023)),
        # 32 lines of 8 atoms x 8 pixels are a bank of 256 entries
        ({"width": 8, "height": 32, "channels": 128}, None),
        ({"width": 8, "height": 33, "channels": 128}, LINES.format(2)),
        # two atoms left of eight: 4 x 2 / 8 = 1 entry; three take a place of four: 4 entries
        ({"width": 4, "height": 256, "channels": 32}, None),
        ({"width": 4, "height": 257, "channels": 32}, LINES.format(2)),
        ({"width": 4, "height": 64, "channels": 48}, None),
        ({"width": 4, "height": 65, "channels": 48}, LINES.format(2)),
        ({"width": 4, "height": 65, "channels": 112}, LINES.format(2)),
        # one pixel wide: 3 % of a bank stays free, 983 bytes of 32768
        ({"width": 1, "height": 248, "channels": 128}, None),
        ({"width": 1, "height": 249, "channels": 128}, LINES.format(2)),
        ({"data": 0, "weights": 12}, LINES.format(1)),
        ({"data": 12, "weights": 0}, LINES.format(1)),
        ({"weights": 10}, "wanted is 11: 12 banks less DATA_BANK"),
        ({"kernel_bytes": 1024, "data": 11, "weights": 1}, None),
        ({"kernel_bytes": 1025, "data": 11, "weights": 1}, GROUP.format(2)),
        ({"kernel_bytes": 2048, "kernels": 16, "data": 11, "weights": 1}, None),
        ({"kernel_bytes": 2049, "kernels": 16, "data": 11, "weights": 1}, GROUP.format(2)),
        ({"kernel_bytes": 2048, "kernels": 64, "data": 11, "weights": 1}, GROUP.format(2)),
    ],
)
def test_what_stays_in_the_cbuf_fits_its_banks(fields: dict[str, Any], limit: str | None) -> None:
    assert banks(**fields) == limit


def test_of_depthwise_weights_a_group_of_64_channels_stays() -> None:
    large = {"kw": 24, "kh": 21, "kernel_bytes": 24 * 21 * 128, "kernels": 1}
    assert banks(depthwise=True, **large, data=11, weights=1) is None
    larger = {**large, "kh": 22, "kernel_bytes": 24 * 22 * 128}
    assert banks(depthwise=True, **larger, data=11, weights=1) == GROUP.format(2)
    few = {**larger, "kernel_bytes": 24 * 22 * 32}
    assert banks(depthwise=True, **few, data=11, weights=1) is None
