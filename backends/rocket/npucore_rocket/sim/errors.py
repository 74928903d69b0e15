# SPDX-License-Identifier: MIT
"""The one exception of the simulator."""

from __future__ import annotations

from npucore.errors import DeviceError


class SimulationError(DeviceError):
    """The chip would fault or hang, or nothing is known of what it would do.

    The message names the register and field, the value found there, and the limit.
    """
