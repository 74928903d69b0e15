# SPDX-License-Identifier: MIT
"""Chains of ops as one table, beside the reference, op by op."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Floor,
    Logistic,
    Mul,
    Op,
    Pointwise,
    PointwiseFunction,
    Relu,
    Sqrt,
)
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.rewrite.byte_function import ByteFunctions, byte_functions
from npucore.tensor import Quantization, Tensor

INT8 = np.dtype(np.int8)


def tensor(name: str, scale: float, zero: int, data: np.ndarray | None = None) -> Tensor:
    return Tensor(name, (1, 16, 16, 1), INT8, Quantization.per_tensor(scale, zero), data)


def everywhere(name: str, stored: int, scale: float) -> Tensor:
    return tensor(name, scale, 0, np.full((1, 16, 16, 1), stored, np.int8))


def functions(*ops: Op, outputs: tuple[Tensor, ...]) -> ByteFunctions:
    return byte_functions(graph(*ops, outputs=outputs))


def graph(*ops: Op, outputs: tuple[Tensor, ...]) -> Graph:
    return Graph(ops, ops[0].inputs[:1], outputs, Rounding.EXACT)


def all_bytes() -> np.ndarray:
    return np.arange(256, dtype=np.uint8).view(np.int8).reshape(1, 16, 16, 1)


def swish() -> tuple[Logistic, Mul]:
    x = tensor("x", 0.05, 3)
    gate = Logistic(input=x, output=tensor("g", 1 / 256, -128))
    return gate, Mul(a=x, b=gate.output, output=tensor("y", 0.03, -110))


def spelled_out() -> tuple[Add, Relu, Mul, Mul]:
    """``x * clamp(x + 3, 0, 6) / 6`` as some exporters write it."""
    x = tensor("x", 0.06, -7)
    plus = Add(a=x, b=everywhere("three", 60, 0.05), output=tensor("p", 0.07, -40))
    kept = Relu(input=plus.output, output=tensor("k", 0.025, -128), activation=Activation.RELU6)
    sixth = Mul(a=kept.output, b=everywhere("sixth", 100, 1 / 600), output=tensor("s", 0.004, -128))
    return plus, kept, sixth, Mul(a=x, b=sixth.output, output=tensor("y", 0.04, 20))


def check(*ops: Op) -> None:
    last = ops[-1]
    found = functions(*ops, outputs=last.outputs)
    (wanted,) = ReferenceBackend().compile(graph(*ops, outputs=last.outputs)).run([all_bytes()])
    assert found.folded == frozenset(ops[:-1])
    stored = found.of[last].stored
    assert stored is not None
    assert np.abs(stored - wanted.reshape(-1)).max() <= 1
    assert len(np.unique(stored)) > 64


def test_a_value_times_its_logistic_function_is_one_function() -> None:
    check(*swish())


def test_a_function_spelled_out_in_four_ops_is_one() -> None:
    check(*spelled_out())


def test_what_somebody_else_wants_is_computed() -> None:
    gate, mul = swish()
    found = functions(gate, mul, outputs=(gate.output, mul.output))
    assert not found.folded
    assert [op.name for op in found.of[mul].ops] == ["logistic", "mul"]


def test_a_chain_does_not_reach_behind_a_tensor_with_other_readers() -> None:
    gate, mul = swish()
    again = Logistic(input=mul.output, output=tensor("z", 1 / 256, -128))
    other = Logistic(input=mul.output, output=tensor("o", 1 / 256, -128))
    found = functions(gate, mul, again, other, outputs=(again.output, other.output))
    assert found.of[again].source is mul.output
    alone = functions(gate, mul, again, outputs=again.outputs)
    assert alone.of[again].source is gate.input


def test_two_tensors_without_a_common_source_are_no_function_of_one() -> None:
    a, b = tensor("a", 0.05, 3), tensor("b", 0.05, 3)
    mul = Mul(a=a, b=b, output=tensor("y", 0.5, 0))
    assert not byte_functions(Graph((mul,), (a, b), mul.outputs)).of


def test_a_function_with_results_that_are_no_numbers_has_no_table() -> None:
    root = Sqrt(input=tensor("x", 0.05, 3), output=tensor("y", 0.05, 0))
    assert functions(root, outputs=root.outputs).of[root].stored is None
    far = Pointwise(
        input=tensor("x", 0.5, 0), output=tensor("y", 0.5, 0), function=PointwiseFunction.SINH
    )
    stored = functions(far, outputs=far.outputs).of[far].stored
    assert stored is not None
    assert (stored.min(), stored.max()) == (-128, 127)


def test_a_function_with_steps_has_the_last_bit_of_a_float32() -> None:
    """-20 * 0.05 is -1 in float32, and a little less in float64: the floors differ by 20."""
    x = tensor("x", 0.05, 0)
    floor = Floor(input=x, output=tensor("y", 0.05, 0))
    (wanted,) = ReferenceBackend().compile(graph(floor, outputs=floor.outputs)).run([all_bytes()])
    stored = functions(floor, outputs=floor.outputs).of[floor].stored
    assert stored is not None
    np.testing.assert_array_equal(stored, wanted.reshape(-1))
