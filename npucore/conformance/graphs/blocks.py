# SPDX-License-Identifier: MIT
"""Blocks of which real networks consist."""

from __future__ import annotations

from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import Problem
from npucore.ops import Activation, HSwish, LeakyRelu, PoolingType, Softmax

RELU, RELU6 = Activation.RELU, Activation.RELU6


def chain(n: Net) -> Problem:
    """Three convolutions."""
    x = n.conv(n.input(1, 12, 12, 16), 32, 3, 1, RELU)
    n.conv(n.conv(x, 24), 16, 3, 2)
    return n.problem()


def long_chain(n: Net) -> Problem:
    """Twelve pointwise convolutions: buffers are used again."""
    x = n.input(1, 6, 6, 16)
    for outputs in (16, 32, 24, 16) * 3:
        x = n.conv(x, outputs, 1, 1, RELU6)
    return n.problem()


def first_layer(n: Net) -> Problem:
    """An image of three channels."""
    n.depthwise(n.conv(n.input(1, 33, 31, 3), 16, 3, 2, RELU6), 1, RELU6)
    return n.problem()


def separable(n: Net) -> Problem:
    """MobileNetV1: depthwise, pointwise."""
    x = n.conv(n.depthwise(n.input(1, 14, 14, 32), 1, RELU6), 64, 1, 1, RELU6)
    n.conv(n.depthwise(x, 2, RELU6), 96, 1, 1, RELU6)
    return n.problem()


def inverted_residual(n: Net) -> Problem:
    """MobileNetV2: expand, depthwise, project, add."""
    x = n.conv(n.input(1, 14, 14, 16), 24)
    y = n.conv(n.depthwise(n.conv(x, 96, 1, 1, RELU6), 1, RELU6), 24)
    n.add(x, y)
    return n.problem()


def residual(n: Net) -> Problem:
    """ResNet: the input goes around two convolutions."""
    x = n.input(1, 10, 10, 16)
    n.add(x, n.conv(n.conv(x, 16, 3, 1, RELU), 16, 3), RELU)
    return n.problem()


def residual_projected(n: Net) -> Problem:
    """ResNet: the way around is a convolution with stride 2."""
    x = n.input(1, 12, 12, 16)
    y = n.conv(n.conv(x, 32, 3, 2, RELU), 32, 3)
    n.add(n.conv(x, 32, 1, 2), y, RELU)
    return n.problem()


def residual_chain(n: Net) -> Problem:
    """Four additions, each reading the one before."""
    x = n.conv(n.input(1, 8, 8, 16), 24)
    for _ in range(4):
        x = n.add(x, n.conv(x, 24, 3))
    return n.problem()


def inception(n: Net) -> Problem:
    """Four branches side by side, one behind a pool."""
    x = n.input(1, 10, 10, 32)
    pooled = n.pool(n.pad(x, 1, 1), PoolingType.MAX, 3, 1)
    branches = [n.conv(x, 16), n.conv(n.conv(x, 16), 32, 3), n.conv(n.conv(x, 16), 16, 5)]
    n.concat(*branches, n.conv(pooled, 16))
    return n.problem()


def cross_stage(n: Net) -> Problem:
    """YOLO: half of the channels go around."""
    first, second = n.split(n.conv(n.input(1, 10, 10, 16), 32), 16, 16)
    n.conv(n.concat(first, second, n.conv(second, 16, 3)), 24)
    return n.problem()


def pyramid(n: Net) -> Problem:
    """A small map enlarged and put beside a large one."""
    large = n.conv(n.input(1, 12, 12, 16), 16, 3, 1, RELU)
    small = n.conv(large, 16, 3, 2, RELU)
    n.conv(n.concat(large, n.resize(small, 2)), 16, 3)
    return n.problem()


def spatial_pooling(n: Net) -> Problem:
    """YOLO: pools of pools, side by side."""
    x = n.conv(n.input(1, 12, 12, 16), 16)
    once = n.pool(n.pad(x, 2, 2), PoolingType.MAX, 5, 1)
    n.conv(n.concat(x, once, n.pool(n.pad(once, 2, 2), PoolingType.MAX, 5, 1)), 32)
    return n.problem()


def squeeze_excite(n: Net) -> Problem:
    """A gate for every channel, computed from the channels' means."""
    x = n.conv(n.input(1, 8, 8, 16), 32, 3, 1, RELU)
    gate = n.conv(n.conv(n.mean(x, keep=True), 8, 1, 1, RELU), 32)
    n.mul(x, n.broadcast(n.logistic(gate), *x.shape))
    return n.problem()


def swish(n: Net) -> Problem:
    """X * logistic(x), as YOLOv5 has it."""
    x = n.conv(n.input(1, 9, 9, 16), 24, 3)
    n.conv(n.mul(x, n.logistic(x)), 16)
    return n.problem()


def hard_swish(n: Net) -> Problem:
    """MobileNetV3."""
    x = n.conv(n.input(1, 9, 9, 16), 24, 3)
    n.conv(n.table(HSwish, x, float(x.q.scale)), 16)
    return n.problem()


def leaky(n: Net) -> Problem:
    """Older YOLOs."""
    x = n.conv(n.input(1, 9, 9, 16), 24, 3)
    n.conv(n.table(LeakyRelu, x, float(x.q.scale)), 16)
    return n.problem()


def max_pooled(n: Net) -> Problem:
    """VGG: convolutions with maxima between them."""
    x = n.pool(n.conv(n.input(1, 12, 12, 3), 16, 3, 1, RELU), PoolingType.MAX, 2, 2)
    n.pool(n.conv(x, 32, 3, 1, RELU), PoolingType.MAX, 2, 2)
    return n.problem()


def classifier(n: Net) -> Problem:
    """Average, one pixel, softmax."""
    x = n.pool(n.conv(n.input(1, 7, 7, 16), 64, 1, 1, RELU6), PoolingType.AVERAGE, 7, 7)
    scores = n.reshape(n.conv(x, 20), 1, 20)
    lowest = {"int8": -128, "uint8": 0}[n.dtype]
    n.table(Softmax, scores, 1 / 256, lowest)
    return n.problem()


def dense_classifier(n: Net) -> Problem:
    """Mean, two fully connected layers."""
    x = n.mean(n.conv(n.input(1, 7, 7, 16), 64, 1, 1, RELU6))
    n.dense(n.dense(x, 32, RELU), 10)
    return n.problem()


def flat_classifier(n: Net) -> Problem:
    """The whole map into a fully connected layer."""
    x = n.conv(n.input(1, 5, 5, 16), 16, 3, 1, RELU)
    n.dense(n.reshape(x, 1, 400), 10)
    return n.problem()


def classifier_without_reshape(n: Net) -> Problem:
    """The fully connected layer flattens the map itself."""
    x = n.conv(n.input(1, 5, 5, 16), 24, 3, 1, RELU)
    n.dense(x, 10, inputs=x.elements)
    return n.problem()


def classifier_of_planes(n: Net) -> Problem:
    """PyTorch: the map is flattened as planes."""
    x = n.pool(n.conv(n.input(1, 8, 8, 3), 24, 3, 1, RELU), PoolingType.AVERAGE, 2, 2)
    flat = n.reshape(n.transpose(x, 0, 3, 1, 2), 1, x.elements)
    n.dense(n.dense(flat, 32, RELU), 10)
    return n.problem()


def tokens(n: Net) -> Problem:
    """A transformer's layer: every pixel a row of the same matrices."""
    x = n.conv(n.input(1, 8, 8, 3), 32, 2, 2, valid=True)
    row = n.reshape(x, 1, 16, 32)
    y = n.dense(n.dense(row, 64, RELU, keep=True), 32, keep=True)
    n.matmul(n.add(row, y), 32)
    return n.problem()


def broadcast_between(n: Net) -> Problem:
    """A broadcast, which few NPUs compute, between convolutions."""
    x = n.conv(n.input(1, 6, 6, 16), 32)
    n.conv(n.add(x, n.broadcast(n.conv(n.mean(x, keep=True), 32), *x.shape)), 16)
    return n.problem()


def detector(n: Net) -> Problem:
    """SSD: boxes and scores of two maps, each in one list."""
    large = n.conv(n.input(1, 8, 8, 16), 32, 3, 1, RELU6)
    small = n.conv(large, 32, 3, 2, RELU6)
    boxes = [n.reshape(n.conv(x, 12), 1, x.shape[1] ** 2 * 3, 4) for x in (large, small)]
    scores = [n.reshape(n.conv(x, 15), 1, x.shape[1] ** 2 * 3, 5) for x in (large, small)]
    return n.problem(n.concat(*boxes, axis=1), n.logistic(n.concat(*scores, axis=1)))


def shuffle(n: Net) -> Problem:
    """ShuffleNet: groups, then channels in another order."""
    x = n.conv(n.input(1, 8, 8, 32), 32, 1, groups=2)
    mixed = n.transpose(n.reshape(x, 1, 8, 8, 2, 16), 0, 1, 2, 4, 3)
    n.conv(n.reshape(mixed, 1, 8, 8, 32), 32, 1, groups=2)
    return n.problem()


def per_channel_block(n: Net) -> Problem:
    """Scales for every output, as converters write them today."""
    x = n.conv(n.input(1, 10, 10, 16), 32, 3, 1, RELU, per_channel=n.dtype == "int8")
    n.conv(x, 24, 1, per_channel=n.dtype == "int8")
    return n.problem()


def subpixel(n: Net) -> Problem:
    """ESPCN: a picture of twice the size from four times the channels."""
    x = n.conv(n.input(1, 9, 11, 1), 16, 5, 1, RELU)
    n.depth_to_space(n.conv(x, 12, 3), 2)
    return n.problem()
