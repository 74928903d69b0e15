# SPDX-License-Identifier: MIT
"""Parts of tensors along their axes, as regions of maps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.maps import Region, region

MOST_REGIONS = 64  # each is a task


def along(tensor: Tensor, axis: int, begin: int, size: int) -> list[Region]:
    """All of *tensor* but along one axis."""
    first = [0] * len(tensor.shape)
    sizes = list(tensor.shape)
    first[axis], sizes[axis] = begin, size
    return box(tensor, first, sizes, axis)


def box(tensor: Tensor, begin: Sequence[int], sizes: Sequence[int], axis: int) -> list[Region]:
    """A part of *tensor*: a region for each image, or for each row of the axes before *axis*.

    Of a tensor that is no (N, H, W, C), no axis is cut but *axis* and the last one.
    """
    whole, channels = region(tensor), (begin[-1], sizes[-1])
    if len(tensor.shape) == 4:
        rows = tensor.shape[1]
        return [
            whole.rows(image * rows + begin[1], sizes[1])
            .columns(begin[2], sizes[2])
            .channels(*channels)
            for image in range(begin[0], begin[0] + sizes[0])
        ]
    lead = tensor.shape[:-1]
    if axis >= len(lead):
        return [whole.channels(*channels)]
    inner = math.prod(lead[axis + 1 :])
    return [
        whole.rows((outer * lead[axis] + begin[axis]) * inner, sizes[axis] * inner).channels(
            *channels
        )
        for outer in range(math.prod(lead[:axis]))
    ]


def cut_axis(shape: Sequence[int], sizes: Sequence[int]) -> int | None:
    """The one axis before the last that is cut, or the last; None if several are.

    >>> [cut_axis((2, 6, 8), sizes) for sizes in ((2, 3, 8), (2, 6, 4), (1, 3, 8))]
    [1, 2, None]
    """
    cut = [axis for axis, (n, size) in enumerate(zip(shape, sizes, strict=True)) if n != size]
    before = [axis for axis in cut if axis < len(shape) - 1]
    if len(before) > 1:
        return None
    return before[0] if before else len(shape) - 1


def whole_atoms(regions: Sequence[Region], chip: Chip) -> bool:
    """Whether all begin at whole atoms of channels."""
    return not any(part.channel % chip.atom_bytes for part in regions)
