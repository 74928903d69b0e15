# SPDX-License-Identifier: MIT
"""OpenVINO's operators: what becomes of each, and why others are refused."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from npucore_openvino.call import Built, Call
from npucore_openvino.operators.refused import REFUSED

__all__ = ["REFUSED", "WITHOUT_A_NODE", "Builder", "builders"]

Builder = Callable[[Call], Built]

WITHOUT_A_NODE = ("Constant", "Parameter", "Result")
"""Kinds of layers that are no operators of ONNX's."""


@functools.cache
def builders() -> Mapping[str, Builder]:
    """The kind of a layer -> what writes it."""
    from npucore_openvino.operators import (
        activation,
        arithmetic,
        convert,
        convolution,
        fake_quantize,
        indexing,
        matmul,
        moving,
        normalization,
        plain,
        pooling,
        reduction,
        resize,
    )

    rooms = (
        activation,
        arithmetic,
        convert,
        convolution,
        fake_quantize,
        indexing,
        matmul,
        moving,
        normalization,
        pooling,
        reduction,
        resize,
    )
    found = dict(plain.BUILDERS)
    for room in rooms:
        found |= room.BUILDERS
    return found
