# SPDX-License-Identifier: MIT
"""Operators that ONNX has as they are: operands, broadcasting and result are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from npucore_openvino.call import Built, Call

SAME: Mapping[str, str] = {  # OpenVINO's operator -> ONNX's
    "Abs": "Abs",
    "Acos": "Acos",
    "Acosh": "Acosh",
    "Asin": "Asin",
    "Asinh": "Asinh",
    "Atan": "Atan",
    "Atanh": "Atanh",
    "BitwiseAnd": "BitwiseAnd",
    "BitwiseNot": "BitwiseNot",
    "BitwiseOr": "BitwiseOr",
    "BitwiseXor": "BitwiseXor",
    "Ceiling": "Ceil",
    "Cos": "Cos",
    "Cosh": "Cosh",
    "Equal": "Equal",
    "Erf": "Erf",
    "Exp": "Exp",
    "Floor": "Floor",
    "Greater": "Greater",
    "GreaterEqual": "GreaterOrEqual",
    "HSwish": "HardSwish",
    "Identity": "Identity",
    "IsNaN": "IsNaN",
    "Less": "Less",
    "LessEqual": "LessOrEqual",
    "Log": "Log",
    "LogicalAnd": "And",
    "LogicalNot": "Not",
    "LogicalOr": "Or",
    "LogicalXor": "Xor",
    "Maximum": "Max",
    "Minimum": "Min",
    "Mish": "Mish",
    "Negative": "Neg",
    "Power": "Pow",
    "Relu": "Relu",
    "Select": "Where",
    "Sigmoid": "Sigmoid",
    "Sign": "Sign",
    "Sin": "Sin",
    "Sinh": "Sinh",
    "SoftPlus": "Softplus",
    "SoftSign": "Softsign",
    "Sqrt": "Sqrt",
    "Tan": "Tan",
    "Tanh": "Tanh",
    "Xor": "Xor",
}


def same(operator: str, call: Call) -> Built:
    """The same operator."""
    check_broadcast(call)
    return str(call.emit(operator, *call.names()))


def check_broadcast(call: Call) -> None:
    """Raise `UnsupportedError` for a rule that aligns axes from the front (pdpd)."""
    call.choice("auto_broadcast", "numpy", "numpy", "none")


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    kind: partial(same, operator) for kind, operator in SAME.items()
}
