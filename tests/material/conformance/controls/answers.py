# SPDX-License-Identifier: MIT
"""Wrong answers."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.contract.backend import Program
from npucore.graph import Graph
from npucore.ops import Activation, Convolution, Padding
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Quantization, Tensor
from tests.material.conformance.controls.base import Sound, answering, control, rewritten


@control("ops/convolution-mesa-8x8x32-k3x3-o32-s1x1-same-uint8")
class WrongRounding(Sound):
    def program(self, graph: Graph) -> Program:
        return ReferenceBackend.compile(self, graph.with_rounding(Rounding.TFLITE))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class SwappedAxes(Sound):
    program = rewritten(
        lambda op: (
            dataclasses.replace(
                op, weights=_data(op.weights, np.asarray(op.weights.data).swapaxes(1, 2))
            )
            if op.kernel[0] == op.kernel[1]
            else op
        )
    )


def _data(tensor: Tensor, data: Array) -> Tensor:
    return dataclasses.replace(tensor, data=np.ascontiguousarray(data))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class IgnoredZeroPoint(Sound):
    """Every input is read as if its zero point were 0."""

    def program(self, graph: Graph) -> Program:
        return _without_zero_points(self, graph)


def _without_zero_points(self: Sound, graph: Graph) -> Program:

    def plain(tensor: Tensor) -> Tensor:
        q = Quantization.per_tensor(float(tensor.q.scale))
        return dataclasses.replace(tensor, quantization=q)

    (op,) = graph.ops[:1]
    if len(graph.ops) > 1 or not isinstance(op, Convolution) or op.input.quantization is None:
        return ReferenceBackend.compile(self, graph)
    source = plain(op.input)
    changed = dataclasses.replace(op, input=source)
    return ReferenceBackend.compile(
        self, Graph((changed,), (source,), graph.outputs, graph.rounding)
    )


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-p2_1_1_2-int8")
class ForgetsPaddingAtOneSide(Sound):
    program = rewritten(
        lambda op: dataclasses.replace(
            op, padding=Padding(op.padding.bottom, op.padding.top, *op.padding[2:])
        )
    )


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-same-int8-relu-zx_x_7")
class ForgetsActivation(Sound):
    program = rewritten(lambda op: dataclasses.replace(op, activation=Activation.NONE))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class ForgetsBias(Sound):
    program = rewritten(lambda op: dataclasses.replace(op, bias=None))


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-same-int8-f0.05")
class WrapsInsteadOfSaturating(Sound):
    program = answering(lambda graph, out: [_wrapped(a) for a in out])


def _wrapped(array: Array) -> Array:
    if array.dtype != np.int8:
        return array
    return np.where(array == 127, np.int8(-128), array)


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class WrongDtype(Sound):
    program = answering(lambda graph, out: [a.astype(np.int32) for a in out])


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class WrongShape(Sound):
    program = answering(lambda graph, out: [a.reshape(-1) for a in out])


@control("ops/split-1x8x8x32-axis3-16x16-int8")
class OutputsInTheWrongOrder(Sound):
    program = answering(lambda graph, out: out[::-1])


@control("graphs/graph-two_outputs-int8")
class MixesUpBranches(Sound):
    """Right for single ops; in a graph the second convolution reads the first one's input."""

    def program(self, graph: Graph) -> Program:
        answers = answering(lambda graph, out: [*out[:-1], np.roll(out[-1], 1, axis=-1)])
        return answers(self, graph) if len(graph.ops) > 1 else super().program(graph)


@control("ops/convolution-7x9x17-k3x3-o60-s1x1-same-uint8")
class BreaksOnOddChannels(Sound):
    program = answering(
        lambda graph, out: [
            np.concatenate([a[..., :-1], a[..., :1]], axis=-1) if a.shape[-1] % 16 else a
            for a in out
        ]
    )
