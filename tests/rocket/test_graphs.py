# SPDX-License-Identifier: MIT
"""Graphs of several ops: views without copies, folded pads, clamps, and maps at the CBUF's edge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from npucore import Session
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    Convolution,
    Op,
    Pad,
    Padding,
    Reshape,
    Split,
)
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.lower.add import best_steps
from npucore_rocket.quantize import fixed_scale
from tests.material.rocket.random_ops import graph_of

INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05, 3)


def tensor(name: str, *shape: int, q: Quantization = Q) -> Tensor:
    return Tensor(name, shape, INT8, q)


def convolution(
    source: Tensor, kernels: int, kernel: int = 1, padding: int = 0, **fields: Any
) -> Convolution:
    """Random weights; the output uses most of its range."""
    _, height, width, channels = source.shape
    rng = np.random.default_rng(kernels + kernel)
    data = rng.integers(-100, 101, (kernels, kernel, kernel, channels), np.int8)
    scale = 1 / (80 * np.sqrt(channels) * kernel)
    rows, columns = (n + 2 * padding - kernel + 1 for n in (height, width))
    output = fields.pop("output", None) or tensor(f"{source.name}y", 1, rows, columns, kernels)
    weights = Tensor("w", data.shape, INT8, Quantization.per_tensor(scale, 0), data)
    around = Padding(padding, padding, padding, padding)
    return Convolution(input=source, weights=weights, output=output, padding=around, **fields)


def compare(ops: tuple[Op, ...], *ends: Tensor, bound: int = 1, **options: Any) -> None:
    """The whole graph goes to rocket and gives what the reference gives."""
    inputs, outputs = ends[:1], ends[1:]
    graph = Graph(ops, inputs, outputs, Rounding.EXACT)
    x = np.random.default_rng(5).integers(-128, 128, inputs[0].shape, np.int8)
    wanted = ReferenceBackend().compile(graph).run([x])
    with Session(graph, "rocket", fallback=None, **options) as session:
        assert len(session.runs) == 1
        found = session.run(x)
    for got, want in zip(found, wanted, strict=True):
        assert len(np.unique(want)) >= 32
        assert np.abs(got.astype(int) - want).max() <= bound


def test_channels_are_cut_and_joined_without_a_task() -> None:
    x = tensor("x", 1, 6, 5, 40)
    first = convolution(x, 64)
    halves = (tensor("a", 1, 6, 5, 32), tensor("b", 1, 6, 5, 32))
    split = Split(input=first.output, results=halves, sizes=(32, 32), axis=3)
    left, right = convolution(halves[0], 32), convolution(halves[1], 20)
    joined = tensor("z", 1, 6, 5, 52)
    concat = Concatenation(operands=(left.output, right.output), output=joined, axis=3)
    last = convolution(joined, 33, kernel=3, padding=1)
    compare((first, split, left, right, concat, last), x, joined, last.output, bound=4)
    graph = Graph((first, split, left, right, concat, last), (x,), (last.output,))
    assert len(RocketBackend().export(graph).arrays["tasks"]) == 4  # one for each convolution


def test_operands_of_awkward_channels_are_put_in_order() -> None:
    x = tensor("x", 1, 6, 5, 40)
    narrow, wide = convolution(x, 20), convolution(tensor("x2", 1, 6, 5, 40), 32)
    concat = Concatenation(
        operands=(narrow.output, wide.output), output=tensor("z", 1, 6, 5, 52), axis=3
    )
    graph = Graph((narrow, wide, concat), (x, wide.input), concat.outputs, Rounding.EXACT)
    inputs = [np.random.default_rng(n).integers(-128, 128, (1, 6, 5, 40), np.int8) for n in (1, 2)]
    (wanted,) = ReferenceBackend().compile(graph).run(inputs)
    (found,) = RocketBackend().compile(graph).run(inputs)
    assert np.abs(found.astype(int) - wanted).max() <= 1


def test_a_pad_is_folded_and_a_reshape_free() -> None:
    x = tensor("x", 1, 7, 9, 20)
    padded = tensor("p", 1, 10, 10, 20)
    pad = Pad(input=x, output=padded, before=(0, 2, 0, 0), after=(0, 1, 1, 0))
    last = convolution(padded, 40, kernel=3)
    compare((pad, last), x, last.output)
    flat = tensor("f", 1, 8, 8, 40)
    one = convolution(tensor("v", 1, 1, 1, 64), 90)
    reshape = Reshape(input=one.output, output=tensor("r", 1, 90))
    compare((one, reshape), one.input, reshape.output)
    moved = Reshape(input=last.output, output=tensor("m", 1, 8, 4, 80))
    assert flat.shape == last.output.shape
    verdict = RocketBackend().supports(moved, Graph((pad, last, moved), (x,), moved.outputs))
    assert verdict.reason == "(1, 8, 8, 40) to (1, 8, 4, 80) moves bytes in the NPU's layout"


@pytest.mark.parametrize(
    ("a", "b", "out"), [(0.0213417, 0.0187231, 0.0301919), (0.5, 0.0371717, 0.4471)]
)
def test_an_additions_weight_errs_less_than_others(a: float, b: float, out: float) -> None:
    best = best_steps(a, b, out)
    real_a, real_b = np.meshgrid(np.arange(-100, 101) * a, np.arange(-100, 101) * b)
    wanted = (real_a + real_b) / out

    def error(steps: int) -> float:
        scale, share = fixed_scale(a / steps / out), fixed_scale(b / a * steps)
        assert scale is not None
        assert share is not None
        sums = np.rint(real_a / a) * steps + np.rint(np.rint(real_b / b) * share.real)
        return float(np.square(sums * scale.real - wanted).mean())

    assert error(best) < error(127) / 2
    assert error(best) <= np.median([error(steps) for steps in range(128, 256)])


def test_a_residual_reads_what_was_written_before_it() -> None:
    x = tensor("x", 1, 9, 9, 40)
    first = convolution(x, 40, kernel=3, padding=1)
    second = convolution(first.output, 40, output=tensor("s", 1, 9, 9, 40))
    wide = Quantization.per_tensor(0.08, -7)
    add = Add(a=second.output, b=first.output, output=tensor("z", 1, 9, 9, 40, q=wide))
    third = convolution(add.output, 16)
    compare((first, second, add, third), x, add.output, third.output, bound=4)


@pytest.mark.parametrize(("activation", "trust"), [("RELU", "shown"), ("RELU6", "paper")])
def test_clamps_inside_the_range_need_trust(activation: str, trust: str) -> None:
    x = tensor("x", 1, 9, 9, 40)
    q = Quantization.per_tensor(0.06, 3)  # 6 is 103
    output = tensor("y", 1, 9, 9, 40, q=q)
    op = convolution(x, 40, activation=Activation[activation], output=output)
    compare((op,), x, op.output, trust=trust)
    above = {"shown": "proven", "paper": "sibling"}[trust]
    reason = RocketBackend(trust=above).supports(op, graph_of(op)).reason
    assert reason == f"needs trust={trust}: clamp {'below' if trust == 'shown' else 'above'}"


def test_clamps_at_the_ends_of_the_range_are_proven() -> None:
    x = tensor("x", 1, 9, 9, 40)
    q = Quantization.per_tensor(6 / 255, -128)
    op = convolution(x, 40, activation=Activation.RELU6, output=tensor("y", 1, 9, 9, 40, q=q))
    verdict = RocketBackend(trust="proven").supports(op, graph_of(op))
    assert verdict
    assert str(verdict.evidence) == "proven"


@pytest.mark.parametrize("shape", [(2, 429, 101), (11, 254, 97), (34, 450, 98), (20, 600, 160)])
def test_lines_that_nearly_fill_the_cbuf(shape: tuple[int, int, int]) -> None:
    op = convolution(tensor("x", 1, *shape), 5, kernel=1 if shape[0] == 34 else 2)
    compare((op,), op.input, op.output)


def test_kernels_that_do_not_fit_are_refused_before_they_are_compiled() -> None:
    op = convolution(tensor("x", 1, 9, 9, 512), 64, kernel=7)
    reason = RocketBackend(trust="paper").supports(op, graph_of(op)).reason
    assert reason == "16 of its kernels have 401408 bytes, at most 360448"


@pytest.mark.parametrize("kernels", [31, 33, 40, 64])
@pytest.mark.parametrize("width", [9, 40])
def test_kernels_that_do_not_fit_together_go_in_turns(kernels: int, width: int) -> None:
    x = tensor("x", 1, 9, width, 512 if width == 9 else 400)
    wide = convolution(x, kernels, kernel=5, padding=2, output=tensor("w", 1, 9, width, kernels))
    behind = convolution(x, 32, output=tensor("b", 1, 9, width, 32))
    compare((wide, behind), x, wide.output, behind.output, trust="paper")
    graph = Graph((wide, behind), (x,), (wide.output, behind.output))
    jobs = RocketBackend(trust="paper").export(graph).arrays["tasks"][:, 0]
    assert len(set(jobs.tolist())) == -(-kernels // 16) + 1


def test_kernels_with_scales_of_their_own_go_in_turns() -> None:
    op = convolution(tensor("x", 1, 3, 4, 2048), 44, kernel=3)
    scales = op.weights.q.scale * np.linspace(0.3, 1, 44, dtype=np.float32)
    q = Quantization.per_channel(scales, 0)
    op = replace(op, weights=replace(op.weights, quantization=q))
    compare((op,), op.input, op.output, trust="paper")


def test_turns_need_trust() -> None:
    """Half a group of kernels ran on two parties' boards and hung on a third's."""
    op = convolution(tensor("x", 1, 9, 9, 512), 64, kernel=5)
    assert RocketBackend(trust="paper").supports(op, graph_of(op)).evidence is Evidence.PAPER
    refused = RocketBackend().supports(op, graph_of(op))
    wanted = "needs trust=paper: kernels in turns, which failed on one party's chip"
    assert refused.reason == wanted


def test_large_kernels_over_many_channels_need_trust() -> None:
    few, many = (convolution(tensor("x", 1, 9, 9, c), 32, kernel=7) for c in (64, 80))
    assert RocketBackend().supports(few, graph_of(few)).evidence is Evidence.PROVEN
    assert "failed on one party" in str(RocketBackend().supports(many, graph_of(many)).reason)


def test_groups_are_whole_unless_parts_are_asked_for() -> None:
    op = convolution(tensor("x", 1, 5, 5, 24), 40)
    words = {
        groups: RocketBackend(groups=groups, trust="paper")
        .export(graph_of(op))
        .arrays["constants"]
        .size
        for groups in ("whole", "part")
    }
    assert words["whole"] > words["part"]
    compare((op,), op.input, op.output, groups="part", trust="paper")


def test_parts_of_groups_need_the_trust_of_their_evidence() -> None:
    direct = convolution(tensor("x", 1, 5, 5, 24), 40)
    one = convolution(tensor("z", 1, 5, 5, 1), 80)
    depthwise = replace(one, input=tensor("x", 1, 5, 5, 80), groups=80)
    for op in (direct, depthwise):
        for trust in ("proven", "shown", "sibling"):
            backend = RocketBackend(groups="part", trust=trust)
            reason = backend.supports(op, graph_of(op)).reason
            assert reason == "needs trust=paper: kernels in parts of groups"
        assert RocketBackend(groups="part", trust="paper").supports(op, graph_of(op))


@pytest.mark.parametrize(("turned_is_last", "copies"), [(False, 1), (True, 0)])
def test_turns_write_beyond_their_map_and_so_are_joined_last(
    turned_is_last: bool, copies: int
) -> None:
    x, s = tensor("x", 1, 5, 5, 512), tensor("s", 1, 1, 1, 20)
    turned = convolution(x, 32, kernel=5, output=tensor("w", 1, 1, 1, 32))
    small = convolution(s, 32, output=tensor("t", 1, 1, 1, 32))
    ops = (small, turned) if turned_is_last else (turned, small)
    z = tensor("z", 1, 1, 1, 64)
    joined = Concatenation(operands=tuple(op.output for op in ops), output=z, axis=3)
    graph = Graph((*ops, joined), (x, s), (z,), Rounding.EXACT)
    rocket = RocketBackend(trust="paper")
    tasks = rocket.export(graph).arrays["tasks"]
    assert np.count_nonzero(tasks[:, 1] == 2) == copies
    rng = np.random.default_rng(4)
    inputs = [rng.integers(-128, 128, tensor.shape, np.int8) for tensor in (x, s)]
    (wanted,) = ReferenceBackend().compile(graph).run(inputs)
    (found,) = rocket.compile(graph).run(inputs)
    assert np.abs(found.astype(int) - wanted).max() <= 1


@pytest.mark.parametrize(("kernel", "level"), [(5, "proven"), (7, "proven"), (19, "paper")])
def test_kernels_have_the_evidence_of_the_largest_that_ran(kernel: int, level: str) -> None:
    op = convolution(tensor("x", 1, 24, 24, 16), 16, kernel=kernel)
    verdict = RocketBackend(trust="paper").supports(op, graph_of(op))
    assert str(verdict.evidence) == level
    assert bool(RocketBackend().supports(op, graph_of(op))) == (level != "paper")
