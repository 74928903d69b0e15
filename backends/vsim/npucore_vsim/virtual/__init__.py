# SPDX-License-Identifier: MIT
"""The kernel's etnaviv driver over the simulator, for tests without a board."""

from npucore_vsim.virtual.kernel import VirtualKernel

__all__ = ["VirtualKernel"]
