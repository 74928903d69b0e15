# SPDX-License-Identifier: MIT
"""Untrusted artefacts may not reach beyond buffers, hang a core or open a device."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.contract.backend import Exported
from npucore.errors import DeviceError, InvalidModelError
from npucore.hw.ioctl import Linux
from npucore_vsim import VsimBackend
from npucore_vsim.chip import A311D, IMX8MP, Chip
from npucore_vsim.export import export, restore
from npucore_vsim.extents import Extent, extents
from npucore_vsim.registers import TPDescriptor
from tests.material.vsim.boards import network, sample


def test_extents_below_a_begin_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As loops that count backwards would have; their fields hold none in known descriptors."""

    def below(descriptor: TPDescriptor, chip: Chip) -> dict[str, Extent]:
        return {name: Extent(-65, each.end) for name, each in extents(descriptor, chip).items()}

    graph = network()
    stored = export(VsimBackend().compiled(graph))
    monkeypatch.setattr("npucore_vsim.validate.extents.extents", below)
    with pytest.raises(InvalidModelError, match="reaches byte"):
        restore(stored, graph.inputs, graph.outputs, A311D)


@pytest.mark.slow
@pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)
def test_what_loads_runs(chip: Chip) -> None:
    rng = np.random.default_rng(0)
    backend = VsimBackend(chip.name, device="simulator")
    graph = network()
    good = backend.export(graph)
    loaded = 0
    for _ in range(150):
        constants = good.arrays["constants"].copy()
        constants[rng.integers(constants.size)] ^= np.uint8(1 << rng.integers(8))
        changed = Exported(good.manifest, {**good.arrays, "constants": constants})
        with contextlib.suppress(InvalidModelError):
            program = backend.load(changed, graph.inputs, graph.outputs)
            program.run([sample()])  # no DeviceError
            loaded += 1
    assert 20 < loaded < 150


def test_an_artefact_opens_no_device_that_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "node").write_bytes(b"")
    artifact = npucore.compile(network(), "vsim", fallback=None)
    run = dataclasses.replace(artifact.runs[0], settings={"device": str(path)})
    dataclasses.replace(artifact, runs=(run,)).write(tmp_path / "x.npu")
    opened: list[str] = []
    real = Linux.open

    def noted(self: Linux, path: str) -> int:
        opened.append(path)
        return real(self, path)

    monkeypatch.setattr(Linux, "open", noted)
    with pytest.raises(DeviceError, match="no render node"):
        npucore.Session(tmp_path / "x.npu")
    assert main(["disasm", str(tmp_path / "x.npu")]) == 0
    assert str(path) not in opened
