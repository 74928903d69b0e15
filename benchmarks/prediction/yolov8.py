# SPDX-License-Identifier: MIT
"""YOLOv8n as exported TFLite files have it, at any size, with random weights.

Source: the structure of ultralytics' YOLOv8n; SiLU is two ops there, channels are cut by slices.
"""

from __future__ import annotations

from benchmarks.prediction.build import Builder
from npucore.graph import Graph
from npucore.tensor import Tensor

CLASSES, BOX = 80, 64


class _Parts(Builder):
    """The blocks of the network."""

    def cbs(self, x: Tensor, kernels: int, kernel: int = 1, stride: int = 1) -> Tensor:
        """Convolution and SiLU."""
        return self.silu(self.conv(x, kernels, kernel, stride))

    def c2f(self, x: Tensor, kernels: int, times: int, shortcut: bool) -> Tensor:
        """Every bottleneck's result is kept."""
        kept = list(self.halves(self.cbs(x, kernels)))
        for _ in range(times):
            y = self.cbs(self.cbs(kept[-1], kernels // 2, 3), kernels // 2, 3)
            kept.append(self.add(kept[-1], y) if shortcut else y)
        return self.cbs(self.concatenate(kept, 3), kernels)

    def sppf(self, x: Tensor) -> Tensor:
        """Three maxima of 5 x 5, one behind the other."""
        kept = [self.cbs(x, x.shape[3] // 2)]
        for _ in range(3):
            kept.append(self.pool(kept[-1], 5, 1))
        return self.cbs(self.concatenate(kept, 3), x.shape[3])


def yolov8n(size: int) -> Graph:
    """From an image to boxes and scores of three levels, which are not decoded."""
    b = _Parts()
    image = b.tensor((1, size, size, 3))
    p2 = b.c2f(b.cbs(b.cbs(image, 16, 3, 2), 32, 3, 2), 32, 1, True)
    p3 = b.c2f(b.cbs(p2, 64, 3, 2), 64, 2, True)
    p4 = b.c2f(b.cbs(p3, 128, 3, 2), 128, 2, True)
    p5 = b.sppf(b.c2f(b.cbs(p4, 256, 3, 2), 256, 1, True))
    h4 = b.c2f(b.concatenate([b.upsample(p5, p4.shape[1]), p4], 3), 128, 1, False)
    o3 = b.c2f(b.concatenate([b.upsample(h4, p3.shape[1]), p3], 3), 64, 1, False)
    o4 = b.c2f(b.concatenate([b.cbs(o3, 64, 3, 2), h4], 3), 128, 1, False)
    o5 = b.c2f(b.concatenate([b.cbs(o4, 128, 3, 2), p5], 3), 256, 1, False)
    found = []
    for level in (o3, o4, o5):
        for width, last in ((64, BOX), (80, CLASSES)):
            x = b.cbs(b.cbs(level, width, 3), width, 3)
            found.append(b.conv(x, last))
    return b.graph(f"yolov8n_{size}", [image], found)
