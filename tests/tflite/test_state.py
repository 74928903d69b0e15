# SPDX-License-Identifier: MIT
"""Networks that keep state from run to run: equal to LiteRT over many steps, and after `reset`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.tensor import Array
from npucore_tflite import parse
from tests.material.tflite.write import constant, tensor

from npucore_tflite.writing.file import (  # isort: skip
    GraphSpec,
    OperatorSpec,
    TensorSpec,
    model,
)

STEPS = 100
F = np.float32
TANH, RELU = 4, 1
Rng = np.random.Generator


def weights(rng: Rng, *shape: int, hybrid: bool = False) -> TensorSpec:
    data = rng.normal(size=shape).astype(F) / 2
    if not hybrid:
        return constant(data, F)
    scale = float(np.abs(data).max()) / 127
    return constant(np.rint(data / scale), np.int8, scale=scale)


def state(*shape: int) -> TensorSpec:
    return TensorSpec(shape, F, variable=True)


def interpreter(data: bytes) -> Any:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = Interpreter(
            model_content=data, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
        )
    made.allocate_tensors()
    return made


def litert_steps(data: bytes, steps: Sequence[Sequence[Array]]) -> list[list[Array]]:
    made, answers = interpreter(data), []
    for arrays in steps:
        for detail, array in zip(made.get_input_details(), arrays, strict=True):
            made.set_tensor(detail["index"], array)
        made.invoke()
        answers.append([made.get_tensor(d["index"]) for d in made.get_output_details()])
    return answers


def assert_state_equals_litert(
    data: bytes, steps: Sequence[Sequence[Array]], tolerance: float = 1e-5
) -> None:
    """Step by step, after `reset` from the start again, and in two sessions at once."""
    want = litert_steps(data, steps)
    assert len(np.unique(np.concatenate([answer[0].reshape(-1) for answer in want]))) > STEPS // 4
    with npucore.Session(parse(data), "reference") as one, npucore.Session(parse(data)) as two:
        first = [one.run(list(arrays)) for arrays in steps]
        one.reset()
        for arrays, mine, theirs in zip(steps, first, want, strict=True):
            for a, b in zip(mine, theirs, strict=True):
                np.testing.assert_allclose(a, b, tolerance, 1e-6)
            for again in (one.run(list(arrays)), two.run(list(arrays))):
                assert all(np.array_equal(a, b) for a, b in zip(again, mine, strict=True))


def draws(rng: Rng, *shape: int, count: int = STEPS) -> list[list[Array]]:
    return [[rng.normal(size=shape).astype(F)] for _ in range(count)]


def lstm(rng: Rng, *, hybrid: bool = False, coupled: bool = False, projected: bool = False,
         peepholes: bool = False, steps: int = 1, asymmetric: bool = False) -> bytes:  # fmt: skip
    batch, features, cells = 2, 5, 6
    size = 4 if projected else cells
    gates = [
        None if coupled and gate == 0 else weights(rng, cells, depth, hybrid=hybrid)
        for depth in (features, size)
        for gate in range(4)
    ]
    eyes = [weights(rng, cells, hybrid=hybrid) if peepholes else None for _ in range(3)]
    if coupled:
        eyes[0] = None
    biases = [None if coupled and g == 0 else weights(rng, cells) for g in range(4)]
    projection = [weights(rng, size, cells, hybrid=hybrid) if projected else None, None]
    states = [state(batch, size), state(batch, cells)]
    x, y = tensor((batch, steps, features), F), tensor((batch, steps, size), F)
    operands = [x, *gates, *eyes, *biases, *projection, *states, None, None, None, None]
    options = {"fusedActivationFunction": TANH, "asymmetricQuantizeInputs": asymmetric}
    operator = OperatorSpec("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, [y], options)
    return model([operator], [x], [y])


@pytest.mark.parametrize(
    "options",
    [{}, {"coupled": True}, {"projected": True}, {"peepholes": True}, {"steps": 3},
     {"hybrid": True}, {"hybrid": True, "asymmetric": True}, {"hybrid": True, "coupled": True},
     {"hybrid": True, "projected": True, "peepholes": True}],
    ids=lambda options: "-".join(options) or "plain",
)  # fmt: skip
def test_an_lstm(rng: Rng, options: dict[str, Any]) -> None:
    steps = draws(rng, 2, options.get("steps", 1), 5)
    hybrid = options.get("hybrid", False)
    assert_state_equals_litert(lstm(rng, **options), steps, 1e-3 if hybrid else 1e-4)


@pytest.mark.parametrize("hybrid", [False, True])
def test_an_rnn(rng: Rng, hybrid: bool) -> None:
    x, y = tensor((2, 5), F), tensor((2, 6), F)
    operands = [x, weights(rng, 6, 5, hybrid=hybrid), weights(rng, 6, 6, hybrid=hybrid),
                weights(rng, 6), state(2, 6)]  # fmt: skip
    data = model([OperatorSpec("RNN", operands, [y], {"fusedActivationFunction": TANH})], [x], [y])
    assert_state_equals_litert(data, draws(rng, 2, 5), 1e-3 if hybrid else 1e-4)


@pytest.mark.parametrize("hybrid", [False, True])
def test_an_svdf(rng: Rng, hybrid: bool) -> None:
    x, y = tensor((2, 5), F), tensor((2, 4), F)
    operands = [x, weights(rng, 8, 5, hybrid=hybrid), weights(rng, 8, 3, hybrid=hybrid),
                weights(rng, 4), state(2, 24)]  # fmt: skip
    options = {"rank": 2, "fusedActivationFunction": RELU}
    data = model([OperatorSpec("SVDF", operands, [y], options)], [x], [y])
    assert_state_equals_litert(data, draws(rng, 2, 5))


@pytest.mark.parametrize("merged", [False, True])
def test_both_ways_through_a_sequence(rng: Rng, merged: bool) -> None:
    def way() -> list[TensorSpec | None]:
        gates = [weights(rng, 6, depth) for depth in (5, 6) for _ in range(4)]
        biases = [weights(rng, 6) for _ in range(4)]
        return [*gates, None, None, None, *biases, None, None]

    # Merged and with the batch first, LiteRT 2.3 differs from itself in two results.
    first = (4, 2) if merged else (2, 4)
    x = tensor((*first, 5), F)
    states = [state(2, 6) for _ in range(4)]
    operands = [x, *way(), *way(), *states, *[None] * 9]
    results = [tensor((*first, 12), F)] if merged else [tensor((2, 4, 6), F), tensor((2, 4, 6), F)]
    options = {"fusedActivationFunction": TANH, "mergeOutputs": merged, "timeMajor": merged}
    operator = OperatorSpec("BIDIRECTIONAL_SEQUENCE_LSTM", operands, results, options)
    data = model([operator], [x], results)
    assert_state_equals_litert(data, draws(rng, *first, 5), 1e-4)


def test_a_variable_keeps_what_was_assigned(rng: Rng) -> None:
    """A running mean: ``v = v * 0.9 + x``; CALL_ONCE says what it begins with."""
    x, y = tensor((1, 4), F), tensor((1, 4), F)
    assert_state_equals_litert(running_mean(x, y), draws(rng, 1, 4))


def running_mean(x: TensorSpec, y: TensorSpec) -> bytes:
    handle, seed = TensorSpec((), "resource"), TensorSpec((), "resource")
    name = {"sharedName": b"v", "container": b""}
    begin = GraphSpec(
        [OperatorSpec("VAR_HANDLE", [], [seed], name),
         OperatorSpec("ASSIGN_VARIABLE", [seed, constant(np.full((1, 4), 2), F)], [])],
        [], [],
    )  # fmt: skip
    old, scaled = tensor((1, 4), F), tensor((1, 4), F)
    operators = [
        OperatorSpec("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        OperatorSpec("VAR_HANDLE", [], [handle], name),
        OperatorSpec("READ_VARIABLE", [handle], [old]),
        OperatorSpec("MUL", [old, constant(0.9, F)], [scaled]),
        OperatorSpec("ADD", [scaled, x], [y]),
        OperatorSpec("ASSIGN_VARIABLE", [handle, y], []),
    ]
    return model(operators, [x], [y], [begin])


def test_a_while_loop(rng: Rng) -> None:
    """Doubled as long as the sum is below 100: the number of steps depends on the numbers."""
    x, y, n = tensor((1, 4), F), tensor((1, 4), F), tensor((), np.int32)
    a, total, kept = tensor((1, 4), F), tensor((1,), F), tensor((1,), np.bool_)
    i, j, k = tensor((), np.int32), tensor((), np.int32), tensor((), np.int32)
    condition = GraphSpec(
        [OperatorSpec("SUM", [a, constant([1])], [total], {"keepDims": False}),
         OperatorSpec("LESS", [total, constant(np.float32(100), F)], [kept])],
        [a, i], [kept],
    )  # fmt: skip
    b, c = tensor((1, 4), F), tensor((1, 4), F)
    body = GraphSpec(
        [OperatorSpec("ADD", [b, b], [c]), OperatorSpec("ADD", [j, constant(1)], [k])],
        [b, j], [c, k],
    )  # fmt: skip
    options = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    loop = OperatorSpec("WHILE", [x, constant(np.int32(0))], [y, n], options)
    data = model([loop], [x], [y, n], [condition, body])
    steps = [[np.abs(array) for array in arrays] for arrays in draws(rng, 1, 4)]
    assert_state_equals_litert(data, steps)


def test_one_of_two_branches(rng: Rng) -> None:
    x, y, c = tensor((1, 4), F), tensor((1, 4), F), tensor((1,), np.bool_)
    a, b, p, q = (tensor((1, 4), F) for _ in range(4))
    yes = GraphSpec([OperatorSpec("ADD", [a, a], [b])], [a], [b])
    no = GraphSpec([OperatorSpec("MUL", [p, constant(np.float32(-3), F)], [q])], [p], [q])
    options = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    data = model([OperatorSpec("IF", [c, x], [y], options)], [c, x], [y], [yes, no])
    steps = [[np.array([n % 3 == 0]), *arrays] for n, arrays in enumerate(draws(rng, 1, 4))]
    assert_state_equals_litert(data, steps)


def test_a_gru_of_plain_operators(rng: Rng) -> None:
    """As Keras converts one: a variable, gates by FULLY_CONNECTED, LOGISTIC and TANH."""
    size = 4
    x, y = tensor((1, size), F), tensor((1, size), F)
    handle, seed, old = TensorSpec((), "resource"), TensorSpec((), "resource"), tensor((1, size), F)
    name = {"sharedName": b"h"}
    zeros = constant(np.zeros((1, size)), F)
    begin = GraphSpec(
        [OperatorSpec("VAR_HANDLE", [], [seed], name),
         OperatorSpec("ASSIGN_VARIABLE", [seed, zeros], [])], [], [],
    )  # fmt: skip
    z, r, zs, rs, rh, g, gs, less, keep = (tensor((1, size), F) for _ in range(9))
    both, two = tensor((1, 2 * size), F), tensor((1, 2 * size), F)
    dense = [weights(rng, size, 2 * size) for _ in range(3)]
    operators = [
        OperatorSpec("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        OperatorSpec("VAR_HANDLE", [], [handle], name),
        OperatorSpec("READ_VARIABLE", [handle], [old]),
        OperatorSpec("CONCATENATION", [x, old], [both], {"axis": 1}),
        OperatorSpec("FULLY_CONNECTED", [both, dense[0]], [zs]),
        OperatorSpec("FULLY_CONNECTED", [both, dense[1]], [rs]),
        OperatorSpec("LOGISTIC", [zs], [z]),
        OperatorSpec("LOGISTIC", [rs], [r]),
        OperatorSpec("MUL", [r, old], [rh]),
        OperatorSpec("CONCATENATION", [x, rh], [two], {"axis": 1}),
        OperatorSpec("FULLY_CONNECTED", [two, dense[2]], [gs]),
        OperatorSpec("TANH", [gs], [g]),
        OperatorSpec("SUB", [old, g], [less]),
        OperatorSpec("MUL", [z, less], [keep]),
        OperatorSpec("ADD", [keep, g], [y]),
        OperatorSpec("ASSIGN_VARIABLE", [handle, y], []),
    ]
    data = model(operators, [x], [y], [begin])
    assert_state_equals_litert(data, draws(rng, 1, size), 1e-4)


WAKE_WORDS = ["hey_jarvis", "okay_nabu", "mlperf_tiny_streaming_ww_int8"]
MODELS = Path(__file__).parents[3] / "shared" / "models" / "tflite"


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", WAKE_WORDS)
def test_wake_words_of_the_field(rng: Rng, name: str) -> None:
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    data = path.read_bytes()
    shape = interpreter(data).get_input_details()[0]["shape"]
    # A sound that comes and goes: noise whose strength walks.
    strength = 40 * (1 + np.sin(np.arange(STEPS) / 7))
    steps = [[np.clip(rng.normal(-20, s, shape), -128, 127).astype(np.int8)] for s in strength]
    want = litert_steps(data, steps)
    with npucore.Session(path, "reference") as one, npucore.Session(path, "reference") as two:
        for _ in range(2):
            for arrays, answer in zip(steps, want, strict=True):
                for mine, theirs in zip(one.run(arrays), answer, strict=True):
                    np.testing.assert_array_equal(mine, theirs)
            one.reset()
        for arrays, answer in zip(steps, want, strict=True):
            for mine, theirs in zip(two.run(arrays), answer, strict=True):
                np.testing.assert_array_equal(mine, theirs)
