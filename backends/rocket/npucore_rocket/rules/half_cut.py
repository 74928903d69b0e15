# SPDX-License-Identifier: MIT
"""Rules of parts of maps of real numbers."""

from __future__ import annotations

import math

from npucore.graph import Graph
from npucore.ops import Split, StridedSlice
from npucore_rocket.lower.cut import Cut, cuts_of
from npucore_rocket.lower.half_cut import cut_by_taps
from npucore_rocket.maps import map_shape
from npucore_rocket.rules.halves import LANES, MOST_TAPS

MOST_STEP = 7


def is_of_windows(op: Split | StridedSlice) -> bool:
    return any(not (cut.pixels_alone or cut.channels_alone) for cut in cuts_of(op))


def whole_parts(op: Split | StridedSlice, graph: Graph) -> str | None:
    """Channels from multiples of 8 on; pixels one behind the other; rows and columns at steps."""
    return next((why for cut in cuts_of(op) if (why := _refused(cut))), None)


def _refused(cut: Cut) -> str | None:
    out = map_shape(cut.output)
    if out is None or (out.pixels, out.channels) != (math.prod(cut.sizes[:-1]), cut.sizes[-1]):
        return f"{cut.output.shape} out of {cut.source.shape} moves channels"
    if cut.pixels_alone:
        return None
    if cut.channels_alone:
        first, step = cut.begin[-1], cut.steps[-1]
        if step == 1 and first % LANES == 0:
            return None
        return f"channels from {first} on, {step} apart, wanted all from a multiple of {LANES} on"
    taps = cut_by_taps(cut)
    if taps is None or max(cut.steps) > MOST_STEP or max(taps) > MOST_TAPS:
        return f"it cuts {cut.output.shape} out of {cut.source.shape}"
    return None
