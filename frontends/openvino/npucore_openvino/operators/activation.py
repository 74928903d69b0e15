# SPDX-License-Identifier: MIT
"""Activations whose parameters are attributes here and operands there, or the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call
from npucore_openvino.value import Value


def clamp(call: Call) -> Built:
    """Clip; a rectifier where nothing is cut off above."""
    bounds = [call.real("min"), call.real("max")]
    return str(call.emit("Clip", call.name(0), *map(call.like, bounds)))


def elu(call: Call) -> Built:
    """The same."""
    return str(call.emit("Elu", call.name(0), alpha=call.real("alpha")))


def selu(call: Call) -> Built:
    """Alpha and lambda are constants."""
    alpha, gamma = (call.scalar(n, what) for n, what in ((1, "alpha"), (2, "lambda")))
    return str(call.emit("Selu", call.name(0), alpha=alpha, gamma=gamma))


def hard_sigmoid(call: Call) -> Built:
    """Alpha and beta are constants."""
    alpha, beta = (call.scalar(n, what) for n, what in ((1, "alpha"), (2, "beta")))
    return str(call.emit("HardSigmoid", call.name(0), alpha=alpha, beta=beta))


def h_sigmoid(call: Call) -> Built:
    """``min(max(x + 3, 0), 6) / 6``."""
    return str(call.emit("HardSigmoid", call.name(0), alpha=1 / 6, beta=0.5))


def gelu(call: Call) -> Built:
    """By the error function, or by the hyperbolic tangent."""
    mode = call.choice("approximation_mode", "erf", "erf", "tanh")
    return str(call.emit("Gelu", call.name(0), approximate="tanh" if mode == "tanh" else "none"))


def swish(call: Call) -> Built:
    """``x * sigmoid(beta * x)``; beta is 1 if it is not given."""
    x = call.name(0)
    scaled = call.emit("Mul", x, call.name(1)) if len(call.inputs) > 1 else x
    return str(call.emit("Mul", x, call.emit("Sigmoid", scaled)))


def prelu(call: Call) -> Built:
    """One slope for each channel, which is axis 1, or slopes that are broadcast."""
    slope, rank = call.value(1), call.rank()
    if len(slope.shape) == 1 and slope.shape[0] != 1 and rank > 2:
        if slope.known is None:
            raise UnsupportedError("the slopes are computed, not constant")
        shape = (-1, *[1] * (rank - 2))
        known = slope.known.moved(lambda part: part.reshape(shape))
        slope = Value(slope.dtype, known.stored.shape, known=known)
    if slope.known is not None and slope.known.real().size == 1:
        alpha = float(np.reshape(slope.known.real(), -1)[0])
        return str(call.emit("LeakyRelu", call.name(0), alpha=alpha))
    return str(call.emit("PRelu", call.name(0), call.named(slope)))


def softmax(call: Call) -> Built:
    """Along one axis."""
    return str(call.emit("Softmax", call.name(0), axis=call.whole("axis", "1")))


def log_softmax(call: Call) -> Built:
    """Along one axis."""
    return str(call.emit("LogSoftmax", call.name(0), axis=call.whole("axis", "1")))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Clamp": clamp,
    "Elu": elu,
    "Gelu": gelu,
    "HSigmoid": h_sigmoid,
    "HardSigmoid": hard_sigmoid,
    "LogSoftmax": log_softmax,
    "PRelu": prelu,
    "Selu": selu,
    "Softmax": softmax,
    "Swish": swish,
}
