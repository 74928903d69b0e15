# SPDX-License-Identifier: MIT
"""No board is driven, and nothing says otherwise."""

from __future__ import annotations

import pytest

import npucore
from npucore.contract.backend import DeviceKind, State
from npucore.errors import DeviceError
from npucore_nvdla import NvdlaBackend


@pytest.mark.parametrize("device", ["board", "virtual", "/dev/uio0"])
def test_other_devices_than_the_simulator_are_refused(device: str) -> None:
    with pytest.raises(DeviceError, match="npucore drives no NVDLA board yet"):
        NvdlaBackend(device=device)


def test_the_simulator_says_why_it_is_there() -> None:
    found = NvdlaBackend().availability()
    assert (found.kind, found.detail) == (
        DeviceKind.SIMULATOR,
        "npucore drives no NVDLA board yet",
    )


def test_the_doctor_finds_no_chip() -> None:
    ((name, finding),) = npucore.diagnose("nvdla")
    assert (name, finding.subject, finding.state) == ("nvdla", "chip", State.ERROR)
    assert npucore.self_test("nvdla") in ([], None)
