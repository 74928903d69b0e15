# SPDX-License-Identifier: MIT
"""Programs that are opened together are closed together; one process, any thread, whole arrays."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.contract.backend import Program
from npucore.errors import InputError, InvalidModelError, PluginError
from npucore.reference import ReferenceBackend
from npucore.running.execution import Execution, Step
from npucore.running.process import Owner
from npucore.tensor import Array, Tensor
from tests.material.running.graphs import chain

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
BACKENDS = ("reference", "rocket", "vsim")
IMAGE = np.arange(64, dtype=np.int8).reshape(1, 8, 8, 1)
PATIENCE = 20.0


class Counted(Program):
    """Counts how often it is closed; waits for *gate* in every run."""

    def __init__(self) -> None:
        self.closed, self.started, self.gate = 0, threading.Event(), threading.Event()

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        self.started.set()
        assert self.gate.wait(PATIENCE)
        assert not self.closed
        return [inputs[0]]

    def close(self) -> None:
        self.closed += 1


def step(program: Program) -> Step:
    x = Tensor("x", (4,), np.dtype(np.float32))
    return Step(ReferenceBackend(), program, (x,), (Tensor("y", (4,), x.dtype),))


def test_programs_are_closed_when_a_later_one_fails() -> None:
    first, second = Counted(), Counted()

    def steps() -> object:
        yield step(first)
        yield step(second)
        raise InvalidModelError("the third")

    with pytest.raises(InvalidModelError, match="the third"):
        Execution(chain(), steps())  # type: ignore[arg-type]
    assert (first.closed, second.closed) == (1, 1)


class Several(Program):
    """Answers with as many arrays as it is told."""

    def __init__(self, count: int) -> None:
        self.count = count

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        return [*inputs] * self.count


@pytest.mark.parametrize("count", [0, 2])
def test_a_program_answers_with_as_many_arrays_as_it_has_outputs(count: int) -> None:
    graph = chain()
    part = Step(ReferenceBackend(), Several(count), graph.inputs, graph.outputs)
    sentence = f"reference answered with {count} arrays, wanted 1"
    with pytest.raises(PluginError, match=sentence):
        Execution(graph, [part]).run([np.zeros(t.shape, t.dtype) for t in graph.inputs])


def test_closing_waits_for_what_runs() -> None:
    program, graph = Counted(), chain()
    one = Step(ReferenceBackend(), program, graph.inputs, graph.outputs)
    execution, answers = Execution(graph, [one]), list[Array]()
    x = np.zeros(4, np.float32)
    runner = threading.Thread(target=lambda: answers.extend(execution.run(x)))
    runner.start()
    assert program.started.wait(PATIENCE)
    closer = threading.Thread(target=execution.close)
    closer.start()
    program.gate.set()
    for thread in (runner, closer):
        thread.join(PATIENCE)
    assert program.closed == 1
    assert len(answers) == 1
    with pytest.raises(InputError, match="the session is closed"):
        execution.run(x)


def in_child(work: Callable[[], str]) -> str:
    """The result of *work* in a forked process."""

    def run(sender: Connection) -> None:
        sender.send(work())
        sender.close()
        os._exit(0)  # what pytest does at its end is the parent's

    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=run, args=(sender,))
    child.start()
    assert receiver.poll(PATIENCE)
    answer = receiver.recv()
    child.join(PATIENCE)
    assert child.exitcode == 0
    return str(answer)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_session_belongs_to_its_process(backend: str) -> None:
    with npucore.Session(DIGITS, backend) as session:
        wanted = session.submit(IMAGE).result()[0]

        def tried() -> str:
            said = []
            for call in (session.run, session.submit):
                with pytest.raises(InputError) as error:
                    call(IMAGE)
                said.append(str(error.value))
            session.close()
            return said[0] if said[0] == said[1] else "two sentences"

        assert in_child(tried).startswith("the session was opened by process")
        np.testing.assert_array_equal(session.run(IMAGE)[0], wanted)
        with pytest.raises(InputError, match="cannot be pickled"):
            pickle.dumps(session)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (5, "inputs are int, wanted an array, a list or a dict"),
        (None, "inputs are NoneType"),
        ([np.ma.masked_array(IMAGE)], "a masked array; fill what is masked first"),
        ([[[1], [1, 2]]], "no array"),
        ({5: IMAGE, "b": IMAGE}, "inputs named"),
        (IMAGE.astype(">i2"), "wanted int8"),
        ([IMAGE, IMAGE], "2 inputs, wanted 1"),
        ([], "0 inputs, wanted 1"),
    ],
    ids=["number", "none", "masked", "ragged", "names", "wide", "two", "nothing"],
)
def test_what_is_no_array_is_refused(inputs: object, sentence: str) -> None:
    with (
        npucore.Session(DIGITS, "reference") as session,
        pytest.raises(InputError, match=sentence),
    ):
        session.run(inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [-1, 1])
def test_an_owner_is_one_process(monkeypatch: pytest.MonkeyPatch, other: int) -> None:
    owner, here = Owner(), os.getpid()
    owner.require()
    monkeypatch.setattr(os, "getpid", lambda: here + other)
    assert not owner.is_here
    with pytest.raises(InputError, match=f"by process {here}: .* in process {here + other}"):
        owner.require()
