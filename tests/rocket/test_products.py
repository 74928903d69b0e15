# SPDX-License-Identifier: MIT
"""Products of two computed matrices by fp16, and the encoders that are made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import Graph
from npucore.errors import InputError, InvalidModelError
from npucore.files.artifact import Artifact
from npucore.ops import BatchMatmul, Op, Softmax
from npucore.tensor import Array, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.virtual import VirtualKernel
from tests.material.onnx.transformers import SMALL, VIT_TINY, WHISPER_TINY, Sizes, encoder
from tests.rocket.test_halves import UNIT

REAL = np.dtype(np.float32)
SHAPES = [
    (1, 4, 32, 32, True),
    (3, 197, 64, 197, True),
    (3, 197, 197, 64, False),
    (2, 5, 40, 7, False),
    (6, 33, 96, 100, True),
    (1, 1, 1, 1, False),
    (1, 2100, 32, 16, False),
    (1, 3, 3840, 48, True),
]
"""Matrices, rows, inner values, columns, whether the second ones are transposed."""


def backend(**options: Any) -> RocketBackend:
    return RocketBackend(**{"floats": "fp16", "trust": "shown", **options})


def real(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, REAL)


def product(count: int, rows: int, inner: int, columns: int, transposed: bool) -> BatchMatmul:
    second = (columns, inner) if transposed else (inner, columns)
    return BatchMatmul(
        a=real("a", 1, count, rows, inner),
        b=real("b", 1, count, *second),
        output=real("y", 1, count, rows, columns),
        transpose_b=transposed,
    )


def graph(*ops: Op) -> Graph:
    written = {tensor for op in ops for tensor in op.outputs}
    read = dict.fromkeys(t for op in ops for t in op.inputs if not t.is_constant)
    inputs = tuple(t for t in read if t not in written)
    return Graph(ops, inputs, tuple(t for t in written if t not in read))


def noise(*tensors: Tensor) -> list[Array]:
    rng = np.random.default_rng(3)
    return [rng.normal(0, 1, t.shape).astype(np.float32) for t in tensors]


def exact(op: BatchMatmul, a: Array, b: Array) -> tuple[Array, Array]:
    """(result, sum of magnitudes) in float64, from the numbers that fp16 has."""
    a, b = (each.astype(np.float16).astype(np.float64) for each in (a, b))
    if op.transpose_b:
        b = b.swapaxes(-1, -2)
    return a @ b, abs(a) @ abs(b)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s[:4])))
def test_every_result_is_within_the_bound_of_layers(shape: tuple[int, int, int, int, bool]) -> None:
    op = product(*shape)
    inputs = noise(op.a, op.b)
    with npucore.Session(graph(op), backend(), strict=True) as session:
        (found,) = session.run(inputs)
    result, magnitudes = exact(op, *inputs)
    additions = -(-shape[2] // 32)
    most = UNIT * abs(result) + 2.0**-25 + (additions + 2) * 2.0**-24 * magnitudes
    assert (abs(found - result) <= most).all()


def test_the_drivers_calls_and_a_file_give_the_same() -> None:
    op = product(3, 20, 40, 50, True)
    inputs = noise(op.a, op.b)
    made = npucore.compile(graph(op), backend(), placement="greedy")
    with npucore.Session(graph(op), backend(), strict=True) as session:
        wanted = session.run(inputs)[0]
    stored = Artifact.from_bytes(made.to_bytes())
    for opened in (
        npucore.Session(stored),
        npucore.Session(graph(op), backend(device=VirtualKernel()), strict=True),
    ):
        with opened:
            assert (opened.run(inputs)[0] == wanted).all()
            other = noise(op.b)[0] * 2
            opened.run([inputs[0], np.resize(other, op.b.shape)])
            assert (opened.run(inputs)[0] == wanted).all()


def test_forms_of_a_file_have_to_be_those_of_its_tensors() -> None:
    op = product(3, 20, 40, 50, True)
    rocket, of = backend(), graph(op)
    exported = rocket.export(of)
    assert exported.manifest["forms"] == [[], [3, 50, 40, 1]]
    for change, why in (
        ([3, 40, 50, 1], "b of float32"),
        ([2, 50, 40, 1], "b of shape"),
        ([3, 50, 40, 0], "b of float32"),
        ([-3, 50, 40, 1], "-3, wanted 0 to"),
        ([3, 50, 40], "is no form of a matrix"),
    ):
        wrong = replace(exported, manifest={**exported.manifest, "forms": [[], change]})
        with pytest.raises(InvalidModelError, match=why):
            rocket.decode(wrong, of.inputs, of.outputs)
    short = replace(exported, manifest={**exported.manifest, "forms": [[]]})
    with pytest.raises(InvalidModelError, match="1 forms for 2 maps"):
        rocket.decode(short, of.inputs, of.outputs)


def refusal(op: BatchMatmul, of: Graph | None = None) -> str | None:
    return backend().supports(op, of or graph(op)).reason


def test_what_cannot_be_multiplied_is_refused_with_the_reason() -> None:
    assert refusal(product(1, 4, 32, 4096, True)) is None
    many, deep = product(1, 4, 32, 4097, True), product(1, 2, 8193, 4, True)
    assert refusal(many) == "4097 columns, at most 4096"
    assert refusal(deep) == "matrices of 8193 inner values, at most 8192"
    a = real("a", 1, 8, 8)
    square = BatchMatmul(a=a, b=a, output=real("y", 1, 8, 8))
    assert refusal(square) == "batch_matmul reads its second operand, too"
    turned = BatchMatmul(a=a, b=real("b", 1, 8, 8), output=real("y", 1, 8, 8), transpose_a=True)
    assert refusal(turned) == "its first operand is transposed"


def test_a_second_operand_that_the_npu_computes_itself_is_refused() -> None:
    first = product(1, 8, 32, 16, True)
    second = BatchMatmul(a=real("c", 1, 1, 4, 8), b=first.output, output=real("z", 1, 1, 4, 16))
    of = graph(first, second)
    assert "may come from the NPU itself (batch_matmul)" in str(refusal(second, of))
    shares = Softmax(input=real("s", 1, 1, 8, 16), output=real("p", 1, 1, 8, 16))
    third = BatchMatmul(a=real("c", 1, 1, 4, 8), b=shares.output, output=real("z", 1, 1, 4, 16))
    assert refusal(third, graph(shares, third)) is None


def test_numbers_beyond_fp16_are_refused_in_either_operand() -> None:
    op = product(1, 4, 32, 32, True)
    for number in range(2):
        inputs = noise(op.a, op.b)
        inputs[number][0, 0, 1, 2] = 1e5
        with (
            npucore.Session(graph(op), backend(), strict=True) as session,
            pytest.raises(InputError, match="100000 in an input, which fp16 has not"),
        ):
            session.run(inputs)


def compared(sizes: Sizes, memory: int | None = None) -> tuple[float, float]:
    """(share of the MACs on rocket, cosine to float32) of an encoder."""
    of = npucore.load(encoder(sizes))
    (x,) = noise(of.inputs[0])
    explained = npucore.explain(of, backend(), placement="greedy")
    share = explained.macs["rocket"] / sum(explained.macs.values())
    with npucore.Session(of, backend(), placement="greedy", memory=memory) as session:
        found = session.run([x])[0].astype(np.float64)
    with npucore.Session(of, "reference", memory=memory) as session:
        wanted = session.run([x])[0].astype(np.float64)
    lengths = np.sqrt((found**2).sum() * (wanted**2).sum())
    return share, float((found * wanted).sum() / lengths)


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param(SMALL, id="small"),
        pytest.param(VIT_TINY, id="ViT-Tiny", marks=pytest.mark.slow),
        pytest.param(WHISPER_TINY, id="Whisper-tiny", marks=pytest.mark.long),
    ],
)
def test_all_products_of_an_encoder_are_on_the_npu(sizes: Sizes) -> None:
    share, cosine = compared(sizes, memory=8 << 30)
    assert share >= 0.99
    assert cosine > 0.99999
