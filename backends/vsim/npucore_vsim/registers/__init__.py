# SPDX-License-Identifier: MIT
"""What the hardware reads: descriptors of jobs, and the states that a command stream loads."""

from npucore_vsim.registers.nn import NNDescriptor
from npucore_vsim.registers.tp import TPDescriptor

__all__ = ["NNDescriptor", "TPDescriptor"]
