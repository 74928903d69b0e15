# SPDX-License-Identifier: MIT
"""What there is to run on: a board, the virtual kernel, or the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from npucore.contract.backend import DeviceDetail, DeviceKind, Evidence
from npucore.errors import DeviceError, InputError
from npucore.hw.ioctl import Kernel, Linux, as_kernel
from npucore.hw.system import board
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Device
from npucore_rocket.drm.discover import NODES, Node, nodes

AUTO, BOARD, SIMULATOR, VIRTUAL = "auto", "board", "simulator", "virtual"
CHOICES = (AUTO, BOARD, SIMULATOR, VIRTUAL)
BOARDS_TRUST, SIMULATORS_TRUST = Evidence.SHOWN, Evidence.SIBLING  # why: docs/adr/0027


@dataclass(frozen=True, slots=True)
class Machine:
    """Where programs run.

    Parameters
    ----------
    open
        Makes a device; raises `DeviceError`.
    trust
        The least evidence of what is compiled for it, if the user says nothing.
    kernel, node
        Through which the device is opened; None for the simulator.
    modelled
        Whether the device has a clock of its own.
    board
        What records of self-tests call it; empty for the simulator.
    """

    kind: DeviceKind
    detail: str
    open: Callable[[], Device]
    trust: Evidence
    cores: int = RK3588.cores
    kernel: Kernel | None = None
    node: Node | None = None
    board: str = ""
    modelled: bool = False


def machine(choice: object, clock: float) -> Machine:
    """What *choice* names: one of `CHOICES`, a node's path, or a `Kernel`.

    *clock* is for the virtual kernel. Raises `InputError` for any other choice, `DeviceError` if
    a board is wanted and there is none.
    """
    if choice == SIMULATOR:
        return _simulator("chosen by device=simulator")
    if choice == VIRTUAL:
        from npucore_rocket.virtual import VirtualKernel  # for those who want it

        return _driven(VirtualKernel(clock=clock), None)
    if not isinstance(choice, str):
        return _driven(as_kernel(choice), None)
    if choice == AUTO:
        found = nodes(Linux())
        return _driven(Linux(), found[0].path) if found else _simulator(_why_not())
    if choice == BOARD:
        return _driven(Linux(), None)
    if choice.startswith("/"):
        return _driven(Linux(), choice)
    raise InputError(f"device {choice!r}, wanted {', '.join(CHOICES)} or the path of a node")


def every_device() -> list[DeviceDetail]:
    """Boards that are there, and what is always there."""
    boards = [
        DeviceDetail(node.path, DeviceKind.HARDWARE, f"{len(node.cores)} core(s)")
        for node in nodes(Linux())
    ]
    simulator = DeviceKind.SIMULATOR
    return [
        *boards,
        DeviceDetail(SIMULATOR, simulator, _why_not() if not boards else "register by register"),
        DeviceDetail(VIRTUAL, simulator, "the driver's calls over the simulator, modelled time"),
    ]


def _driven(kernel: Kernel, path: str | None) -> Machine:
    """A device behind a kernel's driver."""
    found = nodes(kernel)
    node = next((node for node in found if path in (None, node.path)), None)
    if node is None:
        raise DeviceError(f"{path or 'device=board'}: {_why_not(kernel)}; see `npucore doctor`")
    chosen = node

    def opened() -> Device:
        from npucore_rocket.drm.device import DrmDevice  # only who runs needs it

        return DrmDevice(kernel, chosen.path)

    real = isinstance(kernel, Linux)
    cores = len(node.cores) or 1
    detail = f"{node.path}, {cores} core(s)" + ("" if real else " of the virtual kernel")
    return Machine(
        DeviceKind.HARDWARE if real else DeviceKind.SIMULATOR,
        detail,
        opened,
        BOARDS_TRUST if real else SIMULATORS_TRUST,
        cores,
        kernel,
        node,
        board(kernel),
        not real,
    )


def _simulator(why: str) -> Machine:
    def opened() -> Device:
        from npucore_rocket.device import SimDevice

        return SimDevice()

    return Machine(DeviceKind.SIMULATOR, why, opened, SIMULATORS_TRUST)


def _why_not(kernel: Kernel | None = None) -> str:
    """Why there is no board."""
    try:
        others = [n for n in (kernel or Linux()).listdir(NODES) if n.startswith("accel")]
    except OSError:
        others = []
    if others:
        return f"no board was found ({NODES}/{others[0]} is no NPU of the rocket driver)"
    return f"no board was found (there is no {NODES}/accel*)"
