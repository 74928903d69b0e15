# SPDX-License-Identifier: MIT
"""Powers, as `npucore.ops.Power` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import Power
from npucore.quantize import Rounding
from npucore.reference.kernel import FLOATS, Kernel, dtypes_refusal


def refuse(op: Power) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return dtypes_refusal(op, *FLOATS, tensors=(op.a, op.b, op.output))


def prepare(op: Power, rounding: Rounding) -> Kernel:
    """Plain numpy."""
    return np.power
