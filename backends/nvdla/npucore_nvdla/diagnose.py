# SPDX-License-Identifier: MIT
"""What stands between this machine and an NVDLA, each with the remedy.

Looks at files of /sys, and opens nodes that are named after the NPU for a moment.
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore.contract.backend import Finding, State
from npucore.family.doctor import in_container, no_chip, release
from npucore.hw.ioctl import Kernel
from npucore.hw.system import listed
from npucore.hw.uio import CLASS
from npucore_nvdla.uio import NAME, named
from npucore_nvdla.uio.discover import NvdlaNode, look_at

PASS_IN = "--device /dev/uio0"
MODULE = "sudo modprobe uio_pdrv_genirq of_id=generic-uio"
PAGE = "the page on nvdla has a device tree for it"


def diagnose(kernel: Kernel) -> list[Finding]:
    """In the order in which things have to be right."""
    seen = [look_at(kernel, node, None) for node in named(kernel)]
    return [
        _release(kernel),
        _class(kernel),
        *(_nodes(seen) if seen else [_none()]),
        in_container(kernel, "a node has been passed in" if seen else "", PASS_IN),
    ]


def _release(kernel: Kernel) -> Finding:
    if not (found := release(kernel)):
        return Finding("kernel", State.UNKNOWN, "release not readable")
    return Finding("kernel", State.OK, f"Linux {found}; any with userspace I/O will do")


def _class(kernel: Kernel) -> Finding:
    if nodes := listed(kernel, CLASS):
        return Finding("uio", State.OK, f"nodes: {', '.join(nodes)}")
    return Finding("uio", State.ERROR, f"{CLASS} has no node", f"{MODULE}; {PAGE}")


def _none() -> Finding:
    return no_chip("nvdla", State.ERROR, f"no node's name has {NAME} in it")


def _nodes(seen: list[NvdlaNode]) -> Iterator[Finding]:
    """One line for each, as that is where permission, configuration and memory are seen."""
    usable = any(each.chip for each in seen)
    for each in seen:
        if each.chip is not None:
            memory = each.node.maps[1].size_bytes >> 20
            detail = f"{each.node.path} is nvdla:{each.chip.name}, with {memory} MiB of memory"
            yield Finding("node", State.OK, detail)
        else:
            state = State.UNKNOWN if usable else State.ERROR  # one is enough
            yield Finding("node", state, each.why, PAGE)
