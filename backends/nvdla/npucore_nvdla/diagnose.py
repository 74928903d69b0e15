# SPDX-License-Identifier: MIT
"""Checks of this machine for an NVDLA, each with a remedy."""

from __future__ import annotations

from npucore.contract.backend import Finding, State
from npucore.family.doctor import no_chip
from npucore.hw.ioctl import Kernel
from npucore_nvdla.driver import NvdlaDriver


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    return [no_chip("nvdla", State.ERROR, NvdlaDriver().look(kernel, None).why_not)]
