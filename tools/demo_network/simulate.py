# SPDX-License-Identifier: MIT
"""Runs the quantised network in numpy, as a second opinion on the written file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .layers import INPUT, LAYERS, Layer, same_padding
from .quantize import Affine, Int8s, QuantisedNetwork
from .train import Pixels

Doubles = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]


def run_quantised(network: QuantisedNetwork, images: Pixels) -> dict[str, Int8s]:
    """Return every int8 tensor by name (NHWC) for uint8 pixels."""
    values = {INPUT: (images.astype(np.int16) - 128).astype(np.int8)}
    for layer in LAYERS:
        inputs = [values[name] for name in layer.inputs]
        if layer.weighted:
            values[layer.name] = _weighted(network, layer, inputs[0])
        elif layer.kind == "reshape":
            values[layer.name] = inputs[0].reshape(len(images), -1)
        elif layer.kind == "pool":
            mean = inputs[0].astype(np.float64).mean(axis=(1, 2), keepdims=True)
            values[layer.name] = _round(mean)
        else:
            real = [
                _dequantise(value, network.activations[name])
                for value, name in zip(inputs, layer.inputs, strict=True)
            ]
            result = real[0] + real[1] if layer.kind == "add" else _softmax(real[0])
            values[layer.name] = _store(result, network.activations[layer.name])
    return values


def _weighted(network: QuantisedNetwork, layer: Layer, value: Int8s) -> Int8s:
    """Return a convolution's or the dense layer's output, summed exactly."""
    source = network.activations[layer.inputs[0]]
    weights = network.weights[layer.name]
    # Doubles hold these sums exactly, and numpy multiplies them far faster than integers.
    centred = value.astype(np.float64) - source.zero_point
    kernel = weights.weights.astype(np.float64)
    total = centred @ kernel.T if layer.kind == "dense" else _convolve(layer, centred, kernel)
    target = network.activations[layer.name]
    factors = float(source.scale) * weights.scales.astype(np.float64) / float(target.scale)
    # LiteRT's reference kernels were seen to round twice in convolutions, once in dense layers.
    steps = _rescale(total.astype(np.int64) + weights.bias, factors, layer.kind != "dense")
    if layer.relu6:
        steps = np.clip(steps, 0, round(6 / float(target.scale)))
    return np.clip(steps + target.zero_point, -128, 127).astype(np.int8)


def _rescale(total: Int64s, factors: Doubles, twice: bool) -> Int64s:
    """Return total * factors in TFLite's fixed point, rounded twice or once."""
    fractions, exponents = np.frexp(factors)
    multipliers = np.round(fractions * 2**31).astype(np.int64)
    shift = -exponents.astype(np.int64)
    if (shift <= 0).any():
        raise ValueError("this simulation covers only rescaling by less than a half")
    product = total * multipliers
    if not twice:
        once: Int64s = (product + (1 << (30 + shift))) >> (31 + shift)
        return once
    # Halves go up in the first rounding and away from zero in the second.
    high = (product + (1 << 30)) >> 31
    mask = (1 << shift) - 1
    threshold = (mask >> 1) + (high < 0)
    result: Int64s = (high >> shift) + ((high & mask) > threshold)
    return result


def _convolve(layer: Layer, centred: Doubles, kernel: Doubles) -> Doubles:
    """Return the sums of a SAME convolution, one kernel position at a time."""
    pads = same_padding(centred.shape[1], layer.kernel, layer.stride)
    padded = np.pad(centred, ((0, 0), pads, pads, (0, 0)))
    total = np.zeros((len(centred), layer.size, layer.size, layer.channels))
    reach = (layer.size - 1) * layer.stride + 1
    for down in range(layer.kernel):
        for right in range(layer.kernel):
            part = padded[
                :, down : down + reach : layer.stride, right : right + reach : layer.stride
            ]
            weights = kernel[:, down, right, :]
            total += part * weights[0] if layer.kind == "depthwise" else part @ weights.T
    return total


def _softmax(logits: Doubles) -> Doubles:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Doubles = powers / powers.sum(axis=-1, keepdims=True)
    return result


def _dequantise(stored: Int8s, affine: Affine) -> Doubles:
    return (stored.astype(np.float64) - affine.zero_point) * float(affine.scale)


def _store(real: Doubles, affine: Affine) -> Int8s:
    """Return real values as int8."""
    return _round(real / float(affine.scale) + affine.zero_point)


def _round(steps: Doubles) -> Int8s:
    """Return whole int8 steps; halves go away from zero as in TFLite's kernels."""
    whole = np.copysign(np.floor(np.abs(steps) + 0.5), steps)
    return np.clip(whole, -128, 127).astype(np.int8)
