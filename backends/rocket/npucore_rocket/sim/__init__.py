# SPDX-License-Identifier: MIT
"""Simulator of the family's NPUs: executes register words on bytes, exact to the bit where known.

It is written against the hardware's documents alone: it shares no layout, quantisation, planning or
emission with the compiler, so that an error there cannot cancel out here.
"""

from npucore.hw.memory import Memory
from npucore_rocket.sim.block import Block
from npucore_rocket.sim.device import CommandRange, SimulatedCore
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.rounding import Rounding
from npucore_rocket.sim.steps import Options

__all__ = [
    "Block",
    "CommandRange",
    "Memory",
    "Options",
    "Rounding",
    "SimulatedCore",
    "SimulationError",
]
