# SPDX-License-Identifier: MIT
"""What stands between this machine and a VeriSilicon NPU, each with the remedy.

Looks at files that everybody may read, and opens nodes of etnaviv for a moment. Paths of /proc and
/sys, and names in device trees: documentation and sources of Linux, read, not run on a board.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.contract.backend import Finding, State
from npucore.family.doctor import LOG_IN_AGAIN, in_container, machine_names, no_chip, release
from npucore.hw.ioctl import Kernel
from npucore.hw.system import listed
from npucore_vsim.chip import CHIPS
from npucore_vsim.drm.discover import NODES, PREFIX, Step, nodes

MODULE = "/sys/module/etnaviv"
CHIP_OF = {name: chip for chip in CHIPS.values() for name in chip.compatible}
LOG = "sudo dmesg | grep etnaviv says what it has found"
PASS_IN = "--device /dev/dri/renderD128 --group-add GROUP"
REMEDIES = {
    Step.FOREIGN: "",
    Step.CLOSED: LOG_IN_AGAIN,
    Step.UNSUITED: f"it takes a kernel that has the NPU as a core of etnaviv; {LOG}",
}


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    passed_in = "a device has been passed in" if listed(kernel, NODES) else ""
    return [
        _chip(kernel),
        _release(kernel),
        _module(kernel),
        *_nodes(kernel),
        in_container(kernel, passed_in, PASS_IN),
    ]


def _chip(kernel: Kernel) -> Finding:
    names = machine_names(kernel)
    if names is None:
        return no_chip("vsim", State.ERROR, "this machine has no device tree")
    for name in names:
        if name in CHIP_OF:
            return Finding("chip", State.OK, f"{name}: vsim:{CHIP_OF[name].name}")
    return no_chip("vsim", State.UNKNOWN, f"{names[0]} is none of {', '.join(CHIP_OF)}")


def _release(kernel: Kernel) -> Finding:
    if not (found := release(kernel)):
        return Finding("kernel", State.UNKNOWN, "release not readable")
    return Finding("kernel", State.OK, f"Linux {found}; the driver's version is what counts")


def _module(kernel: Kernel) -> Finding:
    if listed(kernel, MODULE):
        return Finding("module", State.OK, "etnaviv is loaded")
    remedy = "sudo modprobe etnaviv; the kernel needs CONFIG_DRM_ETNAVIV"
    return Finding("module", State.ERROR, "etnaviv is not loaded", remedy)


def _nodes(kernel: Kernel) -> Iterator[Finding]:
    """One line for each render node, as that is where permission, driver and chip are seen."""
    found = nodes(kernel)
    usable = [node for node in found if node.core is not None]
    for node in found:
        if node.chip is not None and node.core is not None:
            detail = f"{node.path} has vsim:{node.chip.name} as core {node.core.pipe}"
            yield Finding("node", State.OK, detail)
        else:
            state = State.UNKNOWN if usable else State.ERROR  # one is enough
            yield Finding("node", state, node.why, REMEDIES[node.step])
    if not found:
        remedy = f"it appears when a driver has found a GPU or an NPU; {LOG}"
        yield Finding("node", State.ERROR, f"there is no {NODES}/{PREFIX}*", remedy)
