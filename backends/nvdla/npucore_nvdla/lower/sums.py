# SPDX-License-Identifier: MIT
"""Parts of all ops that are sums of products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore.tensor import Tensor
from npucore_nvdla.layout import Int16s
from npucore_nvdla.lower.layer import Convolve
from npucore_nvdla.lower.points import Clamp, scaled
from npucore_nvdla.maps import Region
from npucore_nvdla.quantize import in_bytes, scaling, steady, zero_point

LARGEST_BYTE = 128


class Window(NamedTuple):
    """How kernels go over a map. Pairs are (y, x), *padding* is (top, left)."""

    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)


class Kernels(NamedTuple):
    """Weights without zero point, (K, KH, KW, C); biases, and LSB of the output per unit: (K,)."""

    weights: Int16s
    bias: Int64s
    scales: Float64s


def summed(
    source: Region,
    target: Region,
    kernels: Kernels,
    window: Window,
    clamp: Clamp,
    second: bool = True,
) -> Convolve:
    """One layer; with *second*, its second stage may add, too. Raises `UnsupportedError`.

    Stored inputs are summed as they are, so that the bias makes up for their zero point. Kernels
    whose weights fit 8 bits only with the other sign have a negative factor.
    """
    zero, (weights, signs) = zero_point(source.tensor), in_bytes(kernels.weights)
    flat = weights.reshape(len(weights), -1)
    bias = kernels.bias * signs - zero * flat.sum(axis=1, dtype=np.int64)
    reach = np.abs(flat.astype(np.int16)).sum(axis=1, dtype=np.int64) * LARGEST_BYTE
    factor = signs * kernels.scales
    second = second and bool((factor == factor[0]).all())
    found = scaling(kernels.scales, bias, reach, second)
    if (constant := steady(kernels.scales, bias, reach)).any():
        weights = np.where(constant[:, None, None, None], np.int8(0), weights)
    factors = (found.factors * signs).astype(np.int16)
    points = scaled(found, factors, target.tensor, clamp)
    return Convolve(source, target, weights, *window, zero, points, found.loss)


def summed_images(
    source: Region, target: Region, kernels: Kernels, window: Window, clamp: Clamp, images: int
) -> Iterator[Convolve]:
    """A layer for each of so many images, which share numbers."""
    whole = summed(source, target, kernels, window, clamp)
    if images == 1:
        yield whole
        return
    above, below = source.shape.rows // images, target.shape.rows // images
    for number in range(images):
        yield replace(
            whole,
            source=source.rows(number * above, above),
            destination=target.rows(number * below, below),
        )


def steps(stride: tuple[int, int], output: Sequence[int]) -> tuple[int, int]:
    """The strides, 1 where there is a single window, which makes no steps."""
    y, x = (1 if count == 1 else step for step, count in zip(stride, output, strict=True))
    return y, x


def bias_of(bias: Tensor | None, kernels: int) -> Int64s:
    """(K,), 0 where there is none."""
    if bias is None or bias.data is None:
        return np.zeros(kernels, np.int64)
    return bias.data.astype(np.int64)
