# SPDX-License-Identifier: MIT
"""Checks of this machine for an NPU of the family, each with a remedy.

Looks at files that everybody may read, and opens the node for a moment. Paths of /proc and /sys:
documentation of Linux, and drivers/accel/rocket of 6.18, read, not run on a board.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from npucore.contract.backend import Finding, State
from npucore.errors import DeviceError
from npucore.family.doctor import LOG_IN_AGAIN, in_container, machine_names, no_chip, release
from npucore.hw.drm import Release
from npucore.hw.ioctl import Kernel
from npucore.hw.system import listed, read
from npucore_rocket.chip import CHIPS
from npucore_rocket.drm.discover import CORES, NODES, nodes
from npucore_rocket.drm.file import OpenFile

FIRST_RELEASE = (6, 18)
BATCHED, PPU_FOR_A_FLAG = (1, 1, 0), (1, 3, 0)  # versions of a driver by another author
TREE = "/proc/device-tree"
CLOCK = "/sys/kernel/debug/clk/scmi_clk_npu/clk_rate"
NAMES = " or ".join(name.upper() for name in CHIPS)
KNOWN = tuple(chip.compatible for chip in CHIPS.values())
NPU_NODE = re.compile(r"npu@[0-9a-f]+")
IOMMU_NODE = re.compile(r"iommu@fda[bcd][9a]000")
NEWER = "install a kernel of 6.18 or later (Debian: backports; Armbian: edge); its driver is rocket"
OVERLAY = 'with an overlay: &rknn_core_0 and &rknn_mmu_0 (to _2) { status = "okay"; };'
SUPPLIES = "its cores are off in the device tree or lack a regulator: sudo dmesg | grep rocket says"
PASS_IN = "--device /dev/accel/accel0 --group-add GROUP"


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    return [
        _chip(kernel),
        _release(kernel),
        *_device_tree(kernel),
        _driver(kernel),
        *_node(kernel),
        _clock(kernel),
        in_container(kernel, "the device has been passed in" if nodes(kernel) else "", PASS_IN),
    ]


def _chip(kernel: Kernel) -> Finding:
    names = machine_names(kernel)
    if names is None:
        detail = f"this machine has no device tree: it is no {NAMES} board"
        return no_chip("rocket", State.ERROR, detail)
    if not any(name.startswith(KNOWN) for name in names):
        return no_chip("rocket", State.ERROR, f"{names[0]} is no {NAMES}")
    return Finding("chip", State.OK, " ".join(names))


def _release(kernel: Kernel) -> Finding:
    found = release(kernel)
    numbers = tuple(map(int, re.findall(r"\d+", found)[:2]))
    if not numbers:
        return Finding("kernel", State.UNKNOWN, f"release {found or 'not readable'}")
    if numbers >= FIRST_RELEASE:
        return Finding("kernel", State.OK, f"Linux {found}")
    return Finding("kernel", State.ERROR, f"Linux {found} has no rocket driver", NEWER)


def _device_tree(kernel: Kernel) -> Iterator[Finding]:
    found = listed(kernel, TREE)
    npus = [name for name in found if NPU_NODE.fullmatch(name)]
    if not npus:
        detail = "no npu@ node, or none that can be read"
        yield Finding("device tree", State.UNKNOWN, detail, f"enable the NPU's nodes {OVERLAY}")
        return
    off = [name for name in npus if not _okay(kernel, f"{TREE}/{name}")]
    state = f"{len(npus) - len(off)} of {len(npus)} NPU cores are enabled"
    remedy = f"enable {', '.join(off)} {OVERLAY}" if off else ""
    yield Finding("device tree", State.WARNING if off else State.OK, state, remedy)
    iommus = [name for name in found if IOMMU_NODE.fullmatch(name)]
    closed = [name for name in iommus if not _okay(kernel, f"{TREE}/{name}")]
    if closed or not iommus:
        detail = f"disabled: {', '.join(closed)}" if closed else "no node of the NPU's was found"
        yield Finding(
            "IOMMU", State.WARNING, detail, f"the driver needs them; enable them {OVERLAY}"
        )
    else:
        yield Finding("IOMMU", State.OK, f"{len(iommus)} enabled")


def _okay(kernel: Kernel, path: str) -> bool:
    """A node without a status is enabled."""
    status = read(kernel, f"{path}/status")
    return status is None or status.rstrip("\0") in ("okay", "ok")


def _driver(kernel: Kernel) -> Finding:
    bound = [name for name in listed(kernel, CORES) if re.match(r"[0-9a-f]+\.", name)]
    if bound:
        return Finding("module", State.OK, f"rocket drives {', '.join(sorted(bound))}")
    if listed(kernel, CORES):
        return Finding("module", State.ERROR, "rocket is loaded and drives no core", SUPPLIES)
    remedy = "sudo modprobe rocket; the kernel needs CONFIG_DRM_ACCEL_ROCKET=m"
    return Finding("module", State.ERROR, "rocket is not loaded", remedy)


def _node(kernel: Kernel) -> Iterator[Finding]:
    found = nodes(kernel)
    if not found:
        others = [name for name in listed(kernel, NODES) if name.startswith("accel")]
        detail = f"{others[0]} is another driver's" if others else f"there is no {NODES}/accel*"
        yield Finding("node", State.ERROR, detail, "it appears when the driver has found the NPU")
        return
    path = found[0].path
    yield Finding("node", State.OK, path)
    try:
        file = OpenFile(kernel, path)
    except DeviceError as error:
        yield Finding("permission", State.ERROR, str(error), LOG_IN_AGAIN)
        return
    version = file.version
    file.close()
    yield Finding("permission", State.OK, f"it opens: {file.driver} {version}")
    yield Finding("driver", State.OK, f"{version}: {_beyond_mainline(version)}")


def _beyond_mainline(version: Release) -> str:
    """Source: facts of 2026-11, B1 to B4."""
    if version >= PPU_FOR_A_FLAG:
        return "beyond mainline's; it arms the PPU's interrupt for a flag of a job"
    if version >= BATCHED:
        return "beyond mainline's; it takes batched jobs, not used here"
    return "mainline's, or a patched one that does not say so; the self-test tries the PPU"


def _clock(kernel: Kernel) -> Finding:
    rate = (read(kernel, CLOCK) or "").strip()
    if rate.isdecimal():
        return Finding("clock", State.OK, f"{int(rate) / 1e6:.0f} MHz")
    detail = "not readable; mainline's device tree assigns 200 MHz, vendors run 1000"
    return Finding("clock", State.UNKNOWN, detail, f"as root, with debugfs mounted: cat {CLOCK}")
