# SPDX-License-Identifier: MIT
"""`npucore.ort.InferenceSession` does what ONNX Runtime's does, and says where."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore import ort
from npucore.ort.providers import PROVIDER
from tests.material.ort.models import X, floats, zeros

INPUT, OUTPUT = "x", "y"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def session() -> ort.InferenceSession:
    return ort.InferenceSession(floats(), backend="reference")


def test_the_ends_are_those_of_the_file(session: ort.InferenceSession) -> None:
    assert session.get_inputs() == [ort.NodeArg(INPUT, "tensor(float)", list(X))]
    assert [end.name for end in session.get_outputs()] == [OUTPUT]
    assert session.get_modelmeta().graph_name == "graph"
    assert session.get_providers()[0] == PROVIDER


def test_one_line_says_where_it_runs(capsys: Capture) -> None:
    ort.InferenceSession(floats(), providers=[(PROVIDER, {"backend": "rocket", "verbose": "1"})])
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("npucore: <bytes>: 0 of ")
    assert " on rocket" in first
    assert {line.split()[1] for line in others} >= {"convolution", "softmax"}


def test_other_providers_have_no_part_and_are_named(capsys: Capture) -> None:
    cuda = ("CUDAExecutionProvider", {"device_id": 0})
    ort.InferenceSession(floats(), providers=[cuda, "CPUExecutionProvider"], backend="reference")
    said = "takes the place of CUDAExecutionProvider; its options mean nothing here: device_id=0"
    assert f"npucore: {said}\n" in capsys.readouterr().err


def test_strict_refuses_what_would_fall_back() -> None:
    with pytest.raises(Exception, match=r"NOT_IMPLEMENTED : .* ops would run on ") as raised:
        ort.InferenceSession(floats(), backend="rocket", strict=True)
    assert type(raised.value).__name__ == "NotImplemented"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"backend": "nope"}, "no backend called 'nope'"),
        ({"backend": "reference", "colour": "red"}, "no option 'colour' in reference"),
        ({"strict": "maybe"}, "'maybe', wanted"),
    ],
    ids=["backend", "option", "switch"],
)
def test_options_that_cannot_be_are_refused(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ort.InferenceSession(floats(), providers=[PROVIDER], provider_options=[options])


def test_open_sizes_are_bound_by_what_comes(capsys: Capture) -> None:
    session = ort.InferenceSession(
        floats(shape=("n", 3, None, "w")), backend="reference", most_shapes=2
    )
    assert session.get_inputs()[0].shape == ["n", 3, None, "w"]
    assert session.placement == ()
    fixed = ort.InferenceSession(floats(), backend="reference").run(None, {INPUT: zeros()})[0]
    capsys.readouterr()
    sizes = [(1, 8, 8), (2, 8, 8), (1, 6, 5), (1, 6, 5), (2, 8, 8), (1, 8, 8)]
    for batch, *image in sizes:
        (y,) = session.run([OUTPUT], {INPUT: np.zeros((batch, 3, *image), np.float32)})
        np.testing.assert_allclose(y, np.repeat(fixed, batch, 0), atol=1e-6)
    assert len(capsys.readouterr().err.splitlines()) == 4  # the first was forgotten for the third
    assert session.placement


def test_a_session_of_another_shape_is_closed_when_its_runs_are_done() -> None:
    session = ort.InferenceSession(floats(shape=("n", 3, 8, 8)), backend="reference", most_shapes=1)

    def run(batch: int) -> int:
        feed = {INPUT: np.zeros((batch, 3, 8, 8), np.float32)}
        return len(session.run(None, feed)[0])

    with ThreadPoolExecutor(8) as pool:
        batches = [1, 2, 3, 4] * 6
        assert list(pool.map(run, batches)) == batches


def test_names_of_open_sizes_can_be_given_sizes() -> None:
    options = ort.SessionOptions()
    for name, size in (("n", 1), ("w", 8)):
        options.add_free_dimension_override_by_name(name, size)
    model = floats(shape=("n", 3, 8, "w"))
    session = ort.InferenceSession(model, options, backend="reference")
    assert session.get_inputs()[0].shape == list(X)
    assert session.placement  # compiled before the first run
    with pytest.raises(Exception, match="index: 0 Got: 2 Expected: 1"):
        session.run(None, {INPUT: np.zeros((2, 3, 8, 8), np.float32)})


def test_values_and_bindings_give_the_same(session: ort.InferenceSession) -> None:
    x = np.random.default_rng(0).random(X, np.float32)
    (want,) = session.run(None, {INPUT: x})
    (value,) = session.run_with_ort_values(None, {INPUT: ort.OrtValue.ortvalue_from_numpy(x)})
    np.testing.assert_array_equal(value.numpy(), want)
    binding, memory = session.io_binding(), np.zeros_like(want)
    binding.bind_cpu_input(INPUT, x)
    binding.bind_output(OUTPUT, "cpu", 0, np.float32, want.shape, memory.ctypes.data)
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(memory, want)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], want)
    x[:] = 0
    session.run_with_iobinding(binding)
    assert not np.array_equal(memory, want)
    binding.bind_ortvalue_output(OUTPUT, ort.OrtValue.ortvalue_from_shape_and_type([4], "f4"))
    with pytest.raises(RuntimeError, match=r"the output y is float32\(1, 4\), the memory"):
        session.run_with_iobinding(binding)


def test_a_callback_hears_of_results_and_errors(session: ort.InferenceSession) -> None:
    heard: list[Any] = []
    done = threading.Semaphore(0)

    def hear(*told: Any) -> None:
        heard.append(told)
        done.release()

    for x in (zeros(), zeros()[0]):
        session.run_async([OUTPUT], {INPUT: x}, hear, "mine")
        assert done.acquire(timeout=20)
    (results, mine, error), (nothing, _, said) = heard
    assert (results[0].shape, mine, error) == ((1, 4), "mine", "")
    assert nothing == []
    assert said.startswith("Invalid rank for input: x Got: 3 Expected: 4")


def test_providers_may_be_set_later(session: ort.InferenceSession) -> None:
    kept = ort.InferenceSession(floats())
    kept.set_providers([PROVIDER], [{"backend": "rocket"}])
    assert {p.backend for p in kept.placement} != {"reference"}
    assert kept.get_provider_options()[PROVIDER] == {"backend": "rocket"}


def test_a_file_is_the_same_as_its_content(tmp_path: Path) -> None:
    path = tmp_path / "floats.onnx"
    path.write_bytes(floats())
    of_file, of_bytes = (
        ort.InferenceSession(each, backend="reference").run(None, {INPUT: zeros()})
        for each in (path, floats())
    )
    np.testing.assert_array_equal(of_file, of_bytes)
