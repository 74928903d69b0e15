# SPDX-License-Identifier: MIT
"""LSTM, UNIDIRECTIONAL_SEQUENCE_LSTM and BIDIRECTIONAL_SEQUENCE_LSTM.

Source: TFLite lstm.cc, unidirectional_sequence_lstm.cc, bidirectional_sequence_lstm.cc.
"""

from __future__ import annotations

from dataclasses import dataclass

import tflite

from npucore.ops import Lstm, Op, RecurrentFunction
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators
from npucore_tflite.ops.recurrence import (
    IDENTITY,
    declared,
    function,
    joined,
    real,
    returned,
    run_first,
    sequence,
    stacked,
)

SIGNS = (1, 1, 1, 1)
COUPLED = (-1, 1, 1, 1)  # an input gate of 1 minus the forget gate: a sigmoid of the negated sum


@dataclass(frozen=True, slots=True)
class Settings:
    """The operator's options, decoded."""

    activation: int
    cell_clip: float
    projection_clip: float
    asymmetric: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Where one direction's operands stand."""

    weights: int  # the first of eight: input weights, then recurrent ones, of i, f, c, o
    peepholes: int
    biases: int
    projection: int
    output_state: int
    cell_state: int


FORWARD = Places(1, 9, 12, 16, 18, 19)
BOTH = (Places(1, 9, 12, 16, 35, 36), Places(18, 26, 29, 33, 37, 38))
LAYER_NORMALIZATION = (20, 21, 22, 23)
AUXILIARY = range(39, 48)


def lstm(node: Node) -> Op:
    """LSTM: one step."""
    names = ("FusedActivationFunction", "CellClip", "ProjClip", "KernelType")
    options = node.options(tflite.LSTMOptions, *names, "AsymmetricQuantizeInputs")
    if options["KernelType"] != tflite.LSTMKernelType.FULL:
        node.unsupported("the basic kernel, whose states are no variables")
    return _single(node, _settings(options), time_major=True)


def sequence_lstm(node: Node) -> Op:
    """UNIDIRECTIONAL_SEQUENCE_LSTM."""
    names = ("FusedActivationFunction", "CellClip", "ProjClip", "TimeMajor")
    options = node.options(
        tflite.UnidirectionalSequenceLSTMOptions, *names, "AsymmetricQuantizeInputs"
    )
    return _single(node, _settings(options), time_major=bool(options["TimeMajor"]))


def both_ways_lstm(node: Node) -> Op:
    """BIDIRECTIONAL_SEQUENCE_LSTM: both directions, side by side or as two results."""
    names = ("FusedActivationFunction", "CellClip", "ProjClip", "TimeMajor", "MergeOutputs")
    options = node.options(
        tflite.BidirectionalSequenceLSTMOptions, *names, "AsymmetricQuantizeInputs"
    )
    if any(node.optional(position) is not None for position in AUXILIARY):
        node.unsupported("auxiliary inputs")
    time_major, settings = bool(options["TimeMajor"]), _settings(options)
    x = sequence(node, time_major=time_major)
    found = [
        _direction(node, x, places, settings, f"way{number}", backwards=number == 1)
        for number, places in enumerate(BOTH)
    ]
    ends = [returned(node, outputs, 3, time_major=time_major) for outputs in found]
    if options["MergeOutputs"]:
        return node.finish(joined(node, ends))
    node.several(ends)
    return node.before[-1]


def _settings(options: dict[str, float]) -> Settings:
    return Settings(
        int(options["FusedActivationFunction"]),
        options["CellClip"],
        options["ProjClip"],
        bool(options["AsymmetricQuantizeInputs"]),
    )


def _single(node: Node, settings: Settings, *, time_major: bool) -> Op:
    if any(node.optional(position) is not None for position in LAYER_NORMALIZATION):
        node.unsupported("layer normalization inside")
    x = sequence(node, time_major=time_major)
    outputs = _direction(node, x, FORWARD, settings, "way", backwards=False)
    rank = len(node.input(0).shape)
    return node.finish(returned(node, outputs, rank, time_major=time_major))


def _direction(
    node: Node, x: Tensor, places: Places, settings: Settings, name: str, *, backwards: bool
) -> Tensor:
    """Add the op of one direction; its outputs (T, B, P)."""
    gates = [
        [node.optional(place + gate) for gate in range(4)]
        for place in (places.weights, places.weights + 4)
    ]
    coupled = gates[0][0] is None
    signs = COUPLED if coupled else SIGNS
    biases = [node.optional(places.biases + gate) for gate in range(4)]
    weights, recurrent, bias = (
        stacked(node, _ordered(row, coupled=coupled), signs) for row in (*gates, biases)
    )
    if weights is None or recurrent is None:
        node.invalid("gates without weights")
    before, cell = node.input(places.output_state), node.input(places.cell_state)
    projection, projection_bias = (node.optional(places.projection + n) for n in (0, 1))
    shapes = (before.shape, cell.shape)
    results = (
        declared(node, f"{name}/steps", (*x.shape[:2], recurrent.shape[1])),
        declared(node, f"{name}/output", shapes[0]),
        declared(node, f"{name}/cell", shapes[1]),
    )
    chosen = function(node, settings.activation)
    run_first(node, Lstm(
        input=x, weights=weights, recurrent=recurrent, bias=bias,
        peepholes=_peepholes(node, places.peepholes, coupled=coupled),
        projection=projection, projection_bias=projection_bias,
        first_output=before, first_cell=cell, results=results,
        functions=(RecurrentFunction.SIGMOID, chosen, chosen),
        numbers=(0.0, 0.0, *IDENTITY, *IDENTITY),
        cell_clip=settings.cell_clip, projection_clip=settings.projection_clip,
        asymmetric_inputs=settings.asymmetric, backwards=backwards,
    ))  # fmt: skip
    node.states += [(before, results[1]), (cell, results[2])]
    return results[0]


def _ordered(gates: list[Tensor | None], *, coupled: bool) -> list[Tensor | None]:
    """Input, forget, cell, output as input, output, forget, cell."""
    first, forget, cell, output = gates
    return [forget if coupled else first, output, forget, cell]


def _peepholes(node: Node, place: int, *, coupled: bool) -> Tensor | None:
    """Input, forget, output as input, output, forget."""
    first, forget, output = (real(node, node.optional(place + number)) for number in range(3))
    if forget is None:
        return None
    order = [forget if coupled else first, output, forget]
    return stacked(node, order, (-1 if coupled else 1, 1, 1))


OPERATORS: Operators = {
    "BIDIRECTIONAL_SEQUENCE_LSTM": both_ways_lstm,
    "LSTM": lstm,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": sequence_lstm,
}
