# SPDX-License-Identifier: MIT
"""Chips, multipliers, views and rules by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npucore import Graph
from npucore.errors import InputError, UnsupportedError
from npucore.ops import Convolution, Padding
from npucore.tensor import Quantization, Tensor
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import A311D, CHIPS, IMX8MP
from npucore_vsim.lower.fully_connected import folded
from npucore_vsim.quantize import multiplier
from tests.material.vsim.compared import off

rng = np.random.default_rng(1)


def tensor(name: str, *shape: int, scale: float = 0.05, zero: int = 128) -> Tensor:
    return Tensor(name, shape, np.dtype(np.uint8), Quantization.per_tensor(scale, zero))


def convolution(
    size: tuple[int, int] = (9, 7),
    channels: tuple[int, int] = (3, 5),
    kernel: tuple[int, int] = (3, 3),
    stride: int = 1,
    **settings: Any,
) -> Graph:
    """A graph of one padded convolution."""
    padding = Padding(*[k // 2 for k in kernel for _ in range(2)])
    rows, columns = (
        (n + 2 * (k // 2) - k) // stride + 1 for n, k in zip(size, kernel, strict=True)
    )
    source = tensor("x", 1, *size, channels[0])
    target = tensor("y", 1, rows, columns, channels[1], scale=0.4)
    shape = (channels[1], *kernel, channels[0])
    quantization = Quantization.per_tensor(0.02, 120)
    data = rng.integers(0, 256, shape).astype(np.uint8)
    weights = Tensor("w", shape, np.dtype(np.uint8), quantization, data)
    op = Convolution(
        input=source,
        weights=weights,
        output=target,
        stride=(stride, stride),
        padding=padding,
        **settings,
    )
    return Graph((op,), (source,), (target,))


@pytest.mark.parametrize("target", CHIPS)
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (5, 5), (3, 5), (1, 7)], ids=str)
@pytest.mark.parametrize("channels", [(1, 1), (3, 5), (16, 9)], ids=str)
@pytest.mark.parametrize("size", [(9, 7), (8, 12)], ids=str)
def test_oblong_maps_and_kernels_are_within_one_of_the_exact_answer(
    target: str,
    stride: int,
    kernel: tuple[int, int],
    channels: tuple[int, int],
    size: tuple[int, int],
) -> None:
    assert off(convolution(size, channels, kernel, stride), target) <= 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"stride": 3}, "stride of 3"),
        ({"kernel": (13, 13), "size": (20, 20)}, "kernel of 13"),
        ({"kernel": (1, 1), "size": (8191, 2), "stride": 2}, "8192 rows or columns"),
    ],
    ids=["stride", "kernel", "rows"],
)
def test_what_the_engine_cannot_do_is_refused_with_a_reason(
    settings: dict[str, Any], reason: str
) -> None:
    graph = convolution(**settings)
    verdict = VsimBackend("a311d").supports(graph.ops[0], graph)
    assert reason in (verdict.reason or "")


def test_trust_refuses_what_is_only_known_from_fields() -> None:
    graph = convolution(kernel=(3, 5))
    verdict = VsimBackend("a311d", trust="shown").supports(graph.ops[0], graph)
    assert verdict.reason == "needs trust=sibling: unusual window"


def test_an_unknown_chip_or_trust_is_the_users_mistake() -> None:
    with pytest.raises(UnsupportedError, match="a311d"):
        VsimBackend("a312")
    with pytest.raises(InputError, match="trust"):
        VsimBackend(trust="blind")


@given(st.floats(1e-6, 100))
def test_a_multiplier_is_the_scale_without_its_lowest_bits(real: float) -> None:
    for chip in (A311D, IMX8MP):
        found = multiplier(real, chip.generation)
        if found is None:
            continue
        bits = chip.multiplier_bits
        shift = found.shift - (bits if chip.generation == 7 else 0)
        value = (1 + found.mantissa / 2**bits) / 2**shift
        assert value <= float(np.float32(real)) < value * (1 + 2.0**-bits)


@given(st.integers(1, 20000), st.sampled_from([11, 15]))
def test_a_folded_vector_loses_nothing(size: int, largest: int) -> None:
    image = folded(size, largest)
    assert image.elements == size
    assert max(image.height, image.width) <= largest
