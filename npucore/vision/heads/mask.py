# SPDX-License-Identifier: MIT
"""One channel over the picture: how much every pixel belongs to the thing that is looked for."""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import probabilities, scorelike
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.heads.segments import plane
from npucore.vision.kinds import Answer, Mask


def fits(network: Network) -> bool:
    """Every output is one real channel over the picture, as U2-Net gives seven, best first."""
    frame = picture(network)
    shapes = {tensor.shape for tensor in network.outputs}
    if frame is None or len(shapes) != 1:
        return False
    first = network.outputs[0]
    found, shape = plane(first, network), first.shape
    one = found is not None and found[3] == 1
    flat = len(shape) == 3 and shape == (1, frame.height, frame.width)
    real = first.dtype.kind == "f" or first.quantization is not None
    return real and (one or flat) and frame.channels == 3


def read(seen: Seen) -> Answer | None:
    """None for values beyond 0..1: those may be depths."""
    values = seen.values[0].reshape(_rows_and_columns(seen))
    if not (scorelike(values) or seen.forced):
        return None
    sure = np.clip(probabilities(values), 0, 1)
    return Mask(sure, float((sure >= 0.5).mean()))


def _rows_and_columns(seen: Seen) -> tuple[int, int]:
    shape = seen.network.outputs[0].shape
    if len(shape) == 3:
        return shape[1], shape[2]
    found = plane(seen.network.outputs[0], seen.network)
    assert found is not None
    return shape[found[0]], shape[found[1]]


HEAD = Head(
    "mask",
    "mask",
    "one channel from 0 to 1 over the picture: people, hair, what stands out",
    fits,
    read,
)
