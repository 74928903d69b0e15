# SPDX-License-Identifier: MIT
"""Rules have names of their own, say why they refuse, and rest on facts that have happened."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.evidence import Evidence
from npucore.ops import Convolution, Mul, Op, Padding, Pooling, PoolingType, Reshape
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.chip import CHIPS
from npucore_nvdla.rules import rules
from tests.material.nvdla.graphs import feature_map, graph, weights

X = feature_map("x", 1, 40, 41, 6)


def convolution(kernel: int, stride: int = 1, border: int = 0, dilation: int = 1) -> Convolution:
    reach = (kernel - 1) * dilation + 1
    rows, columns = ((n + 2 * border - reach) // stride + 1 for n in (40, 41))
    return Convolution(
        input=X,
        weights=weights(np.ones((3, kernel, kernel, 6), np.int8)),
        output=feature_map("y", 1, rows, columns, 3),
        stride=(stride, stride),
        padding=Padding(border, border, border, border),
        dilation=(dilation, dilation),
    )


def pool(images: int, size: int) -> Pooling:
    y = feature_map("y", images, 41 - size, 42 - size, 6)
    x = feature_map("x", images, 40, 41, 6)
    return Pooling(type=PoolingType.MAX, input=x, output=y, kernel=(size, size))


def reason(op: Op, **options: str) -> str:
    return NvdlaBackend(None, **options).supports(op, graph(op)).reason or ""


@pytest.mark.parametrize("name", CHIPS)
def test_no_two_rules_have_one_name(name: str) -> None:
    names = [rule.name for rule in rules(CHIPS[name])]
    assert len(names) == len(set(names))


def test_a_model_of_a_chip_makes_nothing_shown() -> None:
    assert {rule.evidence for rule in rules(CHIPS["small"])} == {Evidence.SIBLING}
    assert reason(convolution(3), trust="shown").startswith("needs trust=sibling")


@pytest.mark.parametrize(
    ("op", "why"),
    [
        (convolution(33), "a kernel of 33 x 33, at most 32"),
        (convolution(3, stride=9), "a stride of 9 x 9, at most 8"),
        (convolution(3, border=3), "wanted less than the kernel"),
        (convolution(2, dilation=33), "a dilation of 33, at most 32"),
        (pool(17, 2), "17 images"),
        (Mul(a=X, b=X, output=feature_map("y", 1, 40, 41, 6)), "stores 0 as 0"),
        (Reshape(input=X, output=feature_map("y", 1, 41, 40, 6)), "no layer beside it"),
        (Reshape(input=X, output=feature_map("y", 1, 40, 6, 41)), "moves bytes"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_refusal_says_what_is_found_and_wanted(op: Op, why: str) -> None:
    assert why in reason(op)


def test_the_largest_of_each_is_taken() -> None:
    for op in (convolution(32), convolution(3, stride=8), convolution(2, dilation=32)):
        assert reason(op) == ""


def test_maxima_over_large_windows_are_refused() -> None:
    assert "windows of (9, 9)" in reason(pool(1, 9))
