# SPDX-License-Identifier: MIT
"""LiteRT with npucore's delegate answers as without it, and says what ran where."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore.faces.settings import ENVIRONMENT, OPTIONS
from npucore.litert.external import entries
from npucore.native.writing import write_delegate
from npucore.tensor import Array
from tests.material.contract.exporting import DIGITS
from tests.material.litert.hosts import RUNTIMES, Host, steps
from tests.material.litert.models import SIDE, classifier, detector, two_ways
from tests.material.litert.teflon import TeflonDetector
from tests.material.tflite.write import OperatorSpec, TensorSpec, constant, model, tensor

Said = Callable[[], str]
MANY = 200
ROOT = Path(__file__).parents[2]
NO_CONSTANT = "the model's bytes are not found: none of its tensors is a constant"
IMAGE = np.arange(64, dtype=np.int8).reshape(1, 8, 8, 1)


@pytest.fixture(params=RUNTIMES)
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    return Host(request.param)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The standard error since the last call."""
    return lambda: capsys.readouterr().err


def draw(rng: np.random.Generator, interpreter: Any) -> list[Array]:
    return [
        rng.integers(0, 120, details["shape"]).astype(details["dtype"])
        for details in interpreter.get_input_details()
    ]


def both(host: Host, data: bytes | str, rng: np.random.Generator, **options: Any) -> Sequence[Any]:
    """The answers of LiteRT alone, and with the delegate, to the same inputs."""
    alone = host.interpreter(data)
    inputs = [draw(rng, alone) for _ in range(3)]
    helped = host.interpreter(data, host.delegate(**options))
    return steps(alone, inputs), steps(helped, inputs)


@pytest.mark.parametrize("name", ["classifier", "open batch", "detector", "two ways", "a file"])
def test_answers_on_the_reference_are_those_of_the_host(
    name: str, host: Host, rng: np.random.Generator, said: Said
) -> None:
    files: dict[str, bytes | str] = {
        "classifier": classifier(),
        "open batch": classifier(open_batch=True),
        "detector": detector(),
        "two ways": two_ways(),
        "a file": str(DIGITS),
    }
    for theirs, mine in zip(*both(host, files[name], rng, backend="reference"), strict=True):
        count = int(theirs[3][0]) if name == "detector" else None
        for first, second in zip(theirs, mine, strict=True):
            first, second = (a[:, :count] if a.ndim > 1 else a for a in (first, second))
            np.testing.assert_allclose(first, second, rtol=1e-6, atol=1e-6)
            assert first.dtype.kind == "f" or np.array_equal(first, second)
    line = said().splitlines()[0]
    if name == "two ways":
        assert line == f"npucore: model: nothing is taken: {NO_CONSTANT}"
    else:
        assert "ops" in line
        assert line.endswith("on reference")


def mixed() -> bytes:
    """uint8 (1, 4), by an addition, a division that npucore does not read, and an addition."""
    a, b, c, d = (tensor((1, 4), np.uint8) for _ in range(4))
    four = constant([[1, 2, 3, 200]], np.uint8, scale=0.1, zero_point=131)
    operators = [("ADD", a, b), ("DIV", b, c), ("ADD", c, d)]
    specs = [OperatorSpec(name, [x, four], [y]) for name, x, y in operators]
    return model(specs, [a], [d])


def test_what_cannot_be_taken_stays_with_the_host(
    host: Host, rng: np.random.Generator, said: Said
) -> None:
    theirs, mine = both(host, mixed(), rng, backend="reference")
    assert np.array_equal(theirs, mine)
    assert "npucore: model: 2 of 3 ops on reference, 1 on LiteRT: 1 div" in said()


def test_a_state_stays_with_the_host(host: Host, rng: np.random.Generator, said: Said) -> None:
    kind = np.float32
    x, y, z = TensorSpec((1, 3)), TensorSpec((1, 4)), TensorSpec((1, 4))
    memory = TensorSpec((1, 4 * 2), variable=True)
    feature = constant(rng.normal(size=(4, 3)), kind)
    over_time = constant(rng.normal(size=(4, 2)), kind)
    filtered = OperatorSpec("SVDF", [x, feature, over_time, None, memory], [y], {"rank": 1})
    added = OperatorSpec("ADD", [y, constant(np.ones((1, 4)), kind)], [z])
    theirs, mine = both(host, model([filtered, added], [x], [z]), rng, backend="reference")
    np.testing.assert_allclose(theirs, mine, rtol=1e-5)
    line = said()
    assert "1 of" in line
    assert "it reads or keeps what its operator does not name" in line


def test_it_says_where_an_unchanged_network_runs(host: Host, said: Said) -> None:
    host.interpreter(str(DIGITS), host.delegate(backend="rocket"))
    line = said()
    assert line.startswith("npucore: digits.tflite: 16 of 17 ops (100% of the MACs) on rocket")
    assert line.count("\n") == 1
    host.interpreter(str(DIGITS), host.delegate(backend="rocket", verbose="yes"))
    assert "npucore:   softmax -> probabilities on LiteRT: rocket: a softmax of 10" in said()


def test_the_host_has_fewer_nodes_to_run(host: Host, said: Said) -> None:
    made = host.interpreter(str(DIGITS), host.delegate(backend="rocket"))
    names = [details["op_name"] for details in made._get_ops_details()]
    assert names.count("DELEGATE") == 1


def test_without_options_the_environment_counts(
    host: Host, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.interpreter(str(DIGITS), host.delegate())
    assert "on reference\n" in said()  # no board
    monkeypatch.setenv(ENVIRONMENT, "rocket")
    monkeypatch.setenv(OPTIONS, "trust=proven, cores=2")
    monkeypatch.setenv("NPUCORE_PLACEMENT", "greedy")
    host.interpreter(str(DIGITS), host.delegate())
    assert "on rocket" in said()
    monkeypatch.setenv("NPUCORE_STRICT", "1")
    with pytest.raises(RuntimeError, match="17 ops would run on LiteRT"):
        host.interpreter(str(DIGITS), host.delegate(backend="rocket"))


def test_strict_refuses_what_the_host_would_run(host: Host, said: Said) -> None:
    delegate = host.delegate(backend="rocket", strict="1")
    with pytest.raises(RuntimeError, match="npucore: 1 of 17 ops would run on LiteRT; the first"):
        host.interpreter(str(DIGITS), delegate)
    with pytest.raises(RuntimeError, match=f"npucore: {NO_CONSTANT}"):
        host.interpreter(two_ways(), delegate)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"backend": "nope"}, "no backend called 'nope'"),
        ({"colour": "red", "backend": "rocket"}, "no option 'colour' in rocket, reference"),
        ({"strict": "maybe"}, "'maybe', wanted 1 or true"),
        ({"placement": "best"}, "placement: 'best', wanted cost or greedy"),
        ({"backend": "rocket", "trust": "blind"}, "trust 'blind', wanted paper"),
        ({"backend": "rocket:rk1"}, "rk1"),
    ],
    ids=["backend", "option", "switch", "placement", "trust", "target"],
)
def test_a_wrong_option_is_a_value_error(
    host: Host, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match="Failed to load delegate from") as caught:
        host.delegate(**options)
    assert "npucore: " in str(caught.value)
    assert sentence in str(caught.value)


def test_resizing_is_refused_and_the_old_shape_still_runs(host: Host, said: Said) -> None:
    made = host.interpreter(str(DIGITS), host.delegate(backend="reference"))
    (details,) = made.get_input_details()
    made.resize_tensor_input(details["index"], [2, 8, 8, 1])
    sentence = (
        r"image is resized to \(2, 8, 8, 1\), but the network was compiled for \(1, 8, 8, 1\)"
    )
    with pytest.raises(RuntimeError, match=sentence):
        made.allocate_tensors()
    made.resize_tensor_input(details["index"], [1, 8, 8, 1])
    made.allocate_tensors()
    plain = host.interpreter(str(DIGITS))
    assert np.array_equal(steps(made, [[IMAGE]]), steps(plain, [[IMAGE]]))


def test_three_interpreters_run_on_three_threads(host: Host, said: Said) -> None:
    delegate = host.delegate(backend="reference")
    images = [np.roll(IMAGE, n) for n in range(4)]
    expected = steps(host.interpreter(str(DIGITS)), [[image] for image in images])
    wrong: list[int] = []

    def work(number: int) -> None:
        made = host.interpreter(str(DIGITS), delegate)
        found = steps(made, [[image] for image in images] * 5)
        if not np.array_equal(found, expected * 5):
            wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_nothing_is_left_of_what_is_deleted(host: Host, said: Said) -> None:
    before = len(entries._applied), len(entries._kernels)
    delegate = host.delegate(backend="reference")
    made = host.interpreter(str(DIGITS), delegate)
    assert (len(entries._applied), len(entries._kernels)) == (before[0] + 1, before[1] + 1)
    del delegate  # the interpreter keeps it
    assert len(steps(made, [[IMAGE]])) == 1
    del made
    gc.collect()
    assert (len(entries._applied), len(entries._kernels)) == before


def test_frigates_detector_finds_the_library_and_needs_no_options(
    host: Host,
    rng: np.random.Generator,
    tmp_path: Path,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "reference")
    (model := tmp_path / "ssd.tflite").write_bytes(detector())
    written = write_delegate(tmp_path / "libteflon.so")
    made = TeflonDetector(host.package, str(written.path), str(model))
    photo = rng.integers(0, 256, (1, SIDE, SIDE, 3)).astype(np.uint8)
    found = made.detect_raw(photo)
    ((boxes, classes, scores, count),) = steps(host.interpreter(str(model)), [[photo]])
    rows = int(count[0])
    assert rows > 0
    expected = np.column_stack([classes[0, :rows], scores[0, :rows], boxes[0, :rows]])
    np.testing.assert_allclose(found[:rows], expected, atol=1e-6)
    assert not found[rows:].any()
    assert "npucore: ssd.tflite: 6 of 6 ops (100% of the MACs) on reference" in said()


@pytest.mark.long
@pytest.mark.parametrize("package", RUNTIMES)
def test_making_and_deleting_leaks_nothing(package: str) -> None:
    pytest.importorskip(package, reason=f"{package} is not installed")
    command = [sys.executable, "-m", "tests.material.litert.many_delegates", package, str(MANY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    grown, left = map(int, done.stdout.split())
    assert grown < MANY * 20_000
    assert left == 0
