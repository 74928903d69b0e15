# SPDX-License-Identifier: MIT
"""Ops that only move values, in front of a layer: exact, whatever their shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from npucore import Graph
from npucore.family.code import Address
from npucore.ops import (
    Absolute,
    Activation,
    Concatenation,
    DepthToSpace,
    Op,
    Pad,
    Reshape,
    Resize,
    Split,
    StridedSlice,
    Transpose,
)
from npucore.tensor import Tensor
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import CHIPS
from npucore_vsim.emit.fields import between
from npucore_vsim.emit.tp import move
from npucore_vsim.lower.layer import Move
from npucore_vsim.maps import MapShape
from tests.material.vsim import compared
from tests.material.vsim.captures import VENDOR, capture
from tests.material.vsim.compared import off

MANY = settings(max_examples=80, deadline=None)
SIDES = st.integers(1, 7)
TARGETS = st.sampled_from(["a311d", "imx8mp"])
ADDRESSES = ("in_image_base_address", "out_image_base_address")


def tensor(name: str, *shape: int, scale: float = 0.1, zero: int = 0) -> Tensor:
    return compared.tensor(name, *shape, scale=scale, zero=zero)


def around(op: Op) -> Graph:
    """*op* between look-ups that change nothing: zero points are 0."""
    sources = [tensor(f"{t.name} given", *t.shape) for t in op.inputs]
    before = [Absolute(input=s, output=t) for s, t in zip(sources, op.inputs, strict=True)]
    after = [Absolute(input=t, output=tensor(f"{t.name} out", *t.shape)) for t in op.outputs]
    return Graph((*before, op, *after), tuple(sources), tuple(o.output for o in after))


def is_exact(graph: Graph, target: str) -> None:
    assert off(graph, target) == 0


@st.composite
def shapes(draw: st.DrawFn, ranks: tuple[int, ...] = (1, 2, 3, 4)) -> tuple[int, ...]:
    """Single maps half of the time."""
    rank = draw(st.sampled_from(ranks))
    shape = tuple(draw(SIDES) for _ in range(rank))
    return (1, *shape[1:]) if draw(st.booleans()) else shape


@pytest.mark.slow
@MANY
@given(st.data())
def test_concatenations(data: st.DataObject) -> None:
    shape, number = data.draw(shapes()), data.draw(st.integers(2, 4))
    axis = data.draw(st.integers(0, len(shape) - 1))
    sizes = [data.draw(SIDES) for _ in range(number)]
    parts = [(*shape[:axis], n, *shape[axis + 1 :]) for n in sizes]
    whole = tensor("y", *shape[:axis], sum(sizes), *shape[axis + 1 :])
    operands = tuple(tensor(f"x{n}", *part) for n, part in enumerate(parts))
    op = Concatenation(operands=operands, output=whole, axis=axis)
    graph = around(op)
    assume(VsimBackend().supports(op, graph))
    is_exact(graph, data.draw(TARGETS))


@pytest.mark.slow
@MANY
@given(st.data())
def test_splits(data: st.DataObject) -> None:
    shape = data.draw(shapes())
    axis = data.draw(st.integers(0, len(shape) - 1))
    sizes = tuple(data.draw(SIDES) for _ in range(data.draw(st.integers(1, 4))))
    whole = tensor("x", *shape[:axis], sum(sizes), *shape[axis + 1 :])
    pieces = tuple(
        tensor(f"y{n}", *shape[:axis], size, *shape[axis + 1 :]) for n, size in enumerate(sizes)
    )
    op = Split(input=whole, results=pieces, axis=axis, sizes=sizes)
    graph = around(op)
    assume(VsimBackend().supports(op, graph))
    is_exact(graph, data.draw(TARGETS))


@pytest.mark.slow
@MANY
@given(st.data())
def test_slices(data: st.DataObject) -> None:
    shape = data.draw(shapes(ranks=(2, 4)))
    cut = data.draw(st.sets(st.integers(0, len(shape) - 1)))
    begin = tuple(data.draw(st.integers(0, n - 1)) * (i in cut) for i, n in enumerate(shape))
    sizes = tuple(
        data.draw(st.integers(1, n - first)) if i in cut else n
        for i, (n, first) in enumerate(zip(shape, begin, strict=True))
    )
    op = StridedSlice(
        input=tensor("x", *shape),
        output=tensor("y", *sizes),
        begin=begin,
        sizes=sizes,
        strides=(1,) * len(shape),
    )
    graph = around(op)
    assume(VsimBackend().supports(op, graph))
    is_exact(graph, data.draw(TARGETS))


@MANY
@given(st.data())
def test_transposes(data: st.DataObject) -> None:
    shape = data.draw(shapes())
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    target = tensor("y", *(shape[axis] for axis in order))
    op = Transpose(input=tensor("x", *shape), output=target, permutation=order)
    graph = around(op)
    assume(VsimBackend().supports(op, graph))
    is_exact(graph, data.draw(TARGETS))


@MANY
@given(st.data())
def test_reshapes(data: st.DataObject) -> None:
    factors = [data.draw(st.integers(1, 4)) for _ in range(5)]
    cut = sorted(data.draw(st.lists(st.integers(0, 5), max_size=3)))
    target = [int(np.prod(factors[a:b])) for a, b in zip([0, *cut], [*cut, 5], strict=True)]
    source = (1, *factors[:2], int(np.prod(factors[2:])))
    op = Reshape(input=tensor("x", *source), output=tensor("y", *target))
    is_exact(around(op), data.draw(TARGETS))


@pytest.mark.slow
@MANY
@given(st.data())
def test_pads(data: st.DataObject) -> None:
    height, width, channels = (data.draw(st.integers(3, 9)) for _ in range(3))
    counts = [data.draw(st.integers(-1, 4)) for _ in range(4)]
    before, after = (0, counts[0], counts[1], 0), (0, counts[2], counts[3], 0)
    shape = (1, height + counts[0] + counts[2], width + counts[1] + counts[3], channels)
    value = data.draw(st.sampled_from([None, 7, 255]))
    source, target = tensor("x", 1, height, width, channels), tensor("y", *shape)
    op = Pad(input=source, output=target, before=before, after=after, value=value)
    is_exact(around(op), data.draw(TARGETS))


@pytest.mark.parametrize("value", [-128, -3, 100])
def test_a_border_of_signed_bytes(value: int) -> None:
    x = compared.tensor("x", 1, 3, 4, 2, zero=-128, dtype="int8")
    y = replace(x, name="y", shape=(1, 5, 6, 2))
    z = replace(x, name="z", shape=(1, 5, 6, 2))
    pad = Pad(input=x, output=y, before=(0, 1, 1, 0), after=(0, 1, 1, 0), value=value)
    is_exact(Graph((pad, Absolute(input=y, output=z)), (x,), (y, z)), "a311d")


@pytest.mark.slow
@MANY
@given(st.data())
def test_blocks(data: st.DataObject) -> None:
    height, width, channels = data.draw(SIDES), data.draw(SIDES), data.draw(SIDES)
    block = data.draw(st.integers(1, 3))
    across = data.draw(st.integers(1, 3))
    deep = tensor("x", 1, height, width, channels * block * block)
    wide = tensor("y", 1, height * block, width * block, channels)
    is_exact(around(DepthToSpace(input=deep, output=wide, block=block)), data.draw(TARGETS))
    size = (height * block, width * across)
    small, large = tensor("x", 1, height, width, channels), tensor("y", 1, *size, channels)
    half = data.draw(st.booleans())
    op = Resize(input=small, output=large, size=size, half_pixel_centers=half)
    is_exact(around(op), data.draw(TARGETS))


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_operands_of_other_scales_are_requantized(target: str) -> None:
    a, b = tensor("a", 1, 5, 7, 4, scale=0.2, zero=30), tensor("b", 1, 5, 7, 6)
    joined = tensor("y", 1, 5, 7, 10, scale=0.3, zero=100)
    graph = Graph((op := Concatenation(operands=(a, b), output=joined, axis=3),), (a, b), (joined,))
    assert "next to it" in (VsimBackend(target).supports(op, graph).reason or "")
    assert off(around(op), target) <= 3


@pytest.mark.parametrize("op", ["reversed", "channels", "resized", "corners", "clamped"])
def test_what_no_copy_does_is_refused_with_a_reason(op: str) -> None:
    x = tensor("x", 1, 4, 6, 3)
    ops: dict[str, tuple[Op, str]] = {
        "reversed": (
            StridedSlice(
                input=x,
                output=tensor("y", 1, 2, 6, 3),
                begin=(0, 0, 0, 0),
                sizes=(1, 2, 6, 3),
                strides=(1, 2, 1, 1),
            ),
            "every n-th",
        ),
        "channels": (
            Pad(
                input=x,
                output=tensor("y", 1, 4, 6, 5),
                before=(0, 0, 0, 1),
                after=(0, 0, 0, 1),
            ),
            "pads channels",
        ),
        "resized": (
            Resize(input=x, output=tensor("y", 1, 6, 6, 3), size=(6, 6)),
            "whole multiples",
        ),
        "corners": (
            Resize(input=x, output=tensor("y", 1, 8, 6, 3), size=(8, 6), align_corners=True),
            "whole multiples",
        ),
        "clamped": (
            Concatenation(
                operands=(x,), output=tensor("y", 1, 4, 6, 3), axis=3, activation=Activation.RELU6
            ),
            "relu6 clamps inside",
        ),
    }
    found, reason = ops[op]
    graph = around(found)
    assert reason in (VsimBackend().supports(found, graph).reason or "")


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_a_box_begins_behind_the_first_row_column_and_channel(target: str) -> None:
    box = StridedSlice(
        input=tensor("x", 1, 4, 6, 7),
        output=tensor("y", 1, 2, 4, 3),
        begin=(0, 1, 2, 3),
        sizes=(1, 2, 4, 3),
        strides=(1, 1, 1, 1),
    )
    is_exact(around(box), target)


def test_a_copy_beyond_the_longest_window_is_refused() -> None:
    x, y = tensor("x", 2, 32768, 2), tensor("y", 32768, 2, 2)
    op = Transpose(input=x, output=y, permutation=(1, 0, 2))
    assert VsimBackend().supports(op, around(op)).reason == "a copy of 32768 values along an axis"


@pytest.mark.parametrize("shape", [(32767, 1, 2), (1, 32767, 2), (1, 2, 32767)], ids=str)
@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_maps_are_turned_up_to_the_longest_window(shape: tuple[int, int, int], target: str) -> None:
    longer = tuple(32768 if side == 32767 else side for side in shape)
    for sides, fits in ((shape, True), (longer, False)):
        op = Absolute(input=tensor("x", 1, *sides), output=tensor("y", 1, *sides))
        graph = Graph((op,), (op.input,), (op.output,))
        if fits:
            is_exact(graph, target)
        else:
            assert "beyond 32767" in (VsimBackend(target).supports(op, graph).reason or "")


def test_tensors_of_two_dtypes_are_refused() -> None:
    x, y = tensor("x", 1, 4, 6, 3), compared.tensor("y", 1, 6, 4, 3, zero=0, dtype="int8")
    out = compared.tensor("out", 1, 6, 4, 3, dtype="int8")
    op = Reshape(input=x, output=y)
    graph = Graph((op, Absolute(input=y, output=out)), (x,), (out,))
    assert VsimBackend().supports(op, graph).reason == "tensors of int8 and uint8"


@pytest.mark.parametrize("name", [n for n in VENDOR if n.split("/")[1] == "concat_c"])
def test_copies_are_the_vendors(name: str) -> None:
    """Its copy of the first operand of a concatenation, field by field."""
    layer = Move(
        source=tensor("x", 1, 10, 12, 8),
        image=MapShape(10, 12, 8),
        destination=tensor("y", 1, 10, 12, 12),
        size=(10, 12),
        steps=(120, 12, 1),
        fill=100,
    )
    nowhere = between(Address("activations", 0), Address("activations", 0))
    ours = move(layer, nowhere, CHIPS[name.split("/")[0].lower()])[0].descriptor
    theirs = capture("vendor", name).tp()[0]
    aside = {*ADDRESSES, "in_image_z_size", "no_flush"}  # the vendor has 2 channels to a core
    assert {f: v for f, v in ours.field_values().items() if f not in aside} == {
        f: v for f, v in theirs.field_values().items() if f not in aside
    }
