# SPDX-License-Identifier: MIT
"""The choice of a machine: a board, the virtual kernel or the simulator; and so of the chip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from npucore.contract.backend import DeviceDetail, DeviceKind
from npucore.errors import DeviceError, InputError
from npucore.evidence import Evidence
from npucore.family.device import Device
from npucore.hw.ioctl import Kernel, Linux, as_kernel
from npucore.hw.system import board

AUTO, BOARD, SIMULATOR, VIRTUAL = "auto", "board", "simulator", "virtual"
CHOICES = (AUTO, BOARD, SIMULATOR, VIRTUAL)
BOARDS_TRUST, SIMULATORS_TRUST = Evidence.SHOWN, Evidence.SIBLING  # why: docs/adr/0027


class Chip(Protocol):
    """A chip of a family, with its name, as in ``vsim:a311d``."""

    @property
    def name(self) -> str: ...


ChipT = TypeVar("ChipT", bound=Chip)


@dataclass(frozen=True, slots=True)
class Found(Generic[ChipT]):
    """A node of the machine with one of the family's chips behind it.

    Parameters
    ----------
    about
        What is there, for people.
    lanes
        How many devices of it may be kept busy at once.
    driver
        What records of self-tests add to the board's name, if that is not enough.
    """

    path: str
    chip: ChipT
    about: str
    lanes: int
    driver: str = ""


@dataclass(frozen=True, slots=True)
class Search(Generic[ChipT]):
    """The nodes that can be used, the best first, and why there are none, as a clause."""

    found: Sequence[Found[ChipT]]
    why_not: str


def found_at(search: Search[ChipT], path: str) -> Found[ChipT]:
    """The node at *path*, if the search has found it. Raises `DeviceError`."""
    for found in search.found:
        if found.path == path:
            return found
    raise DeviceError(f"{path}: {search.why_not}; see `npucore doctor`")


class Driver(Protocol[ChipT]):
    """How a family's devices are found and opened."""

    chips: Mapping[str, ChipT]
    """By name; the first one is taken if nothing says which."""

    about_simulator: str
    about_virtual: str

    def look(self, kernel: Kernel, chip: ChipT | None) -> Search[ChipT]:
        """Search for *chip*, or for any chip that is known. Never raises."""
        ...

    def at(self, kernel: Kernel, path: str, chip: ChipT | None) -> Found[ChipT]:
        """The node at *path*, of which an artefact may have said anything: raises `DeviceError`."""
        ...

    def open(self, kernel: Kernel, found: Found[ChipT]) -> Device[Any]:
        """Raises `DeviceError`."""
        ...

    def simulate(self, chip: ChipT) -> Device[Any]:
        """A simulated chip."""
        ...

    def lanes(self, chip: ChipT) -> int:
        """How many devices of a chip may be kept busy at once."""
        ...

    def virtual(self, chip: ChipT, clock: float) -> Kernel:
        """A kernel with the driver and one NPU."""
        ...


@dataclass(frozen=True, slots=True)
class Machine(Generic[ChipT]):
    """Where programs run.

    Parameters
    ----------
    chip
        What programs are compiled for.
    open
        Makes a device; raises `DeviceError`.
    trust
        The least evidence of what is compiled for it, if the user says nothing.
    lanes
        How many devices may be kept busy at once.
    kernel, path
        Through which the device is opened, and its node; None for the simulator.
    modelled
        Whether the device has a clock of its own.
    board
        What records of self-tests call it; empty for the simulator.
    """

    kind: DeviceKind
    detail: str
    chip: ChipT
    open: Callable[[], Device[Any]]
    trust: Evidence
    lanes: int
    kernel: Kernel | None = None
    path: str | None = None
    modelled: bool = False
    board: str = ""


def machine(
    driver: Driver[ChipT], choice: object, chip: ChipT | None, clock: float
) -> Machine[ChipT]:
    """The machine that *choice* names: one of `CHOICES`, a node's path, or a `Kernel`.

    *chip* is what the user has named: another one is not used. *clock* is for the virtual kernel.
    Raises `InputError` for any other choice, `DeviceError` if a board is wanted and there is none.
    """
    if choice == SIMULATOR:
        return _simulator(driver, "chosen by device=simulator", chip)
    if choice == VIRTUAL:
        wanted = chip or next(iter(driver.chips.values()))
        return _board(driver, driver.virtual(wanted, clock), chip)
    if not isinstance(choice, str):
        return _board(driver, as_kernel(choice), chip)
    if choice == AUTO:
        search = driver.look(Linux(), chip)
        if search.found:
            return _driven(driver, Linux(), search.found[0])
        return _simulator(driver, search.why_not, chip)
    if choice == BOARD:
        return _board(driver, Linux(), chip)
    if choice.startswith("/"):
        return _driven(driver, Linux(), driver.at(Linux(), choice, chip))
    raise InputError(f"device {choice!r}, wanted {', '.join(CHOICES)} or the path of a node")


def every_device(driver: Driver[ChipT]) -> list[DeviceDetail]:
    """Boards that are there, and what is always there."""
    search = driver.look(Linux(), None)
    boards = [DeviceDetail(f.path, DeviceKind.HARDWARE, f.about) for f in search.found]
    simulated = driver.about_simulator if boards else search.why_not
    return [
        *boards,
        DeviceDetail(SIMULATOR, DeviceKind.SIMULATOR, simulated),
        DeviceDetail(VIRTUAL, DeviceKind.SIMULATOR, driver.about_virtual),
    ]


def _board(driver: Driver[ChipT], kernel: Kernel, chip: ChipT | None) -> Machine[ChipT]:
    search = driver.look(kernel, chip)
    if not search.found:
        raise DeviceError(f"device=board: {search.why_not}; see `npucore doctor`")
    return _driven(driver, kernel, search.found[0])


def _driven(driver: Driver[ChipT], kernel: Kernel, found: Found[ChipT]) -> Machine[ChipT]:
    """A device behind a kernel's driver."""
    real = isinstance(kernel, Linux)
    return Machine(
        DeviceKind.HARDWARE if real else DeviceKind.SIMULATOR,
        f"{found.path}, {found.about}" + ("" if real else " of the virtual kernel"),
        found.chip,
        lambda: driver.open(kernel, found),
        BOARDS_TRUST if real else SIMULATORS_TRUST,
        found.lanes,
        kernel,
        found.path,
        not real,
        board(kernel) + found.driver,
    )


def _simulator(driver: Driver[ChipT], why: str, chip: ChipT | None) -> Machine[ChipT]:
    taken = chip or next(iter(driver.chips.values()))
    return Machine(
        DeviceKind.SIMULATOR,
        why,
        taken,
        lambda: driver.simulate(taken),
        SIMULATORS_TRUST,
        driver.lanes(taken),
    )
