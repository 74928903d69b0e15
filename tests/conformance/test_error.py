# SPDX-License-Identifier: MIT
"""How far answers are apart, and how far they may be."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.conformance.bounds import allowed, gain
from npucore.conformance.error import difference, merged, shape_error
from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import Maker
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import (
    BatchMatmul,
    HSwish,
    LeakyRelu,
    Logistic,
    Mul,
    Op,
    Quantize,
    Relu,
    Sqrt,
    Tanh,
)
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Quantization


def test_integers_are_counted_by_their_distance() -> None:
    found = difference([np.array([0, 1, -3, 100], np.int8)], [np.array([0, 2, -3, -100], np.int8)])
    assert found.counts == {0: 2, 1: 1, 8: 1}
    assert found.largest == 200
    assert not found.within(199)
    assert found.within(200)


def test_unsigned_bytes_do_not_wrap() -> None:
    assert difference([np.array([0], np.uint8)], [np.array([255], np.uint8)]).largest == 255


@pytest.mark.parametrize(
    ("got", "want", "relative"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.5], [1.0, 2.0], 0.25),
        ([np.nan, 1.0], [np.nan, 1.0], 0.0),
        ([0.0, 1.0], [np.nan, 1.0], np.inf),
        ([np.inf, 1.0], [1.0, 1.0], np.inf),
        ([-np.inf], [np.inf], np.inf),
    ],
)
def test_floats_are_compared_to_the_largest(
    got: list[float], want: list[float], relative: float
) -> None:
    found = difference([np.array(got, np.float32)], [np.array(want, np.float32)])
    assert found.relative == relative
    assert found.within(0) is (relative == 0)


def test_complex_numbers_are_compared_in_both_parts() -> None:
    want = np.array([3 + 4j, 0], np.complex64)
    assert difference([want.copy()], [want]).relative == 0
    assert difference([want + np.complex64(0.5j)], [want]).relative == pytest.approx(0.1)


def test_differences_add_up() -> None:
    one = difference([np.array([1], np.int8)], [np.array([0], np.int8)])
    assert merged([one, one]).counts == {1: 2}


def test_other_forms_are_named() -> None:
    wrong = shape_error([np.zeros(3, np.int8)], [np.zeros((3, 1), np.uint8)])
    assert wrong == "outputs int8(3,), wanted uint8(3, 1)"
    assert shape_error([], []) is None


def test_errors_pass_through_a_convolution_by_its_weights() -> None:
    """What the formula allows is reached by inputs that are off in the weights' signs."""
    n = Net(Maker("bounds"), "int8")
    y = n.conv(n.conv(n.input(1, 4, 4, 16), 16), 8)
    first, second = n.ops
    steep = gain(second, first.outputs[0], y)
    weights = np.asarray(second.inputs[1].data, np.int64).reshape(8, -1)
    scale = float(y.q.scale) / (float(first.outputs[0].q.scale) * float(second.inputs[1].q.scale))
    assert steep == pytest.approx(np.abs(weights).sum(axis=1).max() / scale)
    errors = allowed(n.problem().graph, dict.fromkeys(n.ops, 1))
    assert errors[y] == 1 + np.ceil(steep)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("left", [False, True])
def test_errors_pass_through_a_product_by_the_constant_matrix_that_it_has(
    left: bool, turned: bool
) -> None:
    """As through a fully connected layer: the largest sum over what is multiplied together."""
    m = Maker("bounds")
    numbers = np.array([[[1, 2, 30], [4, 50, 6]]])  # 2 x 3
    matrix = numbers if left else numbers.transpose(0, 2, 1)
    stored = matrix.transpose(0, 2, 1) if turned else matrix
    constant = m.constant(stored + 10, "uint8", Quantization.per_tensor(0.5, 10))
    computed = m.input((1, 3, 4) if left else (1, 4, 3), "uint8", scale=0.04, name="x")
    output = m.tensor((1, 2, 4) if left else (1, 4, 2), "uint8", scale=0.1)
    a, b = (constant, computed) if left else (computed, constant)
    op = BatchMatmul(
        a=a, b=b, output=output, transpose_a=left and turned, transpose_b=turned and not left
    )
    assert gain(op, computed, output) == pytest.approx((4 + 50 + 6) * 0.5 * 0.04 / 0.1)


def test_errors_pass_through_a_product_of_computed_matrices_by_the_most_that_one_can_be() -> None:
    m = Maker("bounds")
    a = m.input((1, 3, 4), "uint8", scale=0.04, zero=100, name="a")
    b = m.input((1, 2, 3), "uint8", scale=0.5, zero=10, name="b")
    output = m.tensor((1, 4, 2), "uint8", scale=0.1)
    op = BatchMatmul(a=a, b=b, output=output, transpose_a=True, transpose_b=True)
    assert gain(op, a, output) == pytest.approx(3 * 245 * 0.5 * 0.04 / 0.1)
    assert gain(op, b, output) == pytest.approx(3 * 155 * 0.04 * 0.5 / 0.1)


def test_errors_pass_through_a_product_by_a_constant_by_its_largest_value() -> None:
    m = Maker("bounds")
    factors = m.constant([[3, -20, 7]], "int8", Quantization.per_tensor(0.5, 0))
    x, output = m.input((1, 3), scale=0.04), m.tensor((1, 3), scale=0.1)
    op = Mul(a=x, b=factors, output=output)
    assert gain(op, x, output) == pytest.approx(20 * 0.5 * 0.04 / 0.1)


def test_scales_of_channels_count_in_a_constant_matrix() -> None:
    m = Maker("bounds")
    quantization = Quantization.per_channel([1.0, 0.125], 2)
    matrix = m.constant([[[1, 9], [2, 9], [3, 9]]], "int8", quantization)
    x, output = m.input((1, 4, 3), scale=0.04), m.tensor((1, 4, 2), scale=0.1)
    assert gain(BatchMatmul(a=x, b=matrix, output=output), x, output) == pytest.approx(6 * 0.4)


def test_without_errors_nothing_is_allowed() -> None:
    n = Net(Maker("bounds"), "int8")
    n.add(n.conv(n.input(1, 4, 4, 16), 16), n.constant((1, 4, 4, 16)))
    errors = allowed(n.problem().graph, dict.fromkeys(n.ops, 0))
    assert set(errors.values()) == {0}


def test_an_op_of_unknown_gain_is_refused() -> None:
    m = Maker("sqrt")
    x = m.input((2,), "float32")
    y, z = (m.tensor((2,), "float32") for _ in range(2))
    ops = (Sqrt(input=x, output=y), Sqrt(input=y, output=z))
    with pytest.raises(UnsupportedError, match="sqrt: nobody has said"):
        allowed(Graph(ops, (x,), (z,)), dict.fromkeys(ops, 1))


@pytest.mark.parametrize("kind", [HSwish, LeakyRelu, Logistic, Quantize, Relu, Tanh])
def test_a_gain_is_what_one_step_of_the_operand_makes(kind: type[Op]) -> None:
    """Neither less than the largest step between neighbours, nor more than one above it."""
    m = Maker(kind.name)
    values = np.arange(-128, 128).reshape(1, 16, 16, 1)
    source = m.input(values.shape, scale=0.04, zero=0, values=values)
    whole = kind is HSwish  # steep at 3, where a finer result would saturate
    output = m.tensor(values.shape, scale=0.021 if whole else 0.004, zero=-128 if whole else 0)
    op = kind(input=source, output=output)  # type: ignore[call-arg]  # ops of one map
    graph = Graph((op,), (source,), (output,), Rounding.EXACT)
    (got,) = ReferenceBackend().compile(graph).run([values.astype(np.int8)])
    steepest = np.abs(np.diff(got.reshape(-1).astype(int))).max()
    steep = gain(op, source, output)
    assert steepest - 1 <= steep <= steepest + 1.5
