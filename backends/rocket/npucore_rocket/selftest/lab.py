# SPDX-License-Identifier: MIT
"""A device for every case, and the compiler."""

from __future__ import annotations

from collections.abc import Callable

from npucore.family.device import Device
from npucore.family.machine import Machine
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore_rocket.chip import Chip
from npucore_rocket.device import Job
from npucore_rocket.form import CAUTIOUS, Form
from npucore_rocket.program import RocketCompiled
from npucore_rocket.selftest import trial

Compile = Callable[[Graph, Form], RocketCompiled]


class Lab:
    """Opens the machine's node anew for each case."""

    def __init__(self, machine: Machine[Chip], compile_as: Compile) -> None:
        self.open, self._machine, self._compile = machine.open, machine, compile_as

    def compile(self, graph: Graph, form: Form = CAUTIOUS) -> RocketCompiled:
        """Compile a graph, with rules of any evidence."""
        return self._compile(graph, form)

    def open_at_zero(self) -> Device[Job]:
        """A device whose words lie at address 0."""
        kernel, path = self._node()
        return trial.AtZero(kernel, path)

    def _node(self) -> tuple[Kernel, str]:
        machine = self._machine
        assert machine.kernel is not None
        assert machine.path is not None
        return machine.kernel, machine.path
