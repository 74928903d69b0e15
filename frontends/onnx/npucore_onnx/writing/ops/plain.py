# SPDX-License-Identifier: MIT
"""Ops that are one operator of real numbers with the same operands."""

from __future__ import annotations

from npucore_onnx.writing.forms import Forms, real, reducing

FORMS: Forms = {
    "absolute": real("Abs", "input"),
    "add": real("Add", "a", "b"),
    "div": real("Div", "a", "b"),
    "equal": real("Equal", "a", "b"),
    "erf": real("Erf", "input"),
    "exp": real("Exp", "input"),
    "floor": real("Floor", "input"),
    "hswish": real("HardSwish", "input"),
    "leaky_relu": real("LeakyRelu", "input", alpha="alpha"),
    "less": real("Less", "a", "b"),
    "log": real("Log", "input"),
    "log_softmax": real("LogSoftmax", "input"),
    "logistic": real("Sigmoid", "input"),
    "maximum": real("Max", "a", "b"),
    "mean": reducing("ReduceMean"),
    "minimum": real("Min", "a", "b"),
    "mul": real("Mul", "a", "b"),
    "power": real("Pow", "a", "b"),
    "prelu": real("PRelu", "input", "alpha"),
    "reduce_max": reducing("ReduceMax"),
    "reduce_sum": reducing("ReduceSum"),
    "round": real("Round", "input"),
    "sqrt": real("Sqrt", "input"),
    "subtract": real("Sub", "a", "b"),
    "tanh": real("Tanh", "input"),
}
