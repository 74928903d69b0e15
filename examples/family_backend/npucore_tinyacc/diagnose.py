# SPDX-License-Identifier: MIT
"""Checks of this machine for a tinyacc, each with a remedy."""

from __future__ import annotations

from npucore.contract.backend import Finding, State
from npucore.errors import DeviceError
from npucore.hw.ioctl import Kernel
from npucore_tinyacc.driver import TinyaccDriver
from npucore_tinyacc.drm import OpenFile


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    search = TinyaccDriver().look(kernel, None)
    if not search.found:
        remedy = "nobody can buy one: it runs on its simulator"
        return [Finding("node", State.ERROR, search.why_not, remedy)]
    found = search.found[0]
    node = Finding("node", State.OK, f"{found.path}, {found.about}")
    try:
        OpenFile(kernel, found.path).close()
    except DeviceError as error:
        remedy = "add yourself to the group that owns it and log in again"
        return [node, Finding("driver", State.ERROR, str(error), remedy)]
    return [node, Finding("driver", State.OK, "the node opens")]
