# SPDX-License-Identifier: MIT
"""Settings of this family beside those of every family."""

from __future__ import annotations

from npucore.family import settings

IN_FLIGHT, MOST_IN_FLIGHT = "in_flight", 8
OPTIONS = {
    **settings.OPTIONS,
    IN_FLIGHT: "inferences under way at once, each with buffers of its own: 1 (default) to "
    f"{MOST_IN_FLIGHT}",
    "clock": "of the NPU in Hz, for predictions (default: 1e9)",
}
