# SPDX-License-Identifier: MIT
"""Nine networks of rknn_model_zoo, layer by layer, from the papers and repositories that made them.

Published: frames per second of one core of the RK3588 at its top clock, int8, without pre- and
postprocessing (rknn_model_zoo README, v2.3.2).
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.prediction.layers import Map, Network

PUBLISHED_FPS = {
    "mobilenetv2": 450.7,
    "resnet50": 110.1,
    "yolov5s_relu": 66.1,
    "yolov5n": 82.5,
    "yolov5s": 48.4,
    "yolov5m": 20.9,
    "yolov8n": 73.5,
    "yolov8s": 38.0,
    "yolov8m": 16.2,
}
BLOCKS = (  # of MobileNetV2: expansion, channels, repetitions, stride
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))  # of ResNet50


def mobilenetv2() -> Network:
    """224 x 224, width 1.0."""
    n = Network()
    x = n.conv(Map(224, 3), 32, 3, 2)
    for expansion, channels, repetitions, first in BLOCKS:
        for index in range(repetitions):
            stride, wide = first if index == 0 else 1, x.channels * expansion
            same = stride == 1 and x.channels == channels
            y = n.conv(x, wide) if expansion > 1 else x
            y = n.conv(y, wide, 3, stride, depthwise=True)
            x = n.conv(y, channels, linear=True, addend=same)
    n.conv(x, 1280)
    n.pool(Map(7, 1280), 7)
    n.conv(Map(1, 1280), 1000)
    return n


def resnet50() -> Network:
    """224 x 224; the stride is on the 3 x 3 convolutions."""
    n = Network()
    x = n.pool(n.conv(Map(224, 3), 64, 7, 2), 2)
    for width, repetitions, first in STAGES:
        for index in range(repetitions):
            stride = first if index == 0 else 1
            y = n.conv(n.conv(x, width), width, 3, stride)
            if index == 0:
                n.conv(x, 4 * width, 1, stride, linear=True)
            x = n.conv(y, 4 * width, addend=True)
    n.pool(x, 7)
    n.conv(Map(1, 2048), 1000)
    return n


class _Yolo:
    """Channels and repetitions, scaled."""

    def __init__(self, depth: float, width: float, most: int, silu: bool) -> None:
        self.n = Network(silu=silu)
        self._depth, self._width, self._most = depth, width, most

    def channels(self, count: int) -> int:
        """A multiple of 8."""
        return int(-(-min(count, self._most) * self._width // 8) * 8)

    def times(self, count: int) -> int:
        """At least once."""
        return max(round(count * self._depth), 1)

    def down(self, x: Map, count: int) -> Map:
        """Half as large."""
        return self.n.conv(x, self.channels(count), 3, 2)

    def c3(self, x: Map, count: int, repetitions: int, shortcut: bool = True) -> Map:
        """Of YOLOv5: two branches, one of them with bottlenecks."""
        n, out = self.n, self.channels(count)
        other, y = n.conv(x, out // 2), n.conv(x, out // 2)
        for _ in range(self.times(repetitions)):
            y = n.conv(n.conv(y, out // 2), out // 2, 3, addend=shortcut)
        return n.conv(n.concatenate(y, other), out)

    def c2f(self, x: Map, count: int, repetitions: int, shortcut: bool = True) -> Map:
        """Of YOLOv8: every bottleneck's result is kept."""
        n, out = self.n, self.channels(count)
        n.conv(x, out)
        kept = [Map(x.size, out // 2)] * 2
        for _ in range(self.times(repetitions)):
            y = n.conv(kept[-1], out // 2, 3)
            kept.append(n.conv(y, out // 2, 3, addend=shortcut))
        return n.conv(n.concatenate(*kept), out)

    def sppf(self, x: Map) -> Map:
        """Three maxima of 5 x 5, one behind the other."""
        n = self.n
        y = n.conv(x, x.channels // 2)
        return n.conv(n.concatenate(y, n.pool(y), n.pool(y), n.pool(y)), x.channels)


def yolov5(depth: float, width: float, silu: bool = True) -> Network:
    """640 x 640, 80 classes."""
    y = _Yolo(depth, width, 1024, silu)
    n = y.n
    p2 = y.c3(y.down(n.conv(Map(640, 3), y.channels(64), 6, 2), 128), 128, 3)
    p3 = y.c3(y.down(p2, 256), 256, 6)
    p4 = y.c3(y.down(p3, 512), 512, 9)
    p5 = y.sppf(y.c3(y.down(p4, 1024), 1024, 3))
    h5 = n.conv(p5, y.channels(512))
    h4 = y.c3(n.concatenate(n.upsample(h5), p4), 512, 3, False)
    h4 = n.conv(h4, y.channels(256))
    o3 = y.c3(n.concatenate(n.upsample(h4), p3), 256, 3, False)
    o4 = y.c3(n.concatenate(y.down(o3, 256), h4), 512, 3, False)
    o5 = y.c3(n.concatenate(y.down(o4, 512), h5), 1024, 3, False)
    for level in (o3, o4, o5):
        n.move(n.conv(level, 255, linear=True))
    return n


def yolov8(depth: float, width: float, most: int = 1024) -> Network:
    """640 x 640, 80 classes, 64 numbers for a box; the head as rknn_model_zoo cuts it off."""
    y = _Yolo(depth, width, most, True)
    n = y.n
    p2 = y.c2f(y.down(n.conv(Map(640, 3), y.channels(64), 3, 2), 128), 128, 3)
    p3 = y.c2f(y.down(p2, 256), 256, 6)
    p4 = y.c2f(y.down(p3, 512), 512, 6)
    p5 = y.sppf(y.c2f(y.down(p4, 1024), 1024, 3))
    h4 = y.c2f(n.concatenate(n.upsample(p5), p4), 512, 3, False)
    o3 = y.c2f(n.concatenate(n.upsample(h4), p3), 256, 3, False)
    o4 = y.c2f(n.concatenate(y.down(o3, 256), h4), 512, 3, False)
    o5 = y.c2f(n.concatenate(y.down(o4, 512), p5), 1024, 3, False)
    boxes, classes = max(16, o3.channels // 4, 64), max(o3.channels, 80)
    for level in (o3, o4, o5):
        for width_, last in ((boxes, 64), (classes, 80)):
            x = n.conv(n.conv(level, width_, 3), width_, 3)
            n.move(n.conv(x, last, linear=True))
    return n


NETWORKS: dict[str, Callable[[], Network]] = {
    "mobilenetv2": mobilenetv2,
    "resnet50": resnet50,
    "yolov5s_relu": lambda: yolov5(0.33, 0.5, silu=False),
    "yolov5n": lambda: yolov5(0.33, 0.25),
    "yolov5s": lambda: yolov5(0.33, 0.5),
    "yolov5m": lambda: yolov5(0.67, 0.75),
    "yolov8n": lambda: yolov8(0.33, 0.25),
    "yolov8s": lambda: yolov8(0.33, 0.5),
    "yolov8m": lambda: yolov8(0.67, 0.75, 768),
}
