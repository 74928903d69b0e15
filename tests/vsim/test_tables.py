# SPDX-License-Identifier: MIT
"""Look-up tables: entries of the vendor's, and functions that a table can follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import npucore
from npucore import Graph
from npucore.errors import UnsupportedError
from npucore.ops import (
    Absolute,
    Activation,
    HSwish,
    LeakyRelu,
    Logistic,
    Mul,
    Op,
    Quantize,
    Relu,
    Tanh,
)
from npucore.reference import ReferenceBackend
from npucore.tensor import Quantization, Tensor
from npucore_vsim import tables
from npucore_vsim.backend import VsimBackend
from npucore_vsim.registers import TPDescriptor
from tests.material.vsim.captures import VENDOR, capture
from tests.material.vsim.compared import off
from tests.vsim.test_plan import convolution

Function = Callable[..., Op]
FUNCTIONS: Mapping[str, tuple[Function, Mapping[str, Any]]] = {
    "absolute": (Absolute, {}),
    "hswish": (HSwish, {}),
    "leaky": (LeakyRelu, {"alpha": 0.1}),
    "logistic": (Logistic, {}),
    "quantize": (Quantize, {}),
    "relu": (Relu, {}),
    "relu6": (Relu, {"activation": Activation.RELU6}),
    "tanh": (Tanh, {}),
}
EVERY = np.arange(256, dtype=np.uint8).reshape(1, 256)
LOOKED_UP = [n for n in VENDOR if n.split("/")[1] in ("relu", "tanh")]


@pytest.mark.parametrize("name", [n for n in LOOKED_UP if n.endswith("tanh")])
def test_entries_are_the_vendors(name: str) -> None:
    """All but one, in which its float32 hyperbolic tangent is one less in the last place."""
    theirs = capture("vendor", name).arrays["nbg_coefficients"][:4096].view("<u4")
    ours = tables.packed(np.tanh(0.5 * tables.entry_inputs(signed=False)))
    differing = np.flatnonzero(ours != theirs)
    assert differing.tolist() == [500]
    assert int(ours[500]) - int(theirs[500]) == 1


@pytest.mark.parametrize("name", [n for n in LOOKED_UP if n.endswith("relu")])
def test_entries_of_both_signs_are_the_vendors(name: str) -> None:
    """A minus before its zeros aside."""
    theirs = capture("vendor", name).arrays["nbg_coefficients"][:4096].view("<u4")
    inputs = tables.entry_inputs(signed=True)
    ours = tables.packed(np.concatenate([inputs, np.zeros(512)]))
    assert np.array_equal(ours, np.where(theirs == tables.SIGN, 0, theirs))


@pytest.mark.parametrize("name", LOOKED_UP)
def test_descriptors_are_the_vendors(name: str) -> None:
    """All that makes the function; the vendor scales in the multiplier, we in the table."""
    chip, case = name.split("/")
    graph = single(*FUNCTIONS[case], tensor("x", 0.5, 100), tensor("y", 0.4, 0))
    ours = VsimBackend(chip.lower()).compiled(graph).jobs[0].descriptor
    theirs = capture("vendor", name).tp()[0]
    same = [
        field
        for field in theirs.field_values()
        if field.startswith(
            ("alu_", "in_tile", "flat", "integer", "out_loop_1", "out_loop_2_reset")
        )
        and field not in ("alu_output_post_multiplier", "alu_output_postshift")
    ]
    if case == "tanh":
        same.remove("alu_pwl_sign_support")  # we say both halves, where the vendor has an odd one
    assert isinstance(ours, TPDescriptor)
    assert {f: getattr(ours, f) for f in same} == {f: getattr(theirs, f) for f in same}
    assert len(same) > 20


def tensor(name: str, scale: float, zero: int, dtype: str = "uint8", count: int = 256) -> Tensor:
    return Tensor(name, (1, count), np.dtype(dtype), Quantization.per_tensor(scale, zero))


def single(kind: Function, attributes: Mapping[str, Any], x: Tensor, y: Tensor) -> Graph:
    op = kind(input=x, output=y, **attributes)
    return Graph((op,), (x,), (y,)).with_rounding(npucore.Rounding.EXACT)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_byte_is_within_one_or_the_op_is_refused(data: st.DataObject) -> None:
    kind, attributes = FUNCTIONS[data.draw(st.sampled_from(list(FUNCTIONS)))]
    dtype = data.draw(st.sampled_from(["uint8", "int8"]))
    low = -128 if dtype == "int8" else 0
    zeros = st.integers(low, low + 255)
    x = tensor("x", data.draw(st.floats(1e-3, 1.0)), data.draw(zeros), dtype)
    y = tensor("y", data.draw(st.floats(1e-3, 1.0)), data.draw(zeros), dtype)
    if kind is Logistic:
        y = tensor("y", 1 / 256, low, dtype)
    elif kind is Tanh:
        y = tensor("y", 1 / 128, low + 128, dtype)
    graph = single(kind, attributes, x, y)
    assume(all(b.supports(graph.ops[0], graph) for b in (VsimBackend(), ReferenceBackend())))
    assert off(graph, "a311d", [EVERY.view(dtype)]) <= 1


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1023, 1024, 1025, 9000])
def test_any_number_of_elements_is_looked_up(count: int) -> None:
    graph = single(Relu, {}, tensor("x", 0.1, 128, count=count), tensor("y", 0.1, 0, count=count))
    values = np.random.default_rng(1).integers(0, 256, (1, count)).astype(np.uint8)
    with npucore.Session(graph, "vsim") as session:
        (answer,) = session.run(values)
    assert np.array_equal(answer, np.maximum(values, 128) - 128)


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
@pytest.mark.parametrize("activation", [Activation.RELU6, Activation.RELU_N1_TO_1])
def test_what_the_cores_cannot_clamp_is_looked_up(target: str, activation: Activation) -> None:
    assert off(convolution(activation=activation), target) <= 1


def test_a_function_that_jumps_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="1024 entries"):
        tables.fit(lambda x: np.where(np.floor(x) % 2, 255.0, 0.0), 0, 0)


def test_a_table_that_may_be_off_by_two_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"off by 1\.5"):
        tables.fit(lambda x: 100 + 1.5 * np.abs(x / 3 % 2 - 1), 0, 100)


def test_a_curve_without_a_bend_may_have_its_table_about_the_lowest_byte() -> None:
    """No other table of this one is right for all bytes."""
    x, y = tensor("x", 0.032, 135), tensor("y", 0.016, 118)
    assert off(single(HSwish, {}, x, y), "a311d", [EVERY]) == 0


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 0.2), st.integers(0, 255), st.floats(0.01, 0.2), st.integers(0, 255))
def test_a_value_times_its_own_logistic_function_is_one_table(
    scale: float, zero: int, scale_out: float, zero_out: int
) -> None:
    x, y = tensor("x", scale, zero), tensor("y", scale_out, zero_out)
    factor = tensor("factor", 1 / 256, 0)
    ops = (Logistic(input=x, output=factor), Mul(a=x, b=factor, output=y))
    graph = Graph(ops, (x,), (y,)).with_rounding(npucore.Rounding.EXACT)
    assume(VsimBackend().supports(ops[1], graph))
    compiled = VsimBackend().compiled(graph)
    assert set(compiled.ops) == {1}
    assert off(graph, "a311d", [EVERY]) <= 1


def test_the_factor_is_rounded_as_if_it_were_stored() -> None:
    x, factor, y = tensor("x", 0.067, 47), tensor("factor", 1 / 32, 0), tensor("y", 0.011, 217)
    ops = (Logistic(input=x, output=factor), Mul(a=x, b=factor, output=y))
    graph = Graph(ops, (x,), (y,)).with_rounding(npucore.Rounding.EXACT)
    assert off(graph, "a311d", [EVERY]) <= 1


def test_a_logistic_function_with_other_readers_is_stored() -> None:
    x, factor = tensor("x", 0.1, 128), tensor("factor", 1 / 256, 0)
    logistic = Logistic(input=x, output=factor)
    gated = Mul(a=x, b=factor, output=tensor("y", 0.1, 10))
    other = Relu(input=factor, output=tensor("z", 1 / 256, 0))
    graph = Graph((logistic, gated, other), (x,), (gated.output, other.output))
    assert off(graph, "a311d", [EVERY]) <= 1


def test_a_logistic_function_that_others_read_is_kept() -> None:
    x, factor = tensor("x", 0.1, 128), tensor("factor", 1 / 256, 0)
    ops = (Logistic(input=x, output=factor), Mul(a=factor, b=x, output=tensor("y", 0.1, 10)))
    graph = Graph(ops, (x,), (ops[1].output, factor))
    assert set(VsimBackend().compiled(graph).ops) == {0, 1}
    other = Mul(a=factor, b=factor, output=tensor("z", 1 / 256, 0))
    clamped = Mul(a=x, b=factor, output=tensor("z", 0.1, 10), activation=Activation.RELU6)
    verdict = VsimBackend().supports(clamped, Graph((ops[0], clamped), (x,), (clamped.output,)))
    assert verdict.reason == "relu6 clamps inside the range of its output"
    assert VsimBackend().supports(other, Graph((ops[0], other), (x,), (other.output,)))
