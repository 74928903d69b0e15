# SPDX-License-Identifier: MIT
"""What there is to run on: a board, the virtual kernel, or the simulator; and so, which chip."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from npucore.contract.backend import DeviceDetail, DeviceKind, Evidence
from npucore.errors import DeviceError, InputError
from npucore.hw.ioctl import Kernel, Linux, as_kernel
from npucore.hw.system import board
from npucore_vsim.chip import DEFAULT, Chip
from npucore_vsim.device import Device
from npucore_vsim.drm.discover import NODES, PREFIX, Node, look, nodes, paths

AUTO, BOARD, SIMULATOR, VIRTUAL = "auto", "board", "simulator", "virtual"
CHOICES = (AUTO, BOARD, SIMULATOR, VIRTUAL)
BOARDS_TRUST, SIMULATORS_TRUST = Evidence.SHOWN, Evidence.SIBLING  # why: docs/adr/0027


@dataclass(frozen=True, slots=True)
class Machine:
    """Where programs run.

    Parameters
    ----------
    chip
        What programs are compiled for.
    open
        Makes a device; raises `DeviceError`.
    trust
        The least evidence of what is compiled for it, if the user says nothing.
    kernel
        Through which the device is opened; None for the simulator.
    board
        What records of self-tests call it; empty for the simulator.
    """

    kind: DeviceKind
    detail: str
    chip: Chip
    open: Callable[[], Device]
    trust: Evidence
    kernel: Kernel | None = None
    board: str = ""


def machine(choice: object, wanted: Chip | None) -> Machine:
    """What *choice* names: one of `CHOICES`, a node's path, or a `Kernel`.

    *wanted* is the chip that the user has named: another one is not used. Raises `InputError` for
    any other choice, `DeviceError` if a board is asked for and there is none.
    """
    if choice == SIMULATOR:
        return _simulator("chosen by device=simulator", wanted)
    if choice == VIRTUAL:
        from npucore_vsim.virtual import VirtualKernel  # for those who want it

        return _board(VirtualKernel(wanted or DEFAULT), wanted)
    if not isinstance(choice, str):
        return _board(as_kernel(choice), wanted)
    if choice == AUTO:
        seen = nodes(Linux(), wanted)
        return _found(Linux(), seen) or _simulator(why_not(seen), wanted)
    if choice == BOARD:
        return _board(Linux(), wanted)
    if choice.startswith("/"):
        return _at(choice, wanted)
    raise InputError(f"device {choice!r}, wanted {', '.join(CHOICES)} or the path of a node")


def every_device() -> list[DeviceDetail]:
    """Boards that are there, and what is always there."""
    simulator, seen = DeviceKind.SIMULATOR, nodes(Linux())
    boards = [
        DeviceDetail(node.path, DeviceKind.HARDWARE, _name(node))
        for node in seen
        if node.core is not None
    ]
    about = "jobs, words and coefficients one by one" if boards else why_not(seen)
    return [
        *boards,
        DeviceDetail(SIMULATOR, simulator, about),
        DeviceDetail(VIRTUAL, simulator, "the driver's calls over the simulator"),
    ]


def why_not(seen: Sequence[Node]) -> str:
    """Why there is no board among the nodes: what is wrong with each."""
    every = "; ".join(node.why for node in seen)
    return f"no board was found ({every or f'there is no {NODES}/{PREFIX}*'})"


def _found(kernel: Kernel, seen: Sequence[Node]) -> Machine | None:
    """The first node with an NPU."""
    return next((_driven(kernel, node) for node in seen if node.core is not None), None)


def _board(kernel: Kernel, wanted: Chip | None) -> Machine:
    seen = nodes(kernel, wanted)
    found = _found(kernel, seen)
    if found is None:
        raise DeviceError(f"device=board: {why_not(seen)}; see `npucore doctor`")
    return found


def _at(path: str, wanted: Chip | None) -> Machine:
    known, node_path = paths(Linux()), os.path.realpath(path)
    if node_path not in known:  # an artefact may name any path: nothing else is opened
        there = ", ".join(known) or "there is none"
        raise DeviceError(f"{path} is no render node of this machine ({there})")
    node = look(Linux(), node_path, wanted)
    if node.core is None:
        raise DeviceError(f"{node.why}; see `npucore doctor`")
    return _driven(Linux(), node)


def _driven(kernel: Kernel, node: Node) -> Machine:
    """A device behind a kernel's driver."""
    chip = node.chip
    assert chip is not None

    def opened() -> Device:
        from npucore_vsim.drm.device import EtnavivDevice  # only who runs needs it

        return EtnavivDevice(kernel, node.path, chip)

    real = isinstance(kernel, Linux)
    return Machine(
        DeviceKind.HARDWARE if real else DeviceKind.SIMULATOR,
        f"{node.path}, {_name(node)}" + ("" if real else " of the virtual kernel"),
        chip,
        opened,
        BOARDS_TRUST if real else SIMULATORS_TRUST,
        kernel,
        f"{board(kernel)}, {chip.name} by etnaviv {node.version}",
    )


def _name(node: Node) -> str:
    assert node.core is not None
    assert node.chip is not None
    return f"{node.chip.name} as core {node.core.pipe}"


def _simulator(why: str, wanted: Chip | None) -> Machine:
    chip = wanted or DEFAULT

    def opened() -> Device:
        from npucore_vsim.simulator import SimDevice  # only who runs needs it

        return SimDevice(chip)

    return Machine(DeviceKind.SIMULATOR, why, chip, opened, SIMULATORS_TRUST)
