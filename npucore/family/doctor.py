# SPDX-License-Identifier: MIT
"""Checks of every doctor: the chip's name, the kernel's release, containers."""

from __future__ import annotations

from npucore.contract.backend import Finding, State
from npucore.hw.ioctl import Kernel
from npucore.hw.system import COMPATIBLE, RELEASE, container, read

LOG_IN_AGAIN = "add yourself to the group that owns it (render or video) and log in again"


def machine_names(kernel: Kernel) -> list[str] | None:
    """The device tree's names of the board and its chip; None without a device tree."""
    text = read(kernel, COMPATIBLE)
    return None if text is None else text.rstrip("\0").split("\0")


def no_chip(backend: str, state: State, detail: str) -> Finding:
    """That the machine has none of the family's chips."""
    return Finding("chip", state, detail, f"without a board, {backend} runs on its simulator")


def release(kernel: Kernel) -> str:
    """Of the kernel; empty if it cannot be read."""
    return (read(kernel, RELEASE) or "").strip()


def in_container(kernel: Kernel, passed_in: str, start_with: str) -> Finding:
    """Whether this is a container. *passed_in* says what of it can be seen; empty if nothing.

    *start_with* are the arguments that pass the device in.
    """
    inside = container(kernel)
    if inside is None:
        return Finding("container", State.OK, "this does not look like one")
    if passed_in:
        return Finding("container", State.OK, passed_in)
    remedy = f"start it with {start_with}; no --privileged"
    return Finding("container", State.WARNING, f"{inside} is there: this is one", remedy)
