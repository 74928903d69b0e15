# SPDX-License-Identifier: MIT
"""Boards are found by the names of nodes, and are what their registers say."""

from __future__ import annotations

import threading
from contextlib import closing

import numpy as np
import pytest

import npucore
from npucore.contract.backend import DeviceKind, State
from npucore.errors import DeviceError
from npucore.graph import Graph
from npucore.hw.ioctl import Linux
from npucore.hw.memory import PAGE_BYTES
from npucore.hw.uio import nodes
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.chip import CHIPS, LARGE, SMALL
from npucore_nvdla.registers import REGISTERS, RESET
from npucore_nvdla.selftest.graphs import plain, samples
from npucore_nvdla.stream import POINTERS
from npucore_nvdla.uio.host import Host, is_set_by_tasks
from npucore_nvdla.uio.memory import Pages
from npucore_nvdla.uio.open_node import OpenNode
from npucore_nvdla.virtual import VirtualKernel
from tests.material.nvdla.boards import held, run, session, wanted


def odd() -> Graph:
    """One task, so that groups change places."""
    return plain(SMALL)


ABSENT = pytest.mark.skipif(bool(nodes(Linux())), reason="this machine has userspace I/O")


@ABSENT
def test_without_a_node_the_simulator_says_why_it_is_there() -> None:
    found = NvdlaBackend().availability()
    assert found.kind is DeviceKind.SIMULATOR
    assert found.detail == "no board was found (no node of /sys/class/uio is named nvdla)"


@ABSENT
def test_a_board_that_is_wanted_and_absent_is_an_error() -> None:
    with pytest.raises(DeviceError, match=r"device=board: .*is named nvdla.*npucore doctor"):
        NvdlaBackend(device="board")
    with pytest.raises(DeviceError, match="/dev/uio0 is no node of userspace I/O"):
        NvdlaBackend(device="/dev/uio0")


@ABSENT
def test_the_doctor_says_what_is_missing() -> None:
    findings = {finding.subject: finding for _, finding in npucore.diagnose("nvdla")}
    assert (findings["uio"].state, findings["chip"].state) == (State.ERROR, State.ERROR)
    assert "uio_pdrv_genirq" in findings["uio"].remedy


def test_the_doctor_names_the_configuration() -> None:
    findings = {each.subject: each for each in NvdlaBackend(device=VirtualKernel()).diagnose()}
    assert findings["node"].detail == "/dev/uio0 is nvdla:small, with 64 MiB of memory"
    assert {each.state for each in findings.values()} == {State.OK}


@pytest.mark.parametrize("name", CHIPS)
def test_the_configuration_is_read(name: str) -> None:
    found = NvdlaBackend(device=VirtualKernel(CHIPS[name]))
    assert (found.chip.name, found.availability().detail) == (
        name,
        f"/dev/uio0, nvdla:{name} of the virtual kernel",
    )


def test_another_configuration_than_the_wanted_one_is_refused() -> None:
    with pytest.raises(DeviceError, match="nvdla:large, wanted nvdla:small"):
        NvdlaBackend("small", device=VirtualKernel(LARGE))


def test_registers_of_something_else_are_no_npu() -> None:
    kernel = VirtualKernel()
    kernel.npu.silent = True
    with pytest.raises(DeviceError, match="its version is 0xffffffff, which is no NVDLA's"):
        session(kernel)


def test_the_virtual_device_has_the_simulators_answers_and_takes_time() -> None:
    kernel = VirtualKernel(clock=1e8)
    with session(kernel) as opened:
        before = kernel.npu.now
        assert run(opened) == wanted()
        assert kernel.npu.now > before
    assert kernel.npu.log == []


def test_sessions_of_a_process_share_the_npu_and_others_wait_outside() -> None:
    kernel = VirtualKernel()
    with session(kernel) as first, session(kernel) as second:
        assert run(first) == run(second) == wanted()
        assert held(kernel)[:2] == (1, 1)
        with pytest.raises(DeviceError, match="another process uses it"):
            OpenNode(kernel, kernel.node)
    assert held(kernel)[:2] == (0, 0)


def test_threads_take_turns() -> None:
    kernel = VirtualKernel()
    found: list[bytes] = []
    with session(kernel, in_flight=3) as opened:
        threads = [threading.Thread(target=lambda: found.append(run(opened))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [wanted()] * 6


def test_registers_that_another_program_has_set_are_at_their_reset_again() -> None:
    kernel = VirtualKernel()
    offsets = [offset for offset in REGISTERS if is_set_by_tasks(offset)]
    for group in (0, 1):
        for pointer in POINTERS.values():
            kernel.npu[pointer.offset // 4] = group
        for offset in offsets:
            kernel.npu[offset // 4] = REGISTERS[offset].field_bits
    with closing(OpenNode(kernel, kernel.node)) as node:
        assert any(kernel.npu[offset // 4] != RESET.get(offset, 0) for offset in offsets)
        Host(node)
        for group in (0, 1):
            for pointer in POINTERS.values():
                node.write(pointer.offset, group)
            assert [kernel.npu[o // 4] for o in offsets] == [RESET.get(o, 0) for o in offsets]
    with session(kernel) as opened:
        assert run(opened) == wanted()


def test_groups_go_on_where_another_program_has_left_them() -> None:
    kernel = VirtualKernel()
    for _ in range(2):
        with npucore.Session(odd(), "nvdla", device=kernel, strict=True) as opened:
            opened.run(*samples(odd()))
    with session(kernel) as opened:
        assert run(opened) == wanted()


def test_half_a_task_is_completed_before_an_interrupt_from_the_keyboard_goes_on() -> None:
    kernel = VirtualKernel()
    with closing(OpenNode(kernel, kernel.node)) as node:
        host, written = Host(node), []

        def interrupted(offset: int, value: int) -> None:
            written.append(offset)
            if len(written) == 2:
                raise KeyboardInterrupt

        node.write = interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            host._write([(offset, 1) for offset in (4, 8, 12, 16)])
    assert written == [4, 8, 8, 12, 16]


def test_pages_are_given_out_once_and_joined_again() -> None:
    pages = Pages(0x8000_0000, np.zeros(4 * PAGE_BYTES, np.uint8))
    first, second = pages.take(1), pages.take(PAGE_BYTES + 1)
    assert (first.address, second.address) == (0x8000_0000, 0x8000_0000 + PAGE_BYTES)
    pages.give_back(first)
    with pytest.raises(DeviceError, match="no 8192 bytes in one piece, 8192 of 16384 are free"):
        pages.take(2 * PAGE_BYTES)
    pages.give_back(second)
    assert pages.take(4 * PAGE_BYTES).address == 0x8000_0000


def test_no_page_is_at_address_0() -> None:
    assert Pages(0, np.zeros(2 * PAGE_BYTES, np.uint8)).take(1).address == PAGE_BYTES
