# SPDX-License-Identifier: MIT
"""A network's answer, in the form that its graph and its numbers imply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from npucore.errors import InputError
from npucore.graph import Network
from npucore.tensor import Array, Tensor
from npucore.vision import heads
from npucore.vision.boxes import IOU_THRESHOLD
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.kinds import Answer, Tensors, TensorSummary
from npucore.vision.real_values import real_values


def interpret(
    graph: Network,
    outputs: Sequence[Array],
    top: int = 5,
    threshold: float | None = None,
    *,
    head: str | None = None,
    task: str | None = None,
    image: Image.Image | None = None,
    alphabet: Sequence[str] = (),
    classes: int | None = None,
) -> Answer:
    """Read *outputs* of *graph*; places are relative to the picture that the network saw.

    The answer keeps the name of the head that has read it, and of those that might have.

    *top* is how many classes to list, *threshold* the score from which an object counts (that of
    the kind of network if it is None: 0.5, and 0.25 for a YOLO head). *head* or *task* name the
    kind of network where its shapes do not tell. *image* is the photo, *alphabet* the characters
    of a network that reads text, *classes* how many classes somebody has names for.

    Infinities and NaN are nothing that a head reads. Raises `InputError` for a *head* or a
    *task* that does not fit.
    """
    asked = heads.chosen(graph, head, task)
    named = head is not None or task is not None
    forced = named and len(asked) == 1
    seen = Seen(graph, outputs, top, threshold, IOU_THRESHOLD, image, alphabet, classes, forced)
    endless = [t.name for t, a in zip(graph.outputs, outputs, strict=True) if not _finite(a)]
    for one in asked if not endless else ():
        if (answer := one.read(seen)) is not None:
            return replace(answer, head=one.name, others=() if head else _others(graph, one))
    if named and not endless:
        name = f"--head {head}" if head else f"--task {task}"
        raise InputError(f"{name}: the outputs' numbers are none of such a network")
    hint = f"{endless[0]} holds values that are no numbers" if endless else _looks(graph)
    pairs = zip(graph.outputs, outputs, strict=True)
    return Tensors(tuple(_summary(tensor, values) for tensor, values in pairs), hint)


def _others(graph: Network, chosen: Head) -> tuple[str, ...]:
    """The other heads whose shapes fit, those that are only taken by name among them."""
    if chosen.certain:
        return ()
    return tuple(o.name for o in heads.every() if o.name != chosen.name and o.fits(graph))


def _finite(values: Array) -> bool:
    return values.dtype.kind != "f" or bool(np.isfinite(values).all())


def _looks(graph: Network) -> str:
    """Describe outputs that no head reads, and how to name the kind of network."""
    looks = "; ".join(f"{t.name or 'output'} {t.shape} {_guess(t, graph)}" for t in graph.outputs)
    tasks = ", ".join(sorted({head.task for head in heads.every()}))
    return f"no known head: {looks}. Name it with --task ({tasks}) or --head NAME"


def _guess(tensor: Tensor, graph: Network) -> str:
    shape = [size for size in tensor.shape if size != 1]
    if any(tensor.shape == other.shape for other in graph.inputs):
        return "is as the input: a reconstruction"
    if len(shape) <= 1:
        return "is a vector: scores or an embedding"
    if len(shape) == 2:
        few, many = sorted(shape)
        if picture(graph) is not None and few > 4 and many >= 10 * few:
            return f"may be {many} boxes of {few} values, for a picture of another size"
        return "is a table"
    return "is a map"


def _summary(tensor: Tensor, values: Array) -> TensorSummary:
    name, shape, dtype = tensor.name, tensor.shape, str(tensor.dtype)
    if not values.size:
        return TensorSummary(name, shape, dtype, None, None, None)
    real = real_values(values, tensor)
    mean = float(np.mean(real, dtype=np.float64))
    return TensorSummary(name, shape, dtype, float(real.min()), mean, float(real.max()))
