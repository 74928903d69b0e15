# SPDX-License-Identifier: MIT
"""Every output of every input."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Activation, FullyConnected, Op

DTYPES = ("int8", "uint8", "float32")
SIZES = ((16, 16), (1, 1), (33, 20), (64, 10), (128, 1001), (1024, 7), (250, 65), (512, 128))


def cases() -> Iterator[Case]:
    """Inputs and outputs of any number, batches, clamps, scales per channel."""
    for dtype, (number, (inputs, outputs)) in product(DTYPES, enumerate(SIZES)):
        for batch in (1, 4):
            yield _case(inputs, outputs, dtype, batch, essential=number == 0)
    for dtype, kind in product(DTYPES, (Activation.RELU, Activation.RELU6)):
        yield _case(64, 33, dtype, 1, kind=kind)
    for inputs, outputs in SIZES:
        yield _case(inputs, outputs, "int8", 1, per_channel=True)


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
