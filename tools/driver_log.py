# SPDX-License-Identifier: MIT
"""Write docs/rocket-driver-log.md: ``python -m tools.driver_log > docs/rocket-driver-log.md``."""

from __future__ import annotations

import ctypes
import errno
import mmap
from collections.abc import Callable
from pathlib import Path

import numpy as np

import npucore
from npucore.hw import drm
from npucore_rocket import uapi
from npucore_rocket.virtual import VirtualKernel

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
HEAD = """\
# What the driver is asked for

Written by `python -m tools.driver_log`; not edited by hand.

Every system call of one inference of the demonstration network (`npucore demo`) on one core, as
strace would print it: opening, loading, running, closing. Structs are shown by field; what a call
gives back stands behind `=>`. The kernel is the virtual one; its clock is modelled, so that the log
is the same everywhere.

```
"""
NAMES = {
    drm.VERSION: "VERSION",
    uapi.CREATE_BO: "CREATE_BO",
    uapi.SUBMIT: "SUBMIT",
    uapi.PREP_BO: "PREP_BO",
    uapi.FINI_BO: "FINI_BO",
    drm.GEM_CLOSE: "GEM_CLOSE",
}


class Logged(VirtualKernel):
    """Writes down what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        """A remark between calls."""
        self.lines.append(f"# {text}")

    def open(self, path: str) -> int:
        fd = super().open(path)
        self.lines.append(f'open("{path}", O_RDWR|O_CLOEXEC) = {fd}')
        return fd

    def close(self, fd: int) -> None:
        super().close(fd)
        self.lines.append(f"close({fd}) = 0")

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        mapping = super().mmap(fd, size_bytes, offset)
        self.lines.append(f"mmap({size_bytes}, {fd}, {offset:#x}, MAP_SHARED)")
        return mapping

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        given, result = WRITERS[number](argument), "0"
        try:
            super().ioctl(fd, number, argument)
        except OSError as error:
            result = f"-1 {errno.errorcode[error.errno or 0]}"
            raise
        finally:
            self.lines.append(f"ioctl({fd}, {NAMES[number]}, {given()}) = {result}")


Writer = Callable[[], str]


def _version(argument: drm.Version) -> Writer:
    def text() -> str:
        name = ctypes.string_at(argument.name or 0, argument.name_len) if argument.name else b""
        return f'{{}} => {{name="{name.decode()}"}}'

    return text


def _create(argument: uapi.CreateBo) -> Writer:
    return lambda: (
        f"{{size={argument.size}}} => {{handle={argument.handle}, "
        f"dma_address={argument.dma_address:#x}, offset={argument.offset:#x}}}"
    )


def _prepare(argument: uapi.PrepBo) -> Writer:
    return lambda: f"{{handle={argument.handle}, timeout_ns={argument.timeout_ns}}}"


def _handle(argument: uapi.FiniBo | drm.GemClose) -> Writer:
    return lambda: f"{{handle={argument.handle}}}"


def _submit(argument: uapi.Submit) -> Writer:
    jobs = (uapi.Job * argument.job_count).from_address(argument.jobs)
    text = ", ".join(map(_job, jobs))
    return lambda: f"{{jobs=[{text}], job_struct_size={argument.job_struct_size}}}"


def _job(job: uapi.Job) -> str:
    tasks = (uapi.Task * job.task_count).from_address(job.tasks)
    shown = ", ".join(f"{{regcmd={t.regcmd:#x}, regcmd_count={t.regcmd_count}}}" for t in tasks)
    ins = (ctypes.c_uint32 * job.in_bo_handle_count).from_address(job.in_bo_handles)
    outs = (ctypes.c_uint32 * job.out_bo_handle_count).from_address(job.out_bo_handles)
    return f"{{tasks=[{shown}], in_bo_handles={list(ins)}, out_bo_handles={list(outs)}}}"


WRITERS: dict[int, Callable[..., Writer]] = {
    drm.VERSION: _version,
    uapi.CREATE_BO: _create,
    uapi.PREP_BO: _prepare,
    uapi.FINI_BO: _handle,
    drm.GEM_CLOSE: _handle,
    uapi.SUBMIT: _submit,
}


def document() -> str:
    """The whole page."""
    kernel, graph = Logged(), npucore.load(DIGITS)
    kernel.note("the device is opened and its driver asked for; one page keeps address 0 unused")
    kernel.note("then constants, activations, command words; then a page for each job's fence")
    with npucore.Session(
        graph, "rocket", fallback="reference", placement="greedy", device=kernel
    ) as session:
        kernel.note("the inference: each job is submitted and asked for; busy means taken")
        session.run(np.zeros(graph.inputs[0].shape, graph.inputs[0].dtype))
        kernel.note("the session is closed")
    return HEAD + "\n".join(kernel.lines) + "\n```\n"


if __name__ == "__main__":
    print(document(), end="")
