# SPDX-License-Identifier: MIT
"""The example of a family, stage by stage."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.contract.backend import Exported
from npucore.evidence import Evidence
from npucore.family.device import JobError
from npucore.family.image import Loading
from npucore.hw.faults import Fault
from npucore.ops import Add, Convolution, FullyConnected, Padding, Reshape
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Quantization, Tensor
from npucore_tinyacc import TinyaccBackend
from npucore_tinyacc.selftest import samples
from npucore_tinyacc.validate import TaskError
from npucore_tinyacc.virtual import HANG, TASK, VirtualKernel

INT8 = np.dtype(np.int8)


def _map(name: str, *shape: int, scale: float = 0.1) -> Tensor:
    return Tensor(name, shape, INT8, Quantization.per_tensor(scale, -5))


def _weights(name: str, *shape: int) -> Tensor:
    data = np.random.default_rng(len(name)).integers(-127, 128, shape).astype(np.int8)
    return Tensor(name, shape, INT8, Quantization.per_tensor(0.02), data)


@pytest.fixture
def graph() -> npucore.Graph:
    """A convolution that takes several tasks, an addition, a view and a matrix."""
    source, convolved, added = (_map(n, 1, 40, 30, 20) for n in ("source", "convolved", "added"))
    pooled, flat, out = _map("pooled", 1, 4, 3, 10), _map("flat", 1, 120), _map("out", 1, 7)
    ops = (
        Convolution(
            input=source, weights=_weights("w", 20, 3, 3, 20), output=convolved,
            padding=Padding(1, 1, 1, 1),
        ),
        Add(a=convolved, b=source, output=added),
        Convolution(
            input=added, weights=_weights("w2", 10, 10, 10, 20), output=pooled, stride=(10, 10)
        ),
        Reshape(input=pooled, output=flat),
        FullyConnected(input=flat, weights=_weights("w33", 7, 120), output=out),
    )  # fmt: skip
    graph = npucore.Graph(inputs=(source,), outputs=(out, added), ops=ops)
    return graph.with_rounding(Rounding.EXACT)


def _run(backend: npucore.Backend, graph: npucore.Graph) -> list[Array]:
    program = backend.compile(graph)
    try:
        return program.run(samples(graph))
    finally:
        program.close()


def _same(found: list[Array], wanted: list[Array]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_it_answers_as_the_reference_does(graph: npucore.Graph) -> None:
    assert _same(_run(TinyaccBackend("t2"), graph), _run(ReferenceBackend(), graph))


def test_the_virtual_kernel_answers_as_the_simulator_does(graph: npucore.Graph) -> None:
    virtual = TinyaccBackend("t2", device="virtual", cores=2)
    assert _same(_run(virtual, graph), _run(TinyaccBackend("t2"), graph))


def test_two_cores_work_at_once(graph: npucore.Graph) -> None:
    virtual = TinyaccBackend("t2", device="virtual", cores=2)
    program = virtual.compile(graph)
    virtual.start_trace()
    jobs = [program.submit(samples(graph)) for _ in range(2)]
    assert _same(jobs[0].result(), jobs[1].result())
    program.close()
    spans = [span for span in virtual.take_trace() if span.track.startswith("core")]
    assert {span.track for span in spans} == {"core 0", "core 1"}
    assert {span.name for span in spans} >= {"convolution -> convolved", "add -> added"}


def test_rows_are_cut_to_the_buffer(graph: npucore.Graph) -> None:
    first = npucore.Graph(
        inputs=graph.inputs, outputs=(graph.ops[0].outputs[0],), ops=graph.ops[:1],
        rounding=graph.rounding,
    )  # fmt: skip
    tasks = {name: len(TinyaccBackend(name).compiled(first).jobs) for name in ("t1", "t2")}
    assert tasks == {"t1": 3, "t2": 1}
    assert _same(_run(TinyaccBackend("t1"), first), _run(TinyaccBackend("t2"), first))


def test_what_does_not_fit_is_refused_in_words(graph: npucore.Graph) -> None:
    verdict = TinyaccBackend("t1").supports(graph.ops[2], graph)
    assert verdict.reason is not None
    assert "but the buffer of t1 has 16384" in verdict.reason


def test_evidence_follows_from_facts(graph: npucore.Graph) -> None:
    levels = [
        TinyaccBackend(name, trust="paper").supports(op, graph).evidence
        for name in ("t1", "t2")
        for op in (graph.ops[0], graph.ops[1])
    ]
    assert levels == [Evidence.SIBLING, Evidence.SHOWN, Evidence.SIBLING, Evidence.SIBLING]


def test_costs_are_predicted_for_every_op_that_computes(graph: npucore.Graph) -> None:
    costs = TinyaccBackend("t2").predict(graph)
    assert [cost.op for cost in costs] == [0, 1, 2, 4]
    assert all(cost.seconds > 0 and 0 <= cost.utilisation <= 1 for cost in costs)


def test_the_self_test_confirms_what_the_kernel_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: npucore.Graph
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    findings = TinyaccBackend("t1", device="virtual").self_test(lambda line: None)
    assert [(found.subject, str(found.state)) for found in findings or ()] == [
        ("rule: padding", "ok"),
        ("record", "ok"),
    ]
    verdict = TinyaccBackend("t1", device="virtual").supports(graph.ops[0], graph)
    assert verdict.evidence is Evidence.SHOWN


def test_a_task_that_hangs_is_named_and_the_next_inference_runs(graph: npucore.Graph) -> None:
    kernel = VirtualKernel(TinyaccBackend.chips["t2"])
    program = TinyaccBackend("t2", device=kernel).compile(graph)
    wanted = program.run(samples(graph))
    kernel.faults.order(Fault(TASK, HANG, after=1))
    with pytest.raises(JobError, match=r"add -> added: job 1 of \d+, did not end"):
        program.run(samples(graph))
    assert _same(program.run(samples(graph)), wanted)
    program.close()
    assert not kernel.files


def test_a_call_that_fails_is_a_sentence(graph: npucore.Graph) -> None:
    kernel = VirtualKernel(TinyaccBackend.chips["t2"])
    kernel.faults.order(Fault("new", errno.ENOMEM))
    with pytest.raises(npucore.DeviceError, match="NEW: the kernel has no memory left"):
        TinyaccBackend("t2", device=kernel).compile(graph)


def test_an_artefact_runs_as_what_it_was_made_of(graph: npucore.Graph) -> None:
    backend = TinyaccBackend("t2")
    program = backend.load(backend.export(graph), graph.inputs, graph.outputs)
    assert _same(program.run(samples(graph)), _run(backend, graph))
    program.close()


def test_its_words_are_said_register_by_register(graph: npucore.Graph) -> None:
    backend = TinyaccBackend("t2")
    first = backend.disassemble_exported(backend.export(graph)).tasks[0]
    assert first.op == 0
    assert first.lines[0].startswith("INPUT activations+0x")
    assert "CHANNELS(inputs=20, outputs=20)" in first.lines


def _words(exported: Exported, place: int, value: int, column: int = 1) -> None:
    exported.arrays["words"][place, column] = value


DAMAGE: dict[str, Callable[[Exported], object]] = {
    "no such register": lambda e: _words(e, 3, 0x100, column=0),
    "a register twice": lambda e: _words(e, 1, 0, column=0),
    "bits that mean nothing": lambda e: _words(e, 6, 0xFFFFFFFF),
    "rows beyond the buffer": lambda e: _words(e, 4, 0xFFFF_001E),
    "no rows": lambda e: _words(e, 3, 30),
    "no number": lambda e: _words(e, 8, 0x7FC00000),
    "no such task": lambda e: _words(e, 12, 3),
    "an absolute address": lambda e: _words(e, 0, 4096),
    "an op below 0": lambda e: e.arrays["ops"].__setitem__(0, -1),
    "an address elsewhere": lambda e: e.arrays["relocations"].__setitem__((0, 1), 5),
    "weights among maps": lambda e: e.arrays["relocations"].__setitem__((1, 2), 1),
    "an address out of range": lambda e: e.arrays["relocations"].__setitem__((2, 3), 1 << 40),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused(graph: npucore.Graph, name: str) -> None:
    backend = TinyaccBackend("t2")
    exported = backend.export(graph)
    DAMAGE[name](exported)
    with pytest.raises(npucore.InvalidModelError, match="tinyacc"):
        backend.load(exported, graph.inputs, graph.outputs)


def test_an_artefact_for_another_chip_is_refused(graph: npucore.Graph) -> None:
    exported = TinyaccBackend("t2").export(graph)
    with pytest.raises(npucore.InvalidModelError, match="t1"):
        TinyaccBackend("t1").load(exported, graph.inputs, graph.outputs)


def test_flipped_bits_are_refused_or_run(graph: npucore.Graph) -> None:
    backend, draw, refused = TinyaccBackend("t2"), np.random.default_rng(7), 0
    for _ in range(200):
        exported = backend.export(graph)
        array = exported.arrays[str(draw.choice(["words", "relocations", "ops"]))]
        array.reshape(-1)[draw.integers(array.size)] ^= array.dtype.type(1 << draw.integers(31))
        try:
            program = backend.load(exported, graph.inputs, graph.outputs)
            program.run(samples(graph))
            program.close()
        except npucore.NpucoreError:
            refused += 1
    assert 100 < refused < 200


def test_a_task_of_our_own_that_is_wrong_reaches_no_device(graph: npucore.Graph) -> None:
    backend = TinyaccBackend("t2")
    compiled = backend.compiled(graph)
    short = replace(compiled, activations_bytes=64)
    with pytest.raises(TaskError, match=r"conv: OUTPUT ends at byte|conv: INPUT ends at byte"):
        backend.image(short, backend.machine.open(), Loading(names=("conv",)))
