# SPDX-License-Identifier: MIT
"""What is found to run on, which chip it is, and how bold the rules are there."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

import npucore
from npucore import Graph
from npucore.cli import main
from npucore.contract.backend import DeviceKind, Evidence
from npucore.errors import DeviceError, FallbackError, InputError, UnsupportedError
from npucore.family import machine
from npucore.hw.system import COMPATIBLE as TREE
from npucore.hw.system import CONTAINERS
from npucore.ops import Quantize
from npucore.running.session import best_available
from npucore_vsim import VsimBackend
from npucore_vsim.chip import A311D, CHIPS, DEFAULT, IMX8MP, Chip
from npucore_vsim.diagnose import MODULE, diagnose
from npucore_vsim.virtual import Fault, Point, VirtualKernel
from tests.material.vsim.boards import NODE, network, run, sample, wanted
from tests.material.vsim.compared import tensor

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
Here = list[VirtualKernel]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    """The kernel of this machine: the last one of the list."""
    kernels: Here = []

    class Linux:
        def __getattr__(self, name: str) -> object:
            return getattr(kernels[-1], name)

    monkeypatch.setattr(machine, "Linux", Linux)
    return kernels


@pytest.mark.parametrize("chip", CHIPS.values(), ids=lambda chip: chip.name)
def test_a_board_is_found_and_its_chip_is_the_target(here: Here, chip: Chip) -> None:
    here.append(VirtualKernel(chip))
    backend = VsimBackend()
    found = backend.availability()
    assert (found.kind, found.detail) == (DeviceKind.HARDWARE, f"{NODE}, {chip.name} as core 1")
    assert (backend.chip, backend.target) == (chip, chip.name)
    assert not here[-1].files


def test_trust_follows_where_programs_run(here: Here) -> None:
    here.append(VirtualKernel())
    assert VsimBackend().trust is Evidence.SHOWN
    assert VsimBackend(trust="paper").trust is Evidence.PAPER
    for device in ("simulator", "virtual", VirtualKernel()):
        assert VsimBackend(device=device).trust is Evidence.SIBLING
    assert VsimBackend(device="simulator", trust="shown").trust is Evidence.SHOWN


def test_what_only_a_sibling_has_shown_is_refused_on_a_board(here: Here) -> None:
    here.append(VirtualKernel())
    x, y = tensor("x", 1, 4, 6, 3), tensor("y", 1, 4, 6, 3, scale=0.2)
    op = Quantize(input=x, output=y)
    graph = Graph((op,), (x,), (y,))
    assert VsimBackend(device="simulator").supports(op, graph).evidence is Evidence.SIBLING
    refused = VsimBackend().supports(op, graph)
    assert str(refused.reason).startswith("needs trust=sibling")
    assert VsimBackend(trust="sibling").supports(op, graph)


@pytest.mark.slow
def test_what_the_self_test_has_confirmed_runs_on_the_board_unasked(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    here.append(VirtualKernel())
    with pytest.raises(FallbackError, match="needs trust=sibling: largest"):
        npucore.Session(network(), "vsim", strict=True)
    VsimBackend().self_test(lambda text: None)
    with npucore.Session(network(), "vsim", strict=True) as opened:
        assert run(opened) == wanted()


def test_a_network_runs_on_what_was_found(here: Here) -> None:
    here.append(VirtualKernel())
    with npucore.Session(network(), "vsim", trust="sibling") as opened:
        assert run(opened) == wanted()
    assert here[-1].submits == 1
    assert best_available() == "vsim"


def test_another_chip_than_the_one_asked_for_is_not_used(here: Here) -> None:
    here.append(VirtualKernel(IMX8MP))
    backend = VsimBackend("a311d")
    assert backend.availability().kind is DeviceKind.SIMULATOR
    assert "no core is a311d; cores: 0x7000/" in backend.availability().detail
    assert backend.chip is A311D
    with pytest.raises(DeviceError, match=r"no core is a311d.*; see `npucore doctor`"):
        VsimBackend("a311d", device="board")
    with pytest.raises(DeviceError, match=r"no core is a311d.*; see `npucore doctor`"):
        VsimBackend("a311d", device=NODE)
    assert VsimBackend(device=NODE).chip is IMX8MP


def test_the_simulator_can_be_forced(here: Here) -> None:
    here.append(VirtualKernel(IMX8MP))
    backend = VsimBackend(device="simulator")
    assert (backend.chip, backend.machine.kernel) == (DEFAULT, None)
    assert backend.availability().detail == "chosen by device=simulator"
    assert not here[-1].calls


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"driver": "panfrost"}, "the driver is 'panfrost', wanted 'etnaviv'"),
        ({"minor": 3}, "tells no product, eco and customer numbers"),
        ({"softpin": False}, "lets no program choose addresses"),
    ],
    ids=["driver", "version", "softpin"],
)
def test_why_a_node_is_not_used_is_a_sentence(here: Here, facts: dict[str, Any], why: str) -> None:
    here.append(VirtualKernel(**facts))
    backend = VsimBackend()
    assert backend.machine.kind is DeviceKind.SIMULATOR
    for text in (backend.availability().detail, backend.devices()[0].detail):
        assert text.startswith(f"no board was found ({NODE}: ")
        assert why in text
        assert "\n" not in text


def test_a_node_that_may_not_be_opened_is_no_error(here: Here) -> None:
    here.append(VirtualKernel())
    here[-1].faults.order(Fault(Point.OPEN, errno.EACCES))
    assert "no permission" in VsimBackend().availability().detail


def test_an_unknown_chip_is_told_by_its_numbers(here: Here) -> None:
    kernel = VirtualKernel()
    kernel._cores = [{**(kernel._cores[1] or {}), 0x02: 0x9999}]
    here.append(kernel)
    assert "no core is an NPU that is known here; cores: 0x8000/0x9999/0x4" in (
        VsimBackend().availability().detail
    )


def test_nodes_of_other_drivers_are_not_opened(here: Here) -> None:
    kernel = VirtualKernel(others={"renderD127": "panfrost", "renderD129": "i915"})
    here.append(kernel)
    assert VsimBackend().availability().kind is DeviceKind.HARDWARE
    assert list(kernel.calls).count("open") == 1


def test_without_sysfs_the_driver_is_asked(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = VirtualKernel()
    monkeypatch.setattr(kernel, "read_text", lambda path: "")
    here.append(kernel)
    assert VsimBackend().availability().kind is DeviceKind.HARDWARE


def test_devices_lists_boards_and_what_is_always_there(here: Here) -> None:
    here.append(VirtualKernel(IMX8MP, others={"renderD129": "panfrost"}))
    found = [(device.name, device.kind) for device in VsimBackend().devices()]
    assert found == [(NODE, "hardware"), ("simulator", "simulator"), ("virtual", "simulator")]
    assert VsimBackend().devices()[0].detail == "imx8mp as core 1"


@pytest.mark.parametrize(
    ("device", "error", "words"),
    [
        ("nonsense", InputError, "wanted auto, board, simulator, virtual or the path of a node"),
        (7, InputError, "wanted a name or a kernel"),
        ("board", DeviceError, "no board was found"),
        ("/dev/dri/renderD9999", DeviceError, "renderD9999 is no render node of this machine"),
    ],
    ids=["nonsense", "number", "board", "path"],
)
def test_devices_that_cannot_be_are_refused(
    device: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        VsimBackend(device=device)


def test_an_unknown_target_is_refused_before_anything_is_looked_at() -> None:
    with pytest.raises(UnsupportedError, match="no target 'x'"):
        VsimBackend("x")


def test_an_artefact_names_the_chip_that_was_found(here: Here, tmp_path: Path) -> None:
    """It runs where another chip is, too: on the simulator of its own."""
    here.append(VirtualKernel(IMX8MP))
    artifact = npucore.compile(network(), "vsim", trust="sibling")
    artifact.write(tmp_path / "x.npu")
    assert {run.target for run in artifact.runs} == {"imx8mp"}
    with npucore.Session(network(), "vsim:imx8mp", device="simulator") as simulated:
        wanted = simulated.run(sample())[0]
    for chip in (IMX8MP, A311D):
        here.append(VirtualKernel(chip))
        with npucore.Session(tmp_path / "x.npu") as stored:
            assert (stored.run(sample())[0] == wanted).all()
        assert here[-1].submits == (chip is IMX8MP)


class Described(VirtualKernel):
    """A board with texts and folders to change."""

    def __init__(self, texts: dict[str, str], folders: tuple[str, ...], **facts: Any) -> None:
        super().__init__(**facts)
        self.texts, self.lost = texts, folders

    def read_text(self, path: str) -> str:
        return self.texts[path] if path in self.texts else super().read_text(path)

    def listdir(self, path: str) -> list[str]:
        if path in self.lost:
            raise OSError(errno.ENOENT, "no such folder")
        return super().listdir(path)


def test_a_board_that_is_ready_has_only_good_news() -> None:
    assert {finding.state for finding in diagnose(VirtualKernel())} == {"ok"}


@pytest.mark.parametrize(
    ("texts", "lost", "facts", "subject", "state", "words"),
    [
        ({TREE: "acme,board\0acme,soc\0"}, (), {}, "chip", "unknown", "acme,board is none of"),
        ({}, (MODULE,), {}, "module", "error", "etnaviv is not loaded"),
        ({}, ("/dev/dri",), {}, "node", "error", "there is no /dev/dri/renderD*"),
        ({}, (), {"minor": 3}, "node", "error", "etnaviv 1.3 tells no"),
        ({}, (), {"driver": "i915"}, "node", "error", "the driver is 'i915'"),
        ({CONTAINERS[0]: ""}, ("/dev/dri",), {}, "container", "warning", "this is one"),
        ({CONTAINERS[0]: ""}, (), {}, "container", "ok", "passed in"),
    ],
    ids=["chip", "module", "no node", "version", "driver", "container", "passed in"],
)
def test_what_is_missing_is_said(
    texts: dict[str, str],
    lost: tuple[str, ...],
    facts: dict[str, Any],
    subject: str,
    state: str,
    words: str,
) -> None:
    findings = {f.subject: f for f in diagnose(Described(texts, lost, **facts))}
    assert findings[subject].state == state
    assert words in findings[subject].detail


def test_a_node_of_another_driver_is_no_trouble_beside_a_good_one() -> None:
    findings = diagnose(VirtualKernel(others={"renderD129": "panfrost"}))
    assert [f.state for f in findings if f.subject == "node"] == ["ok", "unknown"]


def test_a_laptop_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--backend", "vsim"]) == 1
    assert main(["doctor", "--backend", "vsim", "--option", "device=virtual"]) == 0
    assert f"{NODE} has vsim:a311d as core 1" in capsys.readouterr().out


def test_a_node_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", str(DIGITS), "--backend", "vsim", "--option", "device=/dev/dri/renderD9999"]
    assert main(words) == 2
    error = capsys.readouterr().err.strip()
    assert "/dev/dri/renderD9999 is no render node of this machine" in error
    assert "\n" not in error
