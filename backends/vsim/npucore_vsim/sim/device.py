# SPDX-License-Identifier: MIT
"""The chip as the kernel drives it: a command stream in memory, states, jobs in order."""

from __future__ import annotations

import numpy as np

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_vsim import stream
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.registers.states import (
    GL_API_MODE,
    GL_NN_CONFIG,
    GL_OCB_REMAP_END,
    GL_OCB_REMAP_START,
    PS_NN_INST_ADDR,
    PS_TP_INST_ADDR,
)
from npucore_vsim.sim import tp
from npucore_vsim.sim.decoded import Decoded
from npucore_vsim.sim.nn import Cores, NNEngine

OPENCL = 2
STREAM = Port("FE", "stream")


class SimulatedChip:
    """Runs command streams against *memory*; states stay as they are from stream to stream.

    What a job asks for and the chip cannot do, or what is not known of it, raises
    `SimulationError`; memory may then be partly written.
    """

    def __init__(self, cores: Cores, memory: Memory, decoded: Decoded | None = None) -> None:
        self.memory = memory
        self._nn = NNEngine(cores, memory, decoded)
        self._states: dict[int, int] = {}

    def run(self, words: list[int]) -> None:
        """Load states in order; one that holds a job's address runs it to its end."""
        for item in stream.decode(words):
            if isinstance(item, stream.Strange):
                raise SimulationError(f"{STREAM}: {item.word:#010x} is no packet that is simulated")
            if isinstance(item, stream.Load):
                self._load(item)

    def _load(self, load: stream.Load) -> None:
        if load.state is None:
            raise SimulationError(f"{STREAM} sets {load.address:#06x}, a state without a name")
        self._states[load.address] = load.value
        if load.address == PS_NN_INST_ADDR.offset:
            job = NNDescriptor.decode(self._words("PS_NN_INST_ADDR", load.value, 34))
            self._ready()
            config = GL_NN_CONFIG.decode(self._states.get(GL_NN_CONFIG.offset, 0))
            self._nn.run(job, split=not config.disable_zdpn)
        elif load.address == PS_TP_INST_ADDR.offset:
            words = self._words("PS_TP_INST_ADDR", load.value, 31)
            self._ready()
            tp.run(TPDescriptor.decode(words), self.memory)

    def _words(self, name: str, value: int, count: int) -> list[int]:
        window = self.memory.window(Port("PS", name), value & ~0x3F, 4 * count)
        words: list[int] = np.frombuffer(window.tobytes(), "<u4").tolist()
        return words

    def _ready(self) -> None:
        """Raise unless what has to be set before a job is."""
        if self._states.get(GL_API_MODE.offset) != OPENCL:
            raise SimulationError("GL_API_MODE is not OpenCL (2)")
        for remap in (GL_OCB_REMAP_START, GL_OCB_REMAP_END):
            if self._states.get(remap.offset):
                raise SimulationError(
                    f"{remap.__name__} maps on-chip memory, which is not simulated"
                )
