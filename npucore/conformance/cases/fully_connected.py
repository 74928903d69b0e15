# SPDX-License-Identifier: MIT
"""Every output of every input."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import by
from npucore.conformance.maker import Maker
from npucore.ops import Activation, FullyConnected, Op
from npucore.tensor import Shape

DTYPES = ("int8", "uint8", "float32")
SIZES = ((16, 16), (1, 1), (33, 20), (64, 10), (128, 1001), (1024, 7), (250, 65), (512, 128))
OVER_MAPS: tuple[tuple[Shape, int, Shape], ...] = (
    ((1, 4, 4, 8), 128, (1, 10)),  # all of a map, without a reshape
    ((1, 2, 2, 32), 128, (1, 10)),
    ((1, 5, 3, 20), 300, (1, 33)),
    ((1, 7, 7, 40), 1960, (1, 24)),
    ((1, 3, 1, 16), 48, (1, 7)),
    ((1, 4, 4, 16), 16, (1, 4, 4, 8)),  # keep_num_dims
    ((1, 5, 7, 33), 33, (1, 5, 7, 40)),
    ((1, 4, 6, 16), 16, (24, 8)),  # every pixel a row
    ((1, 3, 5, 3), 3, (15, 20)),
    ((1, 4, 6, 16), 96, (4, 8)),  # every row of pixels one of the matrix
    ((1, 6, 4, 8), 96, (2, 12)),  # three rows of pixels
    ((1, 4, 4, 24), 8, (48, 5)),  # parts of pixels
    ((1, 20, 16), 16, (1, 20, 12)),
    ((2, 3, 17), 17, (6, 9)),
    ((3, 4, 4, 8), 128, (3, 10)),  # a batch of maps
    ((1, 2, 3, 4, 5), 5, (1, 2, 3, 4, 6)),
    ((48,), 48, (1, 11)),
)
"""Operand, inputs of the weights, result."""


def cases() -> Iterator[Case]:
    """Inputs and outputs of any number, batches, clamps, scales per channel; maps in every form."""
    for dtype, (number, (inputs, outputs)) in product(DTYPES, enumerate(SIZES)):
        for batch in (1, 4):
            yield _case(inputs, outputs, dtype, batch, essential=number == 0)
    for dtype, kind in product(DTYPES, (Activation.RELU, Activation.RELU6)):
        yield _case(64, 33, dtype, 1, kind=kind)
    for inputs, outputs in SIZES:
        yield _case(inputs, outputs, "int8", 1, per_channel=True)
    for dtype, (number, form) in product(DTYPES, enumerate(OVER_MAPS)):
        name = f"{by(form[0])}-i{form[1]}-to{by(form[2])}-{dtype}"
        make = partial(_over_map, form=form, dtype=dtype)
        yield Case("fully_connected", name, make, "map", essential=number in (0, 5))


def _case(
    inputs: int,
    outputs: int,
    dtype: str,
    batch: int,
    kind: Activation = Activation.NONE,
    per_channel: bool = False,
    essential: bool = False,
) -> Case:
    name = f"{batch}x{inputs}-o{outputs}-{dtype}" + "-perchannel" * per_channel
    name += f"-{kind}" if kind is not Activation.NONE else ""
    make = partial(
        _make, sizes=(batch, inputs, outputs), dtype=dtype, kind=kind, per_channel=per_channel
    )
    return Case("fully_connected", name, make, "a row" if batch == 1 else "rows", essential)


def _over_map(m: Maker, form: tuple[Shape, int, Shape], dtype: str) -> Op:
    shape, inputs, result = form
    source = m.input(shape, dtype)
    weights = m.weights((result[-1], inputs), dtype)
    output = m.summed(source, weights, result)
    return FullyConnected(
        input=source, weights=weights, bias=m.bias(source, weights), output=output
    )


def _make(
    m: Maker, sizes: tuple[int, int, int], dtype: str, kind: Activation, per_channel: bool
) -> Op:
    batch, inputs, outputs = sizes
    source = m.input((batch, inputs), dtype)
    weights = m.weights((outputs, inputs), dtype, per_channel=per_channel)
    return FullyConnected(
        input=source,
        weights=weights,
        bias=m.bias(source, weights),
        output=m.summed(source, weights, (batch, outputs)),
        activation=kind,
    )
