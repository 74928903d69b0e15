# SPDX-License-Identifier: MIT
"""A kernel with userspace I/O and one NVDLA, call by call and register by register.

Source of its behaviour: drivers/uio of Linux, read, not run: evidence `paper`. It shares
registers, streams and the cost model with the compiler, no more.
"""

from npucore_nvdla.virtual.faults import Effect, Fault, Faults, Point
from npucore_nvdla.virtual.kernel import VirtualKernel

__all__ = ["Effect", "Fault", "Faults", "Point", "VirtualKernel"]
