# SPDX-License-Identifier: MIT
"""What stands between this machine and a VeriSilicon NPU, each with the remedy.

Looks at files that everybody may read, and opens nodes of etnaviv for a moment. Paths of /proc and
/sys, and names in device trees: documentation and sources of Linux, read, not run on a board.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.contract.backend import Finding, State
from npucore.hw.ioctl import Kernel
from npucore.hw.system import RELEASE, container, listed, read
from npucore_vsim.drm.discover import NODES, PREFIX, Step, nodes

TREE = "/proc/device-tree/compatible"
MODULE = "/sys/module/etnaviv"
CHIPS = {
    "amlogic,a311d": "a311d",
    "amlogic,s905d3": "s905d3",
    "fsl,imx8mp": "imx8mp",
    "st,stm32mp257": "stm32mp2",
    "st,stm32mp255": "stm32mp2",
}
GUIDE = "see docs/vsim-board.md"
REMEDIES = {
    Step.FOREIGN: "",
    Step.CLOSED: "add yourself to the group that owns it (render or video) and log in again",
    Step.UNSUITED: f"it takes a kernel that has the NPU as a core of etnaviv; {GUIDE}",
}


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    return [
        _chip(kernel),
        _release(kernel),
        _module(kernel),
        *_nodes(kernel),
        _container(kernel),
    ]


def _chip(kernel: Kernel) -> Finding:
    remedy = "without a board, vsim runs on its simulator"
    text = read(kernel, TREE)
    if text is None:
        return Finding("chip", State.ERROR, "this machine has no device tree", remedy)
    names = text.rstrip("\0").split("\0")
    for name in names:
        if name in CHIPS:
            return Finding("chip", State.OK, f"{name}: vsim:{CHIPS[name]}")
    detail = f"{names[0]} is none of {', '.join(CHIPS)}"
    return Finding("chip", State.UNKNOWN, detail, remedy)


def _release(kernel: Kernel) -> Finding:
    release = (read(kernel, RELEASE) or "").strip()
    if not release:
        return Finding("kernel", State.UNKNOWN, "release not readable")
    return Finding("kernel", State.OK, f"Linux {release}; the driver's version is what counts")


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
        remedy = f"it appears when a driver has found a GPU or an NPU; {GUIDE}"
        yield Finding("node", State.ERROR, f"there is no {NODES}/{PREFIX}*", remedy)


def _container(kernel: Kernel) -> Finding:
    inside = container(kernel)
    if inside is None:
        return Finding("container", State.OK, "this does not look like one")
    if listed(kernel, NODES):
        return Finding("container", State.OK, "a device has been passed in")
    remedy = "start it with --device /dev/dri/renderD128 --group-add GROUP; no --privileged"
    return Finding("container", State.WARNING, f"{inside} is there: this is one", remedy)
