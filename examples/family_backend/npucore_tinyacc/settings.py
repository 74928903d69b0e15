# SPDX-License-Identifier: MIT
"""Settings of this family beside those of every family."""

from __future__ import annotations

from npucore.family import settings

CORES = "cores"
OPTIONS = {
    **settings.OPTIONS,
    CORES: "cores that are kept busy at once: 1 (default), or 2 on t2",
    "clock": "of the NPU in Hz, for predictions and the virtual kernel (default: 5e8)",
}
