# SPDX-License-Identifier: MIT
"""Small cases of all that has not been shown on this chip, run on the device and compared."""

from npucore_rocket.selftest.run import run

__all__ = ["run"]
