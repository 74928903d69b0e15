# SPDX-License-Identifier: MIT
"""Normalizations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call


def batch_norm(call: Call) -> Built:
    """Operands in OpenVINO's order since opset 5: data, gamma, beta, mean, variance."""
    if call.layer.opset == "opset1":
        raise UnsupportedError("the operand order of opset 1: convert the model anew")
    epsilon = call.real("epsilon", call.layer.attributes.get("eps"))
    return str(call.emit("BatchNormalization", *call.names(), epsilon=epsilon))


def mvn(call: Call) -> Built:
    """``(x - mean) / sqrt(variance + eps)``, or ``/ (sqrt(variance) + eps)``."""
    if len(call.inputs) < 2:
        raise UnsupportedError("MVN of opset 1: convert the model anew")
    axes = call.writer.integers(*call.integers(1, "the axes"))
    x = call.name(0)
    centred = call.emit("Sub", x, call.emit("ReduceMean", x, axes, keepdims=1))
    if not call.flag("normalize_variance", "true"):
        return str(centred)
    squares = call.emit("Mul", centred, centred)
    variance = call.emit("ReduceMean", squares, axes, keepdims=1)
    inside = call.choice("eps_mode", "inside_sqrt", "inside_sqrt", "outside_sqrt") == "inside_sqrt"
    return str(call.emit("Div", centred, _root(call, variance, inside)))


def _root(call: Call, variance: str, inside: bool) -> str:
    epsilon = call.like(call.real("eps"))
    if inside:
        return str(call.emit("Sqrt", call.emit("Add", variance, epsilon)))
    return str(call.emit("Add", call.emit("Sqrt", variance), epsilon))


def normalize_l2(call: Call) -> Built:
    """``x / sqrt(sum of squares + eps)``, or of the larger of the two."""
    mode = call.choice("eps_mode", "add", "add", "max")
    x = call.name(0)
    axes = call.writer.integers(*call.integers(1, "the axes"))
    total = call.emit("ReduceSum", call.emit("Mul", x, x), axes, keepdims=1)
    bounded = call.emit("Add" if mode == "add" else "Max", total, call.like(call.real("eps")))
    return str(call.emit("Div", x, call.emit("Sqrt", bounded)))


def lrn(call: Call) -> Built:
    """Across channels, which are axis 1."""
    if (axes := call.integers(1, "the axes")) != [1]:
        raise UnsupportedError(f"LRN along {axes}, wanted axis 1")
    numbers = {key: call.real(key) for key in ("alpha", "beta", "bias")}
    return str(call.emit("LRN", call.name(0), size=call.whole("size"), **numbers))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "BatchNormInference": batch_norm,
    "LRN": lrn,
    "MVN": mvn,
    "NormalizeL2": normalize_l2,
}
