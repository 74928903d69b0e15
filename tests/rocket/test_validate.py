# SPDX-License-Identifier: MIT
"""Good tasks pass, damaged ones are refused in a sentence, and nothing else is ever submitted."""

from __future__ import annotations

import time
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from npucore.hw.memory import PAGE_BYTES
from npucore_rocket.chip import RK3588
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.kinds import tables
from npucore_rocket.validate.words import COLUMNS
from tests.material.rocket.damage import changed, numbers_only, value
from tests.material.rocket.layers import load, names
from tests.material.rocket.mesas_jobs import mesas_jobs
from tools.faults.count import count, damaged, document, refused
from tools.faults.inject import CLASSES
from tools.faults.jobs import Job, addition, good_jobs, job_of, linked
from tools.faults.legal import LEGAL
from tools.faults.simulate import simulate

ROOT = Path(__file__).parents[2]
REFUSED = tomllib.loads((ROOT / "tests/material/rocket/mesa_refused.toml").read_text())["refused"]
SAMPLED = {"a bit of a register": 0.2, "a bit of an offset, a target or the tail": 0.1}
JOBS = good_jobs()
CONVOLUTION, DEPTHWISE, CHANNELS, CONNECTED, ADDITION, TWO_TASKS = JOBS


def judged(shared: Path, page_bytes: int) -> list[tuple[str, StreamError | None]]:
    """Every captured job with what is said of it."""
    return [(job.name, refused(job)) for job in mesas_jobs(shared, page_bytes)]


def test_mesas_jobs_pass_or_are_refused_for_a_listed_fault(shared: Path) -> None:
    jobs = judged(shared, PAGE_BYTES)
    assert len(jobs) > 200
    found = {(name, error.place.removeprefix("task 0: ")) for name, error in jobs if error}
    listed = {
        (name, entry["place"])
        for entry in REFUSED
        for pattern in entry["captures"]
        for name, _ in jobs
        if fnmatch(name, pattern)
    }
    assert found == listed
    for entry in REFUSED:
        for pattern in entry["captures"]:
            assert any(fnmatch(name, pattern) for name, _ in found), pattern


def test_mesas_biases_are_read_beyond_their_buffers_but_within_their_pages(shared: Path) -> None:
    by_page = {name for name, error in judged(shared, PAGE_BYTES) if error}
    by_byte = [(name, error) for name, error in judged(shared, 1) if error and name not in by_page]
    assert len(by_byte) > 50
    assert {error.place for _, error in by_byte} == {
        "task 0: DPU_RDMA_RDMA_BS_BASE_ADDR.bs_base_addr"
    }


@pytest.mark.slow
def test_our_streams_of_mesas_layers_pass(shared: Path) -> None:
    layers = [c for name in names(shared) if (c := load(shared, name)) is not None]
    assert len(layers) > 100
    for capture in layers:
        if capture.op.input.shape[3] > 1:
            linked(capture.graph).check()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_our_streams_pass(job: Job) -> None:
    job.check()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
@pytest.mark.parametrize("fault", CLASSES)
def test_damage_is_refused_or_listed_as_harmless(fault: str, job: Job) -> None:
    for where, bad in damaged(job, fault, SAMPLED.get(fault, 1.0)):
        if refused(bad) is None:
            assert where in LEGAL


@pytest.mark.long
def test_the_page_of_faults_is_fresh_and_every_harmless_place_is_used() -> None:
    page = (ROOT / "docs" / "rocket-validator.md").read_text()
    assert page == document()
    for where in LEGAL:
        assert f"| {where} |" in page


@pytest.mark.slow
def test_every_concern_refuses_something() -> None:
    concerns = {name for tally in count(JOBS, 0.05) for name in tally.refused}
    assert concerns == {"words", "settings", "limits", "sizes", "cbuf", "memory", "reuse"}


@pytest.mark.sample(5)
@pytest.mark.parametrize("job", JOBS[:5], ids=lambda job: job.name)
def test_what_is_let_through_runs_on_the_simulator(job: Job) -> None:
    for fault, share in (("a bit of a register", 0.5), ("banks", 1.0)):
        for _, bad in damaged(job, fault, share):
            if refused(bad) is None:
                with numbers_only():
                    simulate(bad)


def test_every_bit_is_fixed_or_has_limits() -> None:
    for kind, table in tables(RK3588.channel_step).items():
        assert len({limit.bits for limit in table.limits}) == len(table.limits)
        for register, fixed in zip(COLUMNS, table.fixed.tolist(), strict=True):
            bits = [b for b in register.fields.values() if b in {v.bits for v in table.limits}]
            assert sum(b.mask << b.lsb for b in bits) == fixed ^ 0xFFFFFFFF, kind


def test_a_task_takes_well_under_a_millisecond() -> None:
    seconds = []
    for _ in range(5):
        start = time.process_time()
        for job in JOBS:
            job.check()
        seconds.append(time.process_time() - start)
    assert min(seconds) / sum(len(job.tasks) for job in JOBS) < 1e-3


@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        (
            changed(CONVOLUTION, CNA_CBUF_CON0=0x9B),
            "task 0: CNA_CBUF_CON0.weight_bank is 9, but wanted is 1: 12 banks less DATA_BANK",
        ),
        (
            changed(CONVOLUTION, CNA_CONV_CON1=1 << 7),
            "task 0: CNA_CONV_CON1.proc_precision is 1, but it is 0 in every known task of this "
            "kind (direct; per channel: bias)",
        ),
        (
            changed(CONVOLUTION, CNA_CONV_CON3=8),
            "task 0: CNA_CONV_CON3.conv_x_stride is 0, but it may be 1 to 7: 0 is undefined",
        ),
        (
            changed(CONVOLUTION, DPU_SURFACE_ADD=16),
            "task 0: DPU_SURFACE_ADD.surf_add is 1, but wanted is 180: surfaces of a step x "
            "DST_SURF_STRIDE",
        ),
        (
            changed(CONVOLUTION, DPU_DST_BASE_ADDR=0x10000),
            "task 0: DPU_DST_BASE_ADDR.dst_base_addr is 0x10000, but its 5760 bytes from 0x10000 "
            "to 0x11680 are in constants (0x10000 to 0x14900), which is only read",
        ),
        (
            changed(TWO_TASKS, CNA_CBUF_CON0=value(TWO_TASKS, "CNA_CBUF_CON0", 1)),
            "task 0: CNA_CBUF_CON0.weight_reuse is 1, but no task of this job loaded weights "
            "before",
        ),
    ],
    ids=["banks", "setting", "limit", "size", "buffer", "reuse"],
)
def test_a_refusal_names_register_field_value_and_limit(job: Job, sentence: str) -> None:
    assert str(refused(job)) == sentence


def test_the_odd_surfaces_of_an_addend_stay_in_its_buffer() -> None:
    job = job_of("addition of four surfaces", addition((8, 8, 64)))
    even, odd = "DPU_RDMA_RDMA_SRC_BASE_ADDR", "DPU_RDMA_RDMA_EW_BASE_ADDR"
    step = value(job, odd) - value(job, even)
    buffer = next(b for b in job.buffers if b.address <= value(job, even) < b.end)
    last = buffer.end - 3 * step  # the even surfaces, 0 and 2, end with the buffer
    moved = changed(job, **{even: last, odd: last + step})
    with pytest.raises(StreamError, match=odd):
        moved.check()
