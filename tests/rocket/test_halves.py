# SPDX-License-Identifier: MIT
"""Real numbers by fp16: against float64, within a bound that the arithmetic gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore import Graph
from npucore.errors import InputError
from npucore.ops import (
    Activation,
    Add,
    Broadcast,
    Concatenation,
    Convolution,
    Div,
    FullyConnected,
    HSwish,
    Maximum,
    Mean,
    Mul,
    Op,
    Pad,
    Padding,
    Pooling,
    PoolingType,
    Relu,
    Subtract,
)
from npucore.tensor import Array, Tensor
from npucore_rocket import RocketBackend

REAL = np.dtype(np.float32)
UNIT = 2.0**-11
"""Of fp16: half of the distance from 1 to the next number, relative."""


def backend(**options: str) -> RocketBackend:
    return RocketBackend(**{"floats": "fp16", "trust": "shown", **options})


def real(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, REAL)


def constant(name: str, data: Array) -> Tensor:
    return Tensor(name, data.shape, REAL, None, data.astype(np.float32))


def run(op: Op, inputs: list[Array], where: RocketBackend | str) -> Array:
    graph = Graph((op,), tuple(t for t in op.inputs if not t.is_constant), op.outputs)
    with npucore.Session(graph, where, fallback=None) as session:
        return session.run(inputs)[0].astype(np.float64)


def convolution(rng: np.random.Generator) -> tuple[Convolution, Array]:
    """A random layer, and an input for it."""
    kind = rng.choice(["direct", "depthwise", "grouped"])
    c = int(rng.integers(1, 80)) if kind != "grouped" else 2 * int(rng.integers(1, 20))
    groups = {"direct": 1, "depthwise": c, "grouped": 2}[kind]
    o = c if kind == "depthwise" else int(rng.integers(1, 40)) * (2 if kind == "grouped" else 1)
    kernel = int(rng.choice([1, 3, 5]))
    stride, pad = int(rng.integers(1, 3)), int(rng.integers(0, kernel // 2 + 1))
    h, w = (int(n) for n in rng.integers(kernel, 24, 2))
    size = [(n + 2 * pad - kernel) // stride + 1 for n in (h, w)]
    weights = rng.normal(0, 1, (o, kernel, kernel, c // groups))
    op = Convolution(
        input=real("x", 1, h, w, c),
        weights=constant("w", weights),
        bias=constant("b", rng.normal(0, 1, o)) if rng.integers(2) else None,
        output=real("y", 1, *size, o),
        stride=(stride, stride),
        padding=Padding(pad, pad, pad, pad),
        groups=groups,
        activation=Activation(str(rng.choice(["none", "relu", "relu6"]))),
    )
    return op, rng.normal(0, 1, (1, h, w, c)).astype(np.float32)


def exact(op: Convolution, x: Array) -> tuple[Array, Array]:
    """(result, sum of magnitudes) in float64, from the numbers that fp16 has."""
    weights = np.asarray(op.weights.data).astype(np.float16).astype(np.float64)
    bias = np.zeros(len(weights)) if op.bias is None else np.asarray(op.bias.data, np.float64)
    x = x.astype(np.float16).astype(np.float64)
    p, (s, _) = op.padding, op.stride
    padded = np.pad(x, ((0, 0), (p.top, p.bottom), (p.left, p.right), (0, 0)))
    _, oh, ow, o = op.output.shape
    each = o // op.groups
    sums, sizes = np.empty((1, oh, ow, o)), np.empty((1, oh, ow, o))
    for group in range(op.groups):
        mine = slice(group * each, (group + 1) * each)
        channels = padded[..., group * weights.shape[3] : (group + 1) * weights.shape[3]]
        total, size = np.zeros((1, oh, ow, each)), np.zeros((1, oh, ow, each))
        for i, j in np.ndindex(*op.kernel):
            met = channels[:, i : i + (oh - 1) * s + 1 : s, j : j + (ow - 1) * s + 1 : s]
            total += met @ weights[mine, i, j].T
            size += abs(met) @ abs(weights[mine, i, j]).T
        sums[..., mine], sizes[..., mine] = total, size
    top = {Activation.NONE: None, Activation.RELU: np.inf, Activation.RELU6: 6.0}[op.activation]
    result = sums + bias
    return result if top is None else np.clip(result, 0, top), sizes + abs(bias)


def bound(result: Array, magnitudes: Array, additions: int) -> Array:
    """One rounding to fp16 at the end, and one to fp32 for every addition."""
    return UNIT * abs(result) + 2.0**-25 + (additions + 2) * 2.0**-24 * magnitudes


def check_convolutions(count: int, seed: int) -> None:
    rng, where = np.random.default_rng(seed), backend()
    for _ in range(count):
        op, x = convolution(rng)
        want, magnitudes = exact(op, x)
        taps = op.kernel[0] * op.kernel[1] * -(-op.input.shape[3] // 32)
        assert (abs(run(op, [x], where) - want) <= bound(want, magnitudes, taps)).all(), op


def test_random_layers_are_within_the_bound() -> None:
    check_convolutions(25, 0)


@pytest.mark.slow
@pytest.mark.long
def test_five_thousand_random_layers_are_within_the_bound() -> None:
    check_convolutions(5000, 1)


@pytest.mark.parametrize("rows", [1, 6])
def test_a_matrix_is_a_convolution(rows: int) -> None:
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(0, 0.1, (20, 48)), rng.normal(0, 1, 20)
    op = FullyConnected(
        input=real("x", rows, 48),
        weights=constant("w", weights),
        bias=constant("b", bias),
        output=real("y", rows, 20),
    )
    x = rng.normal(0, 1, (rows, 48)).astype(np.float32)
    rounded = x.astype(np.float16).astype(float), weights.astype(np.float16).astype(float)
    want, sizes = rounded[0] @ rounded[1].T + bias, abs(rounded[0]) @ abs(rounded[1]).T
    assert (abs(run(op, [x], backend()) - want) <= bound(want, sizes + abs(bias), 2)).all()


A, B, Y = real("a", 1, 5, 6, 20), real("b", 1, 5, 6, 20), real("y", 1, 5, 6, 20)
NUMBERS = constant("n", np.broadcast_to(np.linspace(-2, 3, 20), A.shape))
SIX = constant("n", np.full(A.shape, 6.0))
VARYING = constant("n", np.linspace(0, 1, 600).reshape(A.shape))
POOLED = real("y", 1, 2, 3, 20)


def pool(kind: PoolingType, rows: int) -> Pooling:
    return Pooling(type=kind, input=A, output=POOLED, kernel=(rows, 2), stride=(2, 2))


MAPS: dict[str, tuple[Op, float]] = {
    "add": (Add(a=A, b=B, output=Y), 1),
    "add and clamp": (Add(a=A, b=B, output=Y, activation=Activation.RELU6), 1),
    "subtract": (Subtract(a=A, b=B, output=Y), 1),
    "product": (Mul(a=A, b=B, output=Y), 1),
    "larger": (Maximum(a=A, b=B, output=Y), 1),
    "numbers added": (Add(a=A, b=NUMBERS, output=Y), 1),
    "numbers subtracted": (Subtract(a=A, b=NUMBERS, output=Y), 1),
    "scaled": (Mul(a=NUMBERS, b=A, output=Y), 2),
    "divided": (Div(a=A, b=SIX, output=Y), 2),
    "constant map": (Mul(a=A, b=VARYING, output=Y), 2),
    "clamp": (Relu(input=A, output=Y, activation=Activation.RELU6), 1),
    "for all pixels": (Broadcast(input=real("a", 1, 1, 1, 20), output=Y), 1),
    "hard swish": (HSwish(input=A, output=Y), 4),
    "average": (pool(PoolingType.AVERAGE, 2), 2),
    "maximum": (pool(PoolingType.MAX, 3), 1),
    "mean": (Mean(input=A, output=real("y", 1, 20), axes=(1, 2)), 3),
    "mean in two steps": (
        Mean(input=real("a", 1, 40, 21, 5), output=real("y", 1, 5), axes=(1, 2)),
        4,
    ),
    "side by side": (
        Concatenation(operands=(real("a", 1, 5, 6, 16), B), output=real("y", 1, 5, 6, 36), axis=3),
        1,
    ),
    "one behind the other": (
        Concatenation(operands=(A, B), output=real("y", 1, 10, 6, 20), axis=1),
        1,
    ),
    "pad": (
        Pad(input=A, output=real("y", 1, 8, 7, 44), before=(0, 1, 1, 0), after=(0, 2, 0, 24)),
        1,
    ),
}


@pytest.mark.parametrize("name", MAPS)
def test_maps_are_within_some_roundings(name: str) -> None:
    op, roundings = MAPS[name]
    rng = np.random.default_rng(0)
    inputs = [rng.normal(0, 3, t.shape).astype(np.float32) for t in op.inputs if not t.is_constant]
    halves = [x.astype(np.float16).astype(np.float32) for x in inputs]
    want = run(op, list(halves), "reference")
    largest = max(float(abs(x).max()) for x in (*halves, want))
    assert abs(run(op, inputs, backend()) - want).max() <= roundings * UNIT * largest


def test_what_is_beyond_the_last_channel_is_never_part_of_a_sum() -> None:
    """Maps lie where infinities lay; padding must be numbers."""
    x, m, y = real("x", 1, 4, 4, 9), real("m", 1, 4, 4, 9), real("y", 1, 4, 4, 3)
    first = Add(a=x, b=x, output=m)
    weights = constant("w", np.ones((3, 1, 1, 9)))
    graph = Graph((first, Convolution(input=m, weights=weights, output=y)), (x,), (y,))
    with npucore.Session(graph, backend(), fallback=None) as session:
        with pytest.raises(InputError, match="inf in an output"):
            session.run([np.full(x.shape, 30000, np.float32)])
        assert (session.run([np.full(x.shape, 0.5, np.float32)])[0] == 9).all()


def test_numbers_that_fp16_has_not_are_refused() -> None:
    x, y = real("x", 1, 2, 2, 1), real("y", 1, 2, 2, 1)
    relu = Relu(input=x, output=y)
    with pytest.raises(InputError, match="70000 in an input, which fp16 has not"):
        run(relu, [np.full(x.shape, 70000, np.float32)], backend())
    large = Convolution(input=x, weights=constant("w", np.full((1, 1, 1, 1), 1e5)), output=y)
    verdict = backend().supports(large, Graph((large,), (x,), (y,)))
    assert verdict.reason == "a weight of 1e+05, at most 65504 in fp16"


def test_infinity_is_never_an_answer() -> None:
    x, y = real("x", 1, 1, 1, 32), real("y", 1, 1, 1, 1)
    op = Convolution(input=x, weights=constant("w", np.ones((1, 1, 1, 32))), output=y)
    with pytest.raises(InputError, match="inf in an output: for these inputs something is beyond"):
        run(op, [np.full(x.shape, 3000, np.float32)], backend())


def test_real_numbers_are_the_cpus_unless_asked() -> None:
    op = Relu(input=A, output=Y)
    graph = Graph((op,), (A,), (Y,))
    assert not RocketBackend().supports(op, graph)
    assert not RocketBackend("rk3568", floats="fp16").supports(op, graph)


def test_integers_and_halves_never_meet() -> None:
    """A convolution of fp16 has hung behind sums of int8 (facts of 2026-11, A9)."""
    q = npucore.Quantization.per_tensor(0.1)
    x = Tensor("x", (1, 4, 4, 16), np.dtype(np.int8), q)
    weights = Tensor("w", (16, 1, 1, 16), np.dtype(np.int8), q, np.ones((16, 1, 1, 16), np.int8))
    op = Convolution(input=x, weights=weights, output=Tensor("y", x.shape, x.dtype, q))
    graph = Graph((op,), (x,), op.outputs)
    assert RocketBackend().supports(op, graph)
    assert backend().supports(op, graph).reason == "x is int8"


def test_more_kernels_than_a_core_stands_are_refused() -> None:
    op = FullyConnected(
        input=real("x", 1, 8), weights=constant("w", np.ones((4097, 8))), output=real("y", 1, 4097)
    )
    verdict = backend(trust="paper").supports(op, Graph((op,), (op.input,), op.outputs))
    assert verdict.reason == "4097 kernels, at most 4096"


def test_an_artefact_keeps_it(tmp_path: Path) -> None:
    op, x = convolution(np.random.default_rng(3))
    graph = Graph((op,), (op.input,), op.outputs)
    npucore.compile(graph, backend(), fallback=None).write(tmp_path / "net.npu")
    with npucore.Session(tmp_path / "net.npu") as kept:
        assert (kept.run([x])[0] == run(op, [x], backend())).all()


def test_the_clock_knows_half_as_many_macs() -> None:
    """512 of fp16 in a cycle where there are 1024 of int8 (rocket hardware reference, 1.3)."""
    x, y = real("x", 1, 32, 32, 128), real("y", 1, 32, 32, 128)
    op = Convolution(input=x, weights=constant("w", np.ones((128, 3, 3, 128))), output=y,
                     padding=Padding(1, 1, 1, 1))  # fmt: skip
    (cost,) = backend(clock="1e9").predict(Graph((op,), (x,), (y,)))
    macs = 32 * 32 * 9 * 128 * 128
    assert cost.seconds >= macs / 512 / 1e9
    assert cost.seconds <= 1.5 * macs / 512 / 1e9
