# SPDX-License-Identifier: MIT
"""The one exception of the simulator."""

from npucore.hw.memory import SimulationError

__all__ = ["SimulationError"]
