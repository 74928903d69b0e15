# SPDX-License-Identifier: MIT
"""Splits the digits, trains the float network and folds its batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn import functional

from .layers import INPUT, LAYERS, Layer, channels_into, same_padding

SPLIT_SEED = 0
TRAIN_SEED = 0
HELD_OUT = 360
EPOCHS = 80
BATCH = 64
LEARNING_RATE = 4e-3

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Samples:
    """Images as uint8 pixels 0..255 of shape (N, 8, 8, 1), with their labels."""

    images: Pixels
    labels: Pixels


@dataclass(frozen=True)
class FloatWeights:
    """A layer's folded weights in TFLite's layout, with its bias."""

    weights: Floats
    bias: Floats


def load_split() -> tuple[Samples, Samples]:
    """Return the training and the held-out samples, stratified by digit."""
    digits = load_digits()
    pixels = np.round(digits.images * 255 / 16).astype(np.uint8)[..., np.newaxis]
    labels = digits.target.astype(np.uint8)
    train, held = train_test_split(
        np.arange(len(labels)), test_size=HELD_OUT, random_state=SPLIT_SEED, stratify=labels
    )
    return Samples(pixels[train], labels[train]), Samples(pixels[held], labels[held])


class Network(nn.Module):
    """The float network; batch normalisation follows every convolution."""

    def __init__(self) -> None:
        """Create the layers that have parameters."""
        super().__init__()
        self.weighted = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        for layer in LAYERS:
            if layer.kind == "dense":
                self.weighted[layer.name] = nn.Linear(channels_into(layer), layer.channels)
            elif layer.weighted:
                self.weighted[layer.name] = nn.Conv2d(
                    channels_into(layer),
                    layer.channels,
                    layer.kernel,
                    layer.stride,
                    groups=layer.channels if layer.kind == "depthwise" else 1,
                    bias=False,
                )
                self.norms[layer.name] = nn.BatchNorm2d(layer.channels)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Return every tensor by name (NCHW), so that calibration can see their ranges."""
        values = {INPUT: images}
        for layer in LAYERS:
            values[layer.name] = self._apply_layer(layer, [values[name] for name in layer.inputs])
        return values

    def _apply_layer(self, layer: Layer, inputs: list[Tensor]) -> Tensor:
        first = inputs[0]
        if layer.kind == "add":
            return first + inputs[1]
        if layer.kind == "pool":
            return functional.avg_pool2d(first, layer.kernel)
        if layer.kind == "reshape":
            return first.flatten(1)
        if layer.kind == "softmax":
            return functional.softmax(first, dim=1)
        if layer.kind == "dense":
            return self._weigh(layer, first)
        before, after = same_padding(first.shape[2], layer.kernel, layer.stride)
        padded = functional.pad(first, (before, after, before, after))
        result = self._normalise(layer, self._weigh(layer, padded))
        return functional.relu6(result) if layer.relu6 else result

    def _weigh(self, layer: Layer, value: Tensor) -> Tensor:
        result: Tensor = self.weighted[layer.name](value)
        return result

    def _normalise(self, layer: Layer, value: Tensor) -> Tensor:
        result: Tensor = self.norms[layer.name](value)
        return result


def to_tensor(images: Pixels) -> Tensor:
    """Return pixels as the network's real input: 0..1, NCHW."""
    return torch.from_numpy(images.astype(np.float32) / 255).permute(0, 3, 1, 2).contiguous()


def augment(images: Tensor) -> Tensor:
    """Return the images, each moved by up to one pixel both ways, with some noise."""
    padded = functional.pad(images, (1, 1, 1, 1))
    moved = torch.empty_like(images)
    size = images.shape[2]
    # Staying in place is as likely as moving: a digit that fills its frame loses strokes.
    choices = torch.tensor([0, 1, 1, 2])
    offsets = choices[torch.randint(4, (len(images), 2))].tolist()
    for index, (down, right) in enumerate(offsets):
        moved[index] = padded[index, :, down : down + size, right : right + size]
    return (moved + 0.05 * torch.randn_like(moved)).clamp(0, 1)


def train(samples: Samples) -> Network:
    """Return the network after a fixed schedule; the held-out samples play no part."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(TRAIN_SEED)
    images, labels = to_tensor(samples.images), torch.from_numpy(samples.labels.astype(np.int64))
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
    steps = EPOCHS * (len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    for _ in range(EPOCHS):
        # The incomplete last batch is dropped; its samples come by in another epoch.
        order = torch.randperm(len(images))[: len(images) // BATCH * BATCH]
        for batch in torch.split(order, BATCH):
            logits = network(augment(images[batch]))["logits"]
            loss = functional.cross_entropy(logits, labels[batch], label_smoothing=0.05)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
    return network.eval()


def run_float(network: Network, images: Pixels) -> dict[str, Floats]:
    """Return every tensor of the trained network by name (NCHW)."""
    with torch.no_grad():
        return {name: value.numpy() for name, value in network(to_tensor(images)).items()}


def fold(network: Network) -> dict[str, FloatWeights]:
    """Return each layer's weights with its batch normalisation multiplied in."""
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    folded = {}
    for layer in (layer for layer in LAYERS if layer.weighted):
        weights = state[f"weighted.{layer.name}.weight"]
        if layer.kind == "dense":
            folded[layer.name] = FloatWeights(weights, state[f"weighted.{layer.name}.bias"])
            continue
        norm = {part: state[f"norms.{layer.name}.{part}"] for part in _NORM_PARTS}
        factor = norm["weight"] / np.sqrt(norm["running_var"] + np.float32(1e-5))
        bias = norm["bias"] - norm["running_mean"] * factor
        scaled = weights * factor[:, np.newaxis, np.newaxis, np.newaxis]
        # Torch keeps both kinds as OIHW; TFLite wants OHWI, and 1HWC for depthwise.
        axes = (1, 2, 3, 0) if layer.kind == "depthwise" else (0, 2, 3, 1)
        folded[layer.name] = FloatWeights(np.ascontiguousarray(scaled.transpose(axes)), bias)
    return folded


_NORM_PARTS = ("weight", "bias", "running_mean", "running_var")
