# SPDX-License-Identifier: MIT
"""One score for every class, of a photo or of a sound."""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.tensor import Tensor
from npucore.vision.boxes import scorelike
from npucore.vision.classify import Classification, top_k
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import NO_HINT, Hint
from npucore.vision.heads.base import Head, Seen, is_paddles
from npucore.vision.kinds import Answer, Classes

NAMES = ("score", "logit", "prob", "softmax", "class")  # of the output that has the scores


def _one_axis(tensor: Tensor, network: Network) -> bool:
    """Scores along the last axis; and no mere copy of an input's shape, as autoencoders give."""
    shape = tensor.shape
    return (
        len(shape) >= 1
        and shape[-1] >= 2
        and all(size == 1 for size in shape[:-1])
        and all(other.shape != shape for other in network.inputs)
    )


def _planes(tensor: Tensor) -> bool:
    """(1, C, 1, 1), as exports with the pooling last have it."""
    shape = tensor.shape
    return len(shape) == 4 and shape[1] >= 2 and shape[0] == shape[2] == shape[3] == 1


def _frames(tensor: Tensor, network: Network) -> bool:
    """Scores of every piece of a sound, as YAMNet gives them."""
    sound = network.inputs and max(network.inputs[0].shape, default=0) >= network.inputs[0].elements
    return bool(sound) and len(tensor.shape) == 2 and min(tensor.shape) > 1


def _place(network: Network) -> int | None:
    """Which output has the scores: the only one, or the one that is called so."""
    found = [
        i
        for i, t in enumerate(network.outputs)
        if _one_axis(t, network) or _planes(t) or _frames(t, network) or t.shape == (1, 1)
    ]
    if len(network.outputs) == 1:
        return found[0] if found else None
    named = [i for i in found if any(n in network.outputs[i].name.lower() for n in NAMES)]
    if len(named) == 1 and network.outputs[named[0]].shape != (1, 1):
        return named[0]
    return None


def fits(network: Network) -> bool:
    """One output of scores."""
    return _place(network) is not None


def hint(network: Network) -> Hint:
    """PP-OCR's classifiers of direction take BGR from -1 to 1; others are as usual."""
    return Hint(ranges.SIGNED, bgr=True) if is_paddles(network) else NO_HINT


def read(seen: Seen) -> Answer | None:
    """The best classes; a single score counts if it is one from 0 to 1."""
    if (place := _place(seen.network)) is None:
        return None
    tensor, array = seen.network.outputs[place], seen.arrays[place]
    if tensor.shape == (1, 1):
        value = seen.values[place]
        if not scorelike(value) or (tensor.dtype.kind != "f" and tensor.quantization is None):
            return None
        return Classes((Classification(0, float(value[0, 0])),), 1)
    if _frames(tensor, seen.network):
        mean = seen.values[place].mean(axis=0)
        best = np.argsort(-mean, kind="stable")[: seen.top]
        found = [Classification(int(i), float(mean[i])) for i in best]
        return Classes(tuple(found), len(mean))
    return Classes(tuple(top_k(array, tensor, seen.top)), array.size)


HEAD = Head(
    "classes",
    "classify",
    "one score for every class: (1, classes); of a sound, (pieces, classes)",
    fits,
    read,
    hint,
)
