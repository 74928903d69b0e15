# SPDX-License-Identifier: MIT
"""What a network says, in the form that its graph implies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from npucore.graph import Network
from npucore.ops import DetectionPostprocess
from npucore.tensor import Array, Shape, Tensor
from npucore.vision import detect, yolo
from npucore.vision.classify import Classification, top_k
from npucore.vision.detect import Detection
from npucore.vision.real_values import real_values
from npucore.vision.segment import ClassShare, class_map, class_shares


@dataclass(frozen=True, slots=True)
class Classes:
    """The image as a whole: its most likely classes, best first."""

    classes: tuple[Classification, ...]
    kind: Literal["classification"] = "classification"


@dataclass(frozen=True, slots=True)
class Objects:
    """The things in the image, best first."""

    objects: tuple[Detection, ...]
    threshold: float  # the score below which nothing is listed
    kind: Literal["detection"] = "detection"


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """The class of every pixel, and what part of the image each class has."""

    shares: tuple[ClassShare, ...]
    map: Array  # (H, W) integers
    kind: Literal["segmentation"] = "segmentation"


@dataclass(frozen=True, slots=True)
class TensorSummary:
    """An output that nothing is known about; real values. None where there are no values."""

    name: str
    shape: Shape
    dtype: str
    min: float | None
    mean: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class Tensors:
    """Outputs of a network that is none of the others."""

    tensors: tuple[TensorSummary, ...]
    kind: Literal["tensors"] = "tensors"


Answer = Classes | Objects | Segments | Tensors


def interpret(
    graph: Network, outputs: Sequence[Array], top: int = 5, threshold: float | None = None
) -> Answer:
    """Read *outputs* of *graph*: the graph decides how, never the values.

    *top* is how many classes to list, *threshold* the score from which an object counts (0.5, and
    0.25 for a YOLO head, if it is None).
    """
    if (places := _postprocess_places(graph)) is not None:
        limit = detect.SCORE_THRESHOLD if threshold is None else threshold
        return Objects(tuple(detect.detections([outputs[i] for i in places], limit)), limit)
    if head := yolo.recognise(graph):
        limit = yolo.SCORE_THRESHOLD if threshold is None else threshold
        return Objects(tuple(yolo.decode(head, graph, outputs[0], limit)), limit)
    if len(graph.outputs) == 1 and _is_class_map(graph.outputs[0]):
        return Segments(tuple(class_shares(outputs[0])), class_map(outputs[0]))
    if len(graph.outputs) == 1 and _is_class_scores(graph):
        return Classes(tuple(top_k(outputs[0], graph.outputs[0], top)))
    pairs = zip(graph.outputs, outputs, strict=True)
    return Tensors(tuple(_summary(tensor, values) for tensor, values in pairs))


def _postprocess_places(graph: Network) -> list[int] | None:
    """Where the results of a `DetectionPostprocess` stand among the graph's outputs."""
    position = {tensor: index for index, tensor in enumerate(graph.outputs)}
    for op in graph.ops:
        if isinstance(op, DetectionPostprocess) and position.keys() >= set(op.results):
            return [position[tensor] for tensor in op.results]
    return None


def _is_class_map(tensor: Tensor) -> bool:
    return (
        len(tensor.shape) == 3
        and tensor.shape[0] == 1
        and min(tensor.shape[1:]) > 1
        and tensor.dtype.kind in "iu"
        and tensor.quantization is None
    )


def _is_class_scores(graph: Network) -> bool:
    """One axis of scores, the last; and no mere copy of an input's shape, as autoencoders give."""
    shape = graph.outputs[0].shape
    return (
        len(shape) >= 1
        and shape[-1] >= 2
        and all(size == 1 for size in shape[:-1])
        and all(tensor.shape != shape for tensor in graph.inputs)
    )


def _summary(tensor: Tensor, values: Array) -> TensorSummary:
    name, shape, dtype = tensor.name, tensor.shape, str(tensor.dtype)
    if not values.size:
        return TensorSummary(name, shape, dtype, None, None, None)
    real = real_values(values, tensor)
    mean = float(np.mean(real, dtype=np.float64))
    return TensorSummary(name, shape, dtype, float(real.min()), mean, float(real.max()))
