# SPDX-License-Identifier: MIT
"""A kernel with etnaviv as mainline has it, call by call, over the simulator.

Source of its behaviour: drivers/gpu/drm/etnaviv, drivers/gpu/drm/scheduler and
drivers/dma-buf/sync_file.c of Linux 6.x, read, not run: evidence `paper`. It shares `uapi`,
`registers` and `stream` with the compiler, no more.
"""

from npucore_vsim.virtual.faults import Effect, Fault, Faults, Point
from npucore_vsim.virtual.kernel import VirtualKernel

__all__ = ["Effect", "Fault", "Faults", "Point", "VirtualKernel"]
