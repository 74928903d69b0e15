# SPDX-License-Identifier: MIT
"""Streams that go through a file are the same streams, and others are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress
from npucore.errors import InvalidModelError
from npucore.family.lanes import Lanes
from npucore.family.program import FamilyProgram
from npucore.graph import Graph
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Job
from npucore_rocket.export import export, listing, restore
from npucore_rocket.image import RocketImage
from npucore_rocket.program import RocketCompiled as Compiled
from npucore_rocket.validate.error import StreamError

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


class FakeDevice:
    """Memory at fixed addresses, and a record of what was submitted."""

    def __init__(self) -> None:
        self.buffers: dict[int, Array] = {}
        self.jobs: list[list[tuple[int, int]]] = []

    def allocate(self, size_bytes: int) -> tuple[int, Array]:
        address = 0x10_0000 * (1 + len(self.buffers))
        self.buffers[address] = np.zeros(size_bytes, np.uint8)
        return address, self.buffers[address]

    def itself(self) -> FakeDevice:
        return self

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> FakeDevice:
        self.jobs = [list(job.tasks) for job in jobs]
        return self

    def start(self) -> None: ...

    def finish(self) -> None: ...

    def free(self, addresses: Sequence[int]) -> None: ...

    def clock_ns(self) -> int:
        return 0

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The part of the demonstration network that the NPU takes."""
    whole = npucore.load(DIGITS)
    return partition(whole, [RocketBackend(), ReferenceBackend()]).runs[0].graph


@pytest.fixture(scope="module")
def compiled(graph: Graph) -> Compiled:
    return RocketBackend().compiled(graph)


@pytest.fixture
def exported(compiled: Compiled) -> Exported:
    """A copy that a test may change."""
    stored = export(compiled)
    arrays = {name: array.copy() for name, array in stored.arrays.items()}
    return Exported(dict(stored.manifest), arrays)


def restored(exported: Exported, graph: Graph) -> Compiled:
    return restore(exported, graph.inputs, graph.outputs, RK3588)


def test_everything_comes_back(compiled: Compiled, exported: Exported, graph: Graph) -> None:
    back = restored(exported, graph)
    for field in fields(compiled):
        mine, theirs = getattr(compiled, field.name), getattr(back, field.name)
        if field.name == "constants":
            np.testing.assert_array_equal(mine, theirs)
        elif field.name != "jobs":
            assert mine == theirs
    assert [len(job) for job in back.jobs] == [len(job) for job in compiled.jobs]
    for mine, theirs in zip(sum(compiled.jobs, ()), sum(back.jobs, ()), strict=True):
        assert (mine.op, mine.offset) == (theirs.op, theirs.offset)
        assert mine.code.relocations == theirs.code.relocations
        np.testing.assert_array_equal(mine.code.words, theirs.code.words)


def test_a_device_gets_the_same_bytes(compiled: Compiled, exported: Exported, graph: Graph) -> None:
    image = np.random.default_rng(0).integers(-128, 128, (1, 8, 8, 1), np.int8)
    devices = FakeDevice(), FakeDevice()
    for device, program in zip(devices, (compiled, restored(exported, graph)), strict=True):
        FamilyProgram(RocketImage, program, Lanes(partial(FakeDevice.itself, device))).submit(
            [image]
        )
    assert devices[0].jobs == devices[1].jobs
    for address, data in devices[0].buffers.items():
        np.testing.assert_array_equal(data, devices[1].buffers[address])


def test_an_artifact_gives_the_bytes_of_its_model(tmp_path: Path) -> None:
    npucore.compile(DIGITS, "rocket").write(tmp_path / "x.npu")
    rng = np.random.default_rng(0)
    with (
        npucore.Session(DIGITS, "rocket") as session,
        npucore.Session(tmp_path / "x.npu") as stored,
    ):
        for _ in range(3):
            image = rng.integers(-128, 128, (1, 8, 8, 1), np.int8)
            assert session.run(image)[0].tobytes() == stored.run(image)[0].tobytes()


def test_a_listing_has_all_words_with_their_addresses(
    compiled: Compiled, exported: Exported
) -> None:
    tasks = listing(exported, RK3588).tasks
    expected = [(n, task) for n, job in enumerate(compiled.jobs) for task in job]
    assert [(task.job, task.op) for task in tasks] == [(n, task.op) for n, task in expected]
    for listed, (_, task) in zip(tasks, expected, strict=True):
        assert len(listed.words) == task.code.words.size
        addresses = {i: w.address for i, w in enumerate(listed.words) if w.address is not None}
        assert addresses == {
            place: ListedAddress(a.buffer, a.offset) for place, a in task.code.relocations
        }


def test_a_line_says_what_will_be_added(exported: Exported) -> None:
    line = next(t for t in listing(exported, RK3588).tasks[0].lines if "DCOMP_ADDR0" in t)
    assert line.endswith("+ constants[0x0]")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("version", 2, "2, wanted 1, the version that is known here"),
        ("chip", "rk3568", "'rk3568', wanted rk3588"),
        ("activations_bytes", 1 << 40, "wanted 0 to 2147483648"),
        ("activations_bytes", 64, "an address out of range"),
        ("inputs", [], "0 maps for 1 tensors"),
        ("inputs", [-1], "-1, wanted 0 to"),
        ("outputs", ["a"], "'a', wanted an integer"),
    ],
)
def test_a_wrong_manifest_is_refused(
    exported: Exported, graph: Graph, key: str, value: object, sentence: str
) -> None:
    changed = Exported({**exported.manifest, key: value}, exported.arrays)
    with pytest.raises(InvalidModelError, match=sentence):
        restored(changed, graph)


def test_a_map_beyond_the_end_is_refused(exported: Exported, graph: Graph) -> None:
    last = exported.manifest["activations_bytes"] - 1
    changed = Exported({**exported.manifest, "inputs": [last]}, exported.arrays)
    with pytest.raises(InvalidModelError, match=f"image ends at .* of {last + 1} bytes"):
        restored(changed, graph)


@pytest.mark.parametrize(
    ("name", "place", "value", "sentence"),
    [
        ("tasks", (0, 0), 1, "jobs are not in order"),
        ("tasks", (-1, 0), 1 << 40, "jobs are not in order"),
        ("tasks", (0, 1), -1, "an op below 0"),
        ("tasks", (0, 2), 0, "a task without words"),
        ("tasks", (0, 2), 1 << 62, "words, but tasks of"),
        ("relocations", (0, 0), -1, "an address for no task"),
        ("relocations", (0, 0), 1 << 40, "an address for no task"),
        ("relocations", (0, 1), 1 << 40, "an address for no word"),
        ("relocations", (0, 1), 0, "an address for the word"),
        ("relocations", (0, 2), 3, "an address in no buffer"),
        ("relocations", (0, 3), 1 << 40, "an address out of range"),
        ("relocations", (1,), None, "two addresses for a word"),
        ("words", (5,), (1 << 64) - 1, "no block has target 0xffff"),
    ],
)
def test_a_number_out_of_range_is_refused(
    exported: Exported, graph: Graph, name: str, place: Any, value: int | None, sentence: str
) -> None:
    array = exported.arrays[name]
    array[place] = array[0] if value is None else value
    for read in (lambda: restored(exported, graph), lambda: listing(exported, RK3588)):
        with pytest.raises(InvalidModelError, match=sentence):
            read()


@pytest.mark.parametrize("name", ["words", "tasks", "relocations", "constants"])
def test_arrays_of_another_kind_are_refused(exported: Exported, graph: Graph, name: str) -> None:
    array = exported.arrays[name]
    wrong = [array.astype(np.int16), array[..., None], array.reshape(-1)[:0].reshape(0, 1)]
    arrays = {key: value for key, value in exported.arrays.items() if key != name}
    for changed in (arrays, *({**arrays, name: bad} for bad in wrong)):
        with pytest.raises(InvalidModelError, match=f"rocket: .*{name}"):
            restored(Exported(exported.manifest, changed), graph)


@pytest.mark.parametrize(("shape", "dtype"), [((), "int8"), ((1, 8, 8, 1), "int16")], ids=str)
def test_ends_that_are_no_maps_are_refused(
    exported: Exported, graph: Graph, shape: tuple[int, ...], dtype: str
) -> None:
    end = Tensor("x", shape, np.dtype(dtype), Quantization.per_tensor(1.0))
    with pytest.raises(InvalidModelError, match=r"x: .* is no feature map"):
        restore(exported, (end,), graph.outputs, RK3588)


@pytest.mark.slow
def test_any_number_may_be_wrong(exported: Exported, graph: Graph) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        name = str(rng.choice([*exported.arrays]))
        array = exported.arrays[name].copy()
        flat = array.reshape(-1).view(np.uint8)
        flat[rng.integers(flat.size)] ^= 1 << rng.integers(8)
        changed = Exported(exported.manifest, {**exported.arrays, name: array})
        try:
            FamilyProgram(RocketImage, restored(changed, graph), Lanes(FakeDevice))
        except (InvalidModelError, StreamError):
            continue
