# SPDX-License-Identifier: MIT
"""Layers as they occur in well-known networks, with random weights and those files' quantization.

For networks whose files are not to be had: shapes follow the published architectures, quantization
what their converters write. Which layer stands where in such a file is not known here.

Sources: Szegedy et al. 2014 (Inception v1), Ge et al. 2021 (YOLOX-Nano), Tan et al. 2020
(EfficientDet-Lite0), TensorFlow Hub (MoveNet Lightning and Thunder), Howard et al. 2019
(MobileNetV3), Sandler et al. 2018 (MobileNetV2).
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.cases.windowed import Recipe
from npucore.ops import Activation

Layer = tuple[int, int, int, int, int, bool]
"""Rows and columns, input channels, output channels, kernel, stride, depthwise."""

LAYERS: dict[str, tuple[Layer, ...]] = {
    "inception": (
        (28, 192, 64, 1, 1, False), (28, 192, 96, 1, 1, False), (28, 96, 128, 3, 1, False),
        (28, 192, 16, 1, 1, False), (28, 16, 32, 3, 1, False), (14, 512, 112, 1, 1, False),
        (14, 144, 288, 3, 1, False), (7, 832, 160, 1, 1, False), (7, 48, 128, 3, 1, False),
    ),
    "movenetlightning": (
        (48, 24, 144, 1, 1, False), (48, 144, 144, 3, 2, True), (24, 32, 192, 1, 1, False),
        (12, 384, 64, 1, 1, False), (48, 24, 96, 3, 1, False), (48, 96, 17, 1, 1, False),
        (48, 96, 34, 1, 1, False), (48, 96, 1, 1, 1, False),
    ),
    "movenetthunder": (
        (64, 40, 144, 1, 1, False), (32, 56, 336, 1, 1, False), (16, 112, 672, 1, 1, False),
        (64, 24, 96, 3, 1, False), (64, 96, 17, 1, 1, False), (64, 96, 34, 1, 1, False),
    ),
    "ssdmobilenetv3": (
        (20, 80, 480, 1, 1, False), (20, 480, 480, 3, 1, True), (20, 112, 672, 1, 1, False),
        (10, 672, 672, 5, 2, True), (10, 160, 960, 1, 1, False), (1, 120, 480, 1, 1, False),
    ),
    "vww4": (
        (64, 16, 16, 3, 1, True), (32, 48, 16, 1, 1, False), (32, 96, 96, 3, 2, True),
        (8, 144, 24, 1, 1, False), (4, 336, 112, 1, 1, False), (1, 1280, 2, 1, 1, False),
    ),
}  # fmt: skip

UINT8 = ("inception",)  # quantized while trained, one scale per tensor; the others per channel

ADDITIONS: dict[str, tuple[tuple[int, int], ...]] = {
    "efficientdet": ((80, 24), (40, 40), (20, 80), (20, 112), (10, 192), (40, 64), (20, 64),
                     (10, 64), (5, 64), (3, 64)),
    "movenetlightning": ((48, 24), (24, 32), (12, 64), (12, 96), (6, 160), (24, 32), (48, 24)),
    "movenetthunder": ((64, 40), (32, 56), (16, 112), (16, 168), (8, 280)),
    "ssdmobilenetv2": ((75, 24), (38, 32), (19, 64), (19, 96), (10, 160)),
    "yolox": ((104, 16), (52, 32), (26, 64), (13, 128)),
}  # fmt: skip
"""Rows and columns, channels."""


def convolutions() -> Iterator[Recipe]:
    """All layers of `LAYERS`, and of YOLOX."""
    for family, layers in LAYERS.items():
        for layer in layers:
            yield _recipe(family, layer)
    for layer in dict.fromkeys(_yolox()):
        yield _recipe("yolox", layer)


def _yolox() -> Iterator[Layer]:
    """YOLOX-Nano at 416 x 416: separable convolutions, cross-stage blocks, three heads."""
    yield 208, 12, 16, 3, 1, False
    for size, c in ((208, 16), (104, 32), (52, 64), (26, 128)):
        half = size // 2
        yield size, c, c, 3, 2, True
        yield half, c, 2 * c, 1, 1, False
        yield half, 2 * c, c, 1, 1, False
        yield half, c, c, 3, 1, True
        yield half, c, c, 1, 1, False
        yield half, 2 * c, 2 * c, 1, 1, False
    for size, c in ((52, 64), (26, 128), (13, 256)):
        yield size, c, 64, 1, 1, False
        yield size, 64, 64, 3, 1, True
        yield size, 64, 64, 1, 1, False
        for outputs in (80, 4, 1):
            yield size, 64, outputs, 1, 1, False
    for size, c in ((26, 256), (13, 512)):
        yield size, c, c // 2, 1, 1, False


def _recipe(family: str, layer: Layer) -> Recipe:
    size, inputs, outputs, kernel, stride, depthwise = layer
    uint8 = family in UINT8
    return Recipe(
        family=family, size=(size, size), inputs=inputs, outputs=outputs, kernel=(kernel, kernel),
        stride=(stride, stride), groups=inputs if depthwise else 1,
        dtype="uint8" if uint8 else "int8", per_channel=not uint8,
        activation=Activation.RELU if uint8 else Activation.NONE,
        zeros=(None, None, 0 if uint8 else None),
    )  # fmt: skip


def additions() -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """(family, shape) of all `ADDITIONS`, each once."""
    for family, maps in ADDITIONS.items():
        for size, channels in dict.fromkeys(maps):
            yield family, (1, size, size, channels)
