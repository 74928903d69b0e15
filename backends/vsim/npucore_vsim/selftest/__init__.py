# SPDX-License-Identifier: MIT
"""Small cases of all that no board has shown, run on the device and compared."""

from npucore_vsim.selftest.run import run

__all__ = ["run"]
