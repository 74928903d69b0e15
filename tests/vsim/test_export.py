# SPDX-License-Identifier: MIT
"""Jobs that go through a file are the same jobs, and others are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.conformance.cases import every_case
from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress
from npucore.errors import DeviceError, InvalidModelError
from npucore.family.code import Address
from npucore.family.lanes import Lanes
from npucore.family.program import FamilyProgram
from npucore.files.artifact import Artifact
from npucore.graph import Graph
from npucore.hw.memory import Memory, SimulationError
from npucore.ops import Activation
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from npucore.tensor import Quantization, Tensor
from npucore_vsim import VsimBackend
from npucore_vsim.chip import A311D, CHIPS, IMX8MP, Chip
from npucore_vsim.emit.commands import commands
from npucore_vsim.export import export, listing, restore
from npucore_vsim.extents import extents
from npucore_vsim.image import VsimImage
from npucore_vsim.job import Job
from npucore_vsim.program import VsimCompiled as Compiled
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.sim.nn import Cores
from npucore_vsim.simulator import simulated
from tests.material.vsim.boards import network, sample, wanted
from tests.vsim.test_plan import convolution

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return VsimBackend().compiled(network())


@pytest.fixture
def exported(compiled: Compiled) -> Exported:
    """A copy that a test may change."""
    stored = export(compiled)
    arrays = {name: array.copy() for name, array in stored.arrays.items()}
    return Exported(dict(stored.manifest), arrays)


def restored(exported: Exported, graph: Graph | None = None, chip: Chip = A311D) -> Compiled:
    graph = graph or network()
    return restore(exported, graph.inputs, graph.outputs, chip)


def same(mine: Compiled, theirs: Compiled) -> bool:
    jobs = [
        (a.descriptor, dict(a.addresses), a.more) == (b.descriptor, dict(b.addresses), b.more)
        for a, b in zip(mine.jobs, theirs.jobs, strict=True)
    ]
    rest = [(c.ops, c.inputs, c.outputs, c.activations_bytes) for c in (mine, theirs)]
    return all(jobs) and rest[0] == rest[1] and np.array_equal(mine.constants, theirs.constants)


@pytest.mark.slow
@pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)
def test_everything_that_is_compiled_comes_back(chip: Chip) -> None:
    """Also: no job of the compiler's reaches beyond its buffers."""
    backend, seen = VsimBackend(chip.name), 0
    for case in every_case():
        graph = case.build().graph
        if not case.quick or not all(backend.supports(op, graph) for op in graph.ops):
            continue
        made = backend.compiled(graph)
        assert same(made, restored(export(made), graph, chip)), case.id
        seen += 1
    assert seen > 150


@pytest.mark.parametrize("chip", CHIPS)
def test_an_artifact_gives_the_bytes_of_its_model(tmp_path: Path, chip: str) -> None:
    npucore.compile(DIGITS, f"vsim:{chip}").write(tmp_path / "x.npu")
    runs = Artifact.read(tmp_path / "x.npu").runs
    assert all(isinstance(r.content, Exported) for r in runs if r.backend == "vsim")
    rng = np.random.default_rng(0)
    with (
        npucore.Session(DIGITS, f"vsim:{chip}") as session,
        npucore.Session(tmp_path / "x.npu") as stored,
    ):
        for _ in range(3):
            image = rng.integers(-128, 128, (1, 8, 8, 1), np.int8)
            assert session.run(image)[0].tobytes() == stored.run(image)[0].tobytes()


def test_an_artifact_runs_through_the_drivers_calls(tmp_path: Path) -> None:
    npucore.compile(network(), "vsim", device="virtual").write(tmp_path / "x.npu")
    with npucore.Session(tmp_path / "x.npu") as stored:
        assert cast("Any", stored.runs[0].backend).machine.kernel is not None
        assert stored.run(sample())[0].tobytes() == wanted()


def test_the_commands_read_artifacts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "x.npu")
    assert main(["compile", str(DIGITS), "--backend", "vsim:imx8mp", "-o", path]) == 0
    assert main(["disasm", path]) == 0
    text = capsys.readouterr().out
    assert "job 0, op 0 (convolution): NNDescriptor, 34 words" in text
    assert "kernel_address + constants[0x0]" in text
    assert "out_image_address + activations[" in text


def test_a_listing_has_all_words_with_their_addresses(
    compiled: Compiled, exported: Exported
) -> None:
    tasks = listing(exported, A311D).tasks
    assert [(task.job, task.op) for task in tasks] == list(enumerate(compiled.ops))
    for listed, job in zip(tasks, compiled.jobs, strict=True):
        assert tuple(word.value for word in listed.words) == job.descriptor.words
        found = {
            name: word.address
            for word in listed.words
            if word.address is not None
            for name in word.fields
        }
        assert found == {n: ListedAddress(a.buffer, a.offset) for n, a in job.addresses.items()}


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("version", 2, "2, wanted 1, the version that is known here"),
        ("chip", "imx8mp", "'imx8mp', wanted a311d"),
        ("descriptors", ["NNDescriptor", "X"], "'X', wanted NNDescriptor or TPDescriptor"),
        ("descriptors", ["TPDescriptor"], "a job of no kind"),
        ("fields", ["nonsense"], "'nonsense', wanted kernel_address or"),
        ("fields", [], "an address for no field"),
        ("buffers", ["commands"], "'commands', wanted constants or activations"),
        ("buffers", ["constants"], "an address in no buffer"),
        ("activations_bytes", 1 << 40, "wanted 0 to 2147483648"),
        ("activations_bytes", 100, "an address out of range"),
        ("activations_bytes", 150, "reaches byte"),
        ("inputs", [], "0 images for 1 tensors"),
        ("inputs", [-1], "-1, wanted 0 to"),
        ("inputs", [250], "x ends at 322 of 256 bytes"),
        ("outputs", ["a"], "'a', wanted an integer"),
    ],
)
def test_a_wrong_manifest_is_refused(
    exported: Exported, key: str, value: object, sentence: str
) -> None:
    changed = Exported({**exported.manifest, key: value}, exported.arrays)
    with pytest.raises(InvalidModelError, match=sentence):
        restored(changed)


@pytest.mark.parametrize(
    ("name", "place", "value", "sentence"),
    [
        ("jobs", (0, 0), 2, "a job of no kind"),
        ("jobs", (0, 0), 0, "job 0: kernel_address is absolute"),
        ("jobs", (0, 1), -2, "an op below -1"),
        ("jobs", (0, 2), 2, "more than one more part"),
        ("jobs", (-1, 2), 1, "a last job that is not the last"),
        ("relocations", (0, 0), -1, "an address for no job"),
        ("relocations", (0, 0), 1 << 40, "an address for no job"),
        ("relocations", (0, 1), 7, "an address for no field"),
        ("relocations", (0, 1), 0, "an address for a field that it has not"),
        ("relocations", (0, 1), 5, "no address for in_image_base_address"),
        ("relocations", (0, 2), 2, "an address in no buffer"),
        ("relocations", (0, 3), 1 << 40, "an address out of range"),
        ("relocations", (0, 3), 256, "an address out of range"),
        ("relocations", (0, 3), 255, "reaches byte"),
        ("relocations", (2, 3), 32, "coefficients astray"),
        ("relocations", (1,), None, "two addresses for a field"),
        ("words", (10,), 1 << 20, "in_image_base_address is absolute"),
        ("words", (3,), 1 << 20, "in_image_base_address reaches byte"),
        ("words", (15,), 0xFFFFFFFF, "out_image_base_address reaches byte"),
        ("words", (1,), 0, "an image of 0 planes"),
        ("words", (16,), 0, "a loop of no rounds"),
        ("words", (5,), 0xFFFF0000, "a window of no pixels"),
    ],
)
def test_a_number_out_of_range_is_refused(
    exported: Exported, name: str, place: Any, value: int | None, sentence: str
) -> None:
    array = exported.arrays[name]
    array[place] = array[0] if value is None else value
    for read in (lambda: restored(exported), lambda: listing(exported, A311D)):
        with pytest.raises(InvalidModelError, match=sentence):
            read()


def test_words_that_are_too_few_or_too_many_are_refused(exported: Exported) -> None:
    words = exported.arrays["words"]
    for changed, sentence in ((words[:-1], "which end in job 4"), ([*words, 0], "but jobs of 161")):
        arrays = {**exported.arrays, "words": np.array(changed, np.uint32)}
        with pytest.raises(InvalidModelError, match=sentence):
            restored(Exported(exported.manifest, arrays))


@pytest.mark.parametrize("name", ["words", "jobs", "relocations", "constants"])
def test_arrays_of_another_kind_are_refused(exported: Exported, name: str) -> None:
    array = exported.arrays[name]
    wrong = [array.astype(np.int16), array[..., None], array.reshape(-1)[:0].reshape(0, 1)]
    arrays = {key: value for key, value in exported.arrays.items() if key != name}
    for changed in (arrays, *({**arrays, name: bad} for bad in wrong)):
        with pytest.raises(InvalidModelError, match=f"vsim: .*{name}"):
            restored(Exported(exported.manifest, changed))


def test_ends_that_are_no_bytes_are_refused(exported: Exported) -> None:
    end = Tensor("x", (1, 4, 6, 3), np.dtype(np.int16), Quantization.per_tensor(1.0))
    with pytest.raises(InvalidModelError, match="x: int16, wanted a byte for each value"):
        restore(exported, (end,), network().outputs, A311D)


def test_any_bit_may_be_wrong(exported: Exported) -> None:
    """Refused when it is read or when it runs; or it only makes the job compute something else."""
    rng, refused = np.random.default_rng(0), 0
    for _ in range(400):
        name = str(rng.choice([*exported.arrays]))
        array = exported.arrays[name].copy()
        flat = array.reshape(-1).view(np.uint8)
        flat[rng.integers(flat.size)] ^= 1 << rng.integers(8)
        changed = Exported(exported.manifest, {**exported.arrays, name: array})
        try:
            program = FamilyProgram(VsimImage, restored(changed), Lanes(lambda: simulated(A311D)))
            program.run([sample()])
        except (InvalidModelError, DeviceError):
            refused += 1
    assert refused > 100


def test_a_changed_artifact_is_one_sentence(
    tmp_path: Path, exported: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    made = npucore.compile(network(), "vsim")
    content = made.runs[0].content
    assert isinstance(content, Exported)
    content.arrays["relocations"][0, 3] = 1 << 40
    made.write(tmp_path / "x.npu")
    assert main(["disasm", str(tmp_path / "x.npu")]) == 2
    assert capsys.readouterr().err.strip().endswith("vsim: an address out of range")


GRAPHS = {
    "pool": lambda: network(),
    "stride": lambda: convolution((9, 7), (3, 5), stride=2),
    "parts": lambda: convolution((8, 12), (16, 9), (5, 5), stride=2),
    "wide": lambda: convolution((8, 12), (16, 9), (3, 5)),
    "table": lambda: convolution(activation=Activation.RELU6),
}


@pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)
@pytest.mark.parametrize("name", GRAPHS)
def test_extents_are_what_the_simulator_touches(name: str, chip: Chip) -> None:
    """Buffers that end where a job's reach ends are enough for it; one byte less is not."""
    made = VsimBackend(chip.name).compiled(GRAPHS[name]())
    for job in made.jobs:
        reached = {
            n: e.end for n, e in extents(job.descriptor, chip).items() if n != "kernel_address"
        }
        touch(job, reached, made, chip)
        for name, end in reached.items():
            with pytest.raises(SimulationError, match=r"end|in no buffer"):
                touch(job, {**reached, name: end - 1}, made, chip)


def touch(job: Job, sizes: dict[str, int], made: Compiled, chip: Chip) -> None:
    """Run a job each of whose images is in a buffer of its own, of that size."""
    memory, bases = Memory(), {"constants": 1 << 30, "commands": 1 << 29}
    memory.map(bases["constants"], made.constants if made.constants.size else np.zeros(1, np.uint8))
    for number, (name, size) in enumerate(sizes.items()):
        bases[name] = (number + 1) << 20
        if size:
            memory.map(bases[name], np.zeros(size, np.uint8))
    addresses = {n: Address(n, 0) if n in sizes else a for n, a in job.addresses.items()}
    moved = Job(job.descriptor, addresses)
    words = np.array(moved.linked(bases).words, "<u4").view(np.uint8)
    memory.map(bases["commands"], words)
    device = SimulatedChip(Cores(chip.generation, chip.cores), memory)
    device.run(commands([(moved, bases["commands"])]))


def test_the_part_for_the_npu_of_a_network_is_stored_compiled(tmp_path: Path) -> None:
    whole = npucore.load(DIGITS)
    runs = partition(whole, [VsimBackend(), ReferenceBackend()]).runs
    mine = [run for run in runs if run.backend.name == "vsim"]
    artifact = npucore.compile(DIGITS, "vsim")
    stored = [run for run in artifact.runs if isinstance(run.content, Exported)]
    assert len(stored) == len(mine) > 0
