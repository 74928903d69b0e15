# SPDX-License-Identifier: MIT
"""What is missing is said, with the remedy, on every kind of machine."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from npucore.contract.backend import Finding
from npucore.errors import DeviceError, InputError
from npucore.hw.ioctl import Linux
from npucore_rocket import RocketBackend
from npucore_rocket.diagnose import CLOCK, diagnose
from npucore_rocket.virtual import Behaviour, Driver, Effect, Fault, Point, VirtualKernel

NPUS = ("npu@fdab0000", "npu@fdac0000", "npu@fdad0000")
IOMMUS = ("iommu@fdab9000", "iommu@fdaca000")


class Board(VirtualKernel):
    """A board with texts and folders to change."""

    def __init__(self, texts: dict[str, str], folders: dict[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.texts = {"/proc/sys/kernel/osrelease": "6.18.3-arm64\n"} | texts
        self.folders = {"/proc/device-tree": (*NPUS, IOMMUS[0], "chosen")} | folders

    def read_text(self, path: str) -> str:
        if path in self.texts:
            return self.texts[path]
        return super().read_text(path)

    def listdir(self, path: str) -> list[str]:
        if path in self.folders:
            if not self.folders[path]:
                raise OSError(errno.ENOENT, "no such folder")
            return list(self.folders[path])
        return super().listdir(path)


def found(
    texts: dict[str, str] | None = None, folders: dict[str, tuple[str, ...]] | None = None
) -> dict[str, Finding]:
    return {f.subject: f for f in diagnose(Board(texts or {}, folders or {}))}


def test_a_board_that_is_ready_has_only_good_news() -> None:
    findings = found({CLOCK: "1000000000\n"})
    assert {finding.state for finding in findings.values()} == {"ok"}
    assert findings["clock"].detail == "1000 MHz"
    assert findings["permission"].detail == "it opens: rocket 0.0.0"
    assert findings["driver"].detail.startswith("0.0.0: mainline's")


def test_a_driver_beyond_mainlines_is_said() -> None:
    kernel = VirtualKernel(Behaviour(driver=Driver.BATCHING))
    findings = {finding.subject: finding for finding in diagnose(kernel)}
    assert findings["driver"].detail.startswith("1.3.0: beyond mainline's; it arms the PPU")


@pytest.mark.parametrize(
    ("texts", "folders", "subject", "words"),
    [
        ({"/proc/sys/kernel/osrelease": "6.1.75"}, {}, "kernel", "has no rocket driver"),
        ({"/proc/device-tree/compatible": "x,y\0rockchip,rk3399\0"}, {}, "chip", "no RK3588"),
        ({f"/proc/device-tree/{NPUS[1]}/status": "disabled\0"}, {}, "device tree", "2 of 3"),
        ({f"/proc/device-tree/{IOMMUS[0]}/status": "disabled\0"}, {}, "IOMMU", "disabled"),
        ({}, {"/sys/bus/platform/drivers/rocket": ()}, "module", "rocket is not loaded"),
        ({}, {"/sys/bus/platform/drivers/rocket": ("bind",)}, "module", "drives no core"),
        ({}, {"/dev/accel": ()}, "node", "there is no /dev/accel/accel*"),
        ({"/sys/class/accel/accel0/device/uevent": "ivpu"}, {}, "node", "another driver's"),
    ],
    ids=["kernel", "chip", "tree", "iommu", "module", "unbound", "node", "other"],
)
def test_what_is_missing_is_said_with_the_remedy(
    texts: dict[str, str], folders: dict[str, tuple[str, ...]], subject: str, words: str
) -> None:
    finding = found(texts, folders)[subject]
    assert words in finding.detail
    assert finding.state in ("error", "warning")
    assert finding.remedy


def test_permission_is_tried() -> None:
    board = Board({}, {})
    board.faults.order(Fault(Point.OPEN, Effect.EACCES))
    findings = {finding.subject: finding for finding in diagnose(board)}
    assert "no permission" in findings["permission"].detail
    assert "group" in findings["permission"].remedy


def test_a_container_is_told_how_to_start_it() -> None:
    findings = found({"/.dockerenv": ""}, {"/dev/accel": ()})
    assert "--device /dev/accel/accel0" in findings["container"].remedy
    assert found({"/.dockerenv": ""})["container"].state == "ok"


def test_this_machine_can_be_asked_whatever_it_is() -> None:
    findings = diagnose(Linux())
    assert {"chip", "kernel", "module", "node", "container"} <= {f.subject for f in findings}


def test_devices_are_listed() -> None:
    assert [device.name for device in RocketBackend().devices()][-2:] == ["simulator", "virtual"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"device": "nonsense"}, "device 'nonsense', wanted auto, board, simulator, virtual"),
        ({"device": object()}, "wanted a name or a kernel"),
        ({"cores": "0"}, "cores '0', wanted a number from 1 on"),
        ({"tasks": "many"}, "tasks 'many', wanted batched or one or joined"),
        ({"clock": "fast"}, "clock 'fast', wanted Hz"),
        ({"clock": 1}, "clock 1, wanted Hz"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_settings_that_cannot_be_are_errors(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        RocketBackend(**options)


@pytest.mark.parametrize("device", ["board", "/dev/accel/accel77"])
def test_a_board_that_is_wanted_and_not_there_is_an_error(device: str) -> None:
    with pytest.raises(DeviceError, match=r"no board was found .*; see `npucore doctor`"):
        RocketBackend(device=device)


def test_a_board_is_trusted_less_than_the_simulator() -> None:
    kernel = VirtualKernel()

    class Real(Linux):
        open, close, ioctl, mmap = kernel.open, kernel.close, kernel.ioctl, kernel.mmap
        listdir, read_text, clock_ns = kernel.listdir, kernel.read_text, kernel.clock_ns

    backend = RocketBackend(device=Real())
    assert (str(backend.trust), str(backend.availability().kind)) == ("shown", "hardware")
    assert str(RocketBackend(device=kernel).trust) == "sibling"
