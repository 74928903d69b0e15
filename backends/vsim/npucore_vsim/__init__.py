# SPDX-License-Identifier: MIT
"""VeriSilicon NPUs, by way of the mainline Linux driver etnaviv."""

from npucore_vsim.backend import VsimBackend

__all__ = ["VsimBackend"]
