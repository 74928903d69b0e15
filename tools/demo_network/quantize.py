# SPDX-License-Identifier: MIT
"""Quantises the folded network to int8: per-channel weights, asymmetric activations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .layers import INPUT, LAYERS, Layer
from .train import Floats, FloatWeights

Int8s = npt.NDArray[np.int8]
Int32s = npt.NDArray[np.int32]

# Keeps a channel of nearly no weight from asking for a bias beyond int32.
LARGEST_BIAS = 2.0**30


@dataclass(frozen=True)
class Affine:
    """An activation's quantisation: real = scale * (stored - zero_point)."""

    scale: np.float32
    zero_point: int


@dataclass(frozen=True)
class QuantisedWeights:
    """A layer's int8 weights (zero point 0), their scales and the int32 bias."""

    weights: Int8s
    scales: Floats
    axis: int
    bias: Int32s
    bias_scales: Floats


@dataclass(frozen=True)
class QuantisedNetwork:
    """All that the integer network needs besides its layers."""

    activations: dict[str, Affine]
    weights: dict[str, QuantisedWeights]


# Stored = pixel - 128 and real = pixel / 255, so an image is quantised by one subtraction.
INPUT_AFFINE = Affine(np.float32(1 / 255), -128)
# TFLite's int8 softmax fixes its output at this.
SOFTMAX_AFFINE = Affine(np.float32(1 / 256), -128)


def affine_from_range(values: Floats) -> Affine:
    """Return the int8 quantisation that covers the values and holds zero exactly."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = np.float32((high - low) / 255)
    return Affine(scale, int(np.clip(round(-128 - low / float(scale)), -128, 127)))


def calibrate(values: dict[str, Floats]) -> dict[str, Affine]:
    """Return each activation's quantisation from its smallest and largest training value."""
    activations = {INPUT: INPUT_AFFINE}
    for layer in LAYERS:
        if layer.kind == "softmax":
            activations[layer.name] = SOFTMAX_AFFINE
        elif layer.kind in ("pool", "reshape"):
            # TFLite's int8 pooling and reshaping do not rescale.
            activations[layer.name] = activations[layer.inputs[0]]
        else:
            activations[layer.name] = affine_from_range(values[layer.name])
    return activations


def weight_axis(layer: Layer) -> int:
    """Return the axis that holds the output channels."""
    return 3 if layer.kind == "depthwise" else 0


def quantise_weights(layer: Layer, source: FloatWeights, input_scale: float) -> QuantisedWeights:
    """Return one layer's integer weights and bias."""
    axis = weight_axis(layer)
    others = tuple(number for number in range(source.weights.ndim) if number != axis)
    largest = np.abs(source.weights).max(axis=None if layer.kind == "dense" else others)
    least = np.abs(source.bias) / (input_scale * LARGEST_BIAS)
    if layer.kind == "dense":
        least = least.max()
    scales = np.atleast_1d(np.maximum(largest / 127, np.maximum(least, 1e-9))).astype(np.float32)
    spread = [1] * source.weights.ndim
    spread[axis] = len(scales)
    steps = np.round(source.weights / scales.astype(np.float64).reshape(spread))
    bias_scales = (np.float32(input_scale) * scales).astype(np.float32)
    return QuantisedWeights(
        weights=np.clip(steps, -127, 127).astype(np.int8),
        scales=scales,
        axis=axis,
        bias=np.round(source.bias / bias_scales.astype(np.float64)).astype(np.int32),
        bias_scales=bias_scales,
    )


def quantise(folded: dict[str, FloatWeights], values: dict[str, Floats]) -> QuantisedNetwork:
    """Return the integer network for folded weights and calibration values."""
    activations = calibrate(values)
    weights = {
        layer.name: quantise_weights(
            layer, folded[layer.name], float(activations[layer.inputs[0]].scale)
        )
        for layer in LAYERS
        if layer.weighted
    }
    return QuantisedNetwork(activations, weights)
