# SPDX-License-Identifier: MIT
"""Cases of random shapes and numbers, for hypothesis to draw and to shrink."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from npucore.conformance.case import Case
from npucore.conformance.cases import pooling
from npucore.conformance.cases.windowed import Recipe
from npucore.conformance.maker import Maker
from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    FullyConnected,
    Mean,
    Mul,
    Op,
    Padding,
    PoolingType,
    Quantize,
    Split,
    StridedSlice,
    Subtract,
)

DTYPES = st.sampled_from(("int8", "uint8"))
CHANNELS = st.integers(1, 130)
SIDE = st.integers(1, 24)
SCALE = st.floats(0.003, 0.3).map(lambda x: round(x, 4))
ACTIVATION = st.sampled_from((Activation.NONE, Activation.NONE, Activation.RELU, Activation.RELU6))
ZERO = {"int8": st.integers(-128, 127), "uint8": st.integers(0, 255)}

Draw = st.DrawFn


def _case(op: str, make: Callable[[Maker], Op], *words: object) -> Case:
    return Case(op, "random-" + "-".join(map(str, words)), make, "random")


@st.composite
def convolution(draw: Draw) -> Case:
    """Dense, grouped or depthwise."""
    kind = draw(st.sampled_from(("dense", "depthwise", "grouped")))
    inputs, groups = draw(CHANNELS), 1
    outputs = draw(CHANNELS)
    if kind == "depthwise":
        groups, outputs = inputs, inputs * draw(st.integers(1, 2))
    elif kind == "grouped":
        groups = draw(st.sampled_from([n for n in range(1, inputs + 1) if inputs % n == 0]))
        outputs = groups * draw(st.integers(1, 3))
    kernel = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    border = [draw(st.integers(0, kernel[i // 2] - 1)) for i in range(4)]
    size = tuple(max(draw(SIDE), k) for k in kernel)
    dtype = draw(DTYPES)
    recipe = Recipe(
        size=(size[0], size[1]), inputs=inputs, outputs=outputs, groups=groups, kernel=kernel,
        stride=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))), padding=Padding(*border),
        dtype=dtype, per_channel=dtype == "int8" and draw(st.booleans()),
        activation=draw(ACTIVATION), zeros=(draw(ZERO[dtype]), None, draw(ZERO[dtype])),
    )  # fmt: skip
    return Case("convolution", f"random-{recipe.name}", recipe.make, "random")


def _summed(kind: type[Add] | type[Subtract] | type[Mul]) -> st.SearchStrategy[Case]:
    @st.composite
    def binary(draw: Draw) -> Case:
        shape, dtype = (1, draw(SIDE), draw(SIDE), draw(CHANNELS)), draw(DTYPES)
        scales = [draw(SCALE) for _ in range(2)]
        zeros = [draw(ZERO[dtype]) for _ in range(3)]
        activation = draw(ACTIVATION)
        coarse = 40 * scales[0] * scales[1] if kind is Mul else 1.3 * max(scales)

        def make(m: Maker) -> Op:
            a = m.input(shape, dtype, scales[0], zeros[0], name="a")
            b = m.input(shape, dtype, scales[1], zeros[1], name="b")
            output = m.tensor(shape, dtype, coarse, zeros[2])
            return kind(a=a, b=b, output=output, activation=activation)

        return _case(kind.name, make, shape, dtype, scales, zeros, activation)

    return binary()


@st.composite
def pool(draw: Draw) -> Case:
    """Averages and maxima without border."""
    kernel = draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    recipe = pooling.Recipe(
        type=draw(st.sampled_from(PoolingType)), kernel=kernel, dtype=draw(DTYPES),
        size=(kernel[0] + draw(SIDE), kernel[1] + draw(SIDE)), channels=draw(CHANNELS),
        stride=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
    )  # fmt: skip
    case = recipe.case()
    return Case("pooling", f"random-{case.name}", case.make, "random")


@st.composite
def mean(draw: Draw) -> Case:
    """Over the map."""
    shape, dtype = (
        (1, draw(st.integers(1, 17)), draw(st.integers(1, 17)), draw(CHANNELS)),
        draw(DTYPES),
    )
    scale, zeros = draw(SCALE), (draw(ZERO[dtype]), draw(ZERO[dtype]))

    def make(m: Maker) -> Op:
        output = m.tensor((1, shape[3]), dtype, scale / 2, zeros[1])
        return Mean(input=m.input(shape, dtype, scale, zeros[0]), output=output, axes=(1, 2))

    return _case("mean", make, shape, dtype, scale, zeros)


@st.composite
def fully_connected(draw: Draw) -> Case:
    """One row."""
    inputs, outputs, dtype, activation = (
        draw(CHANNELS),
        draw(CHANNELS),
        draw(DTYPES),
        draw(ACTIVATION),
    )
    zeros = (draw(ZERO[dtype]), draw(ZERO[dtype]))

    def make(m: Maker) -> Op:
        source = m.input((1, inputs), dtype, zero=zeros[0])
        weights = m.weights((outputs, inputs), dtype)
        return FullyConnected(
            input=source, weights=weights, bias=m.bias(source, weights),
            output=m.summed(source, weights, (1, outputs), zeros[1]), activation=activation,
        )  # fmt: skip

    return _case("fully_connected", make, inputs, outputs, dtype, zeros, activation)


@st.composite
def quantize(draw: Draw) -> Case:
    """Between bytes, by a factor of up to 3."""
    shape, start, end = (1, draw(SIDE), draw(SIDE), draw(CHANNELS)), draw(DTYPES), draw(DTYPES)
    scales = (0.05, 0.05 * draw(st.floats(0.33, 3)))
    zeros = (draw(ZERO[start]), draw(ZERO[end]))

    def make(m: Maker) -> Op:
        source = m.input(shape, start, scales[0], zeros[0])
        return Quantize(input=source, output=m.tensor(shape, end, scales[1], zeros[1]))

    return _case("quantize", make, shape, start, end, scales, zeros)


@st.composite
def concatenation(draw: Draw) -> Case:
    """Two to four maps."""
    side, dtype = (draw(SIDE), draw(SIDE)), draw(DTYPES)
    parts = draw(st.lists(CHANNELS, min_size=2, max_size=4))

    def make(m: Maker) -> Op:
        maps = tuple(m.input((1, *side, c), dtype, name=f"x{i}") for i, c in enumerate(parts))
        output = m.like(maps[0], (1, *side, sum(parts)))
        return Concatenation(operands=maps, output=output, axis=3)

    return _case("concatenation", make, side, dtype, parts)


@st.composite
def split(draw: Draw) -> Case:
    """Channels, in two to four pieces."""
    side, dtype = (draw(SIDE), draw(SIDE)), draw(DTYPES)
    sizes = tuple(draw(st.lists(CHANNELS, min_size=2, max_size=4)))

    def make(m: Maker) -> Op:
        source = m.input((1, *side, sum(sizes)), dtype)
        pieces = tuple(m.like(source, (1, *side, c), f"y{i}") for i, c in enumerate(sizes))
        return Split(input=source, results=pieces, axis=3, sizes=sizes)

    return _case("split", make, side, dtype, sizes)


@st.composite
def strided_slice(draw: Draw) -> Case:
    """A window of a map."""
    shape, dtype = (1, draw(SIDE), draw(SIDE), draw(CHANNELS)), draw(DTYPES)
    begin = tuple(draw(st.integers(0, size - 1)) for size in shape)
    sizes = tuple(draw(st.integers(1, n - b)) for n, b in zip(shape, begin, strict=True))

    def make(m: Maker) -> Op:
        source = m.input(shape, dtype)
        output = m.like(source, sizes)
        return StridedSlice(
            input=source, output=output, begin=begin, sizes=sizes, strides=(1, 1, 1, 1)
        )

    return _case("strided_slice", make, shape, dtype, begin, sizes)


RANDOM: dict[str, st.SearchStrategy[Case]] = {
    "add": _summed(Add),
    "concatenation": concatenation(),
    "convolution": convolution(),
    "fully_connected": fully_connected(),
    "mean": mean(),
    "mul": _summed(Mul),
    "pooling": pool(),
    "quantize": quantize(),
    "split": split(),
    "strided_slice": strided_slice(),
    "subtract": _summed(Subtract),
}
