# SPDX-License-Identifier: MIT
"""A .pte with artefacts inside is executed by ExecuTorch's own runtime, and answers as torch."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("executorch", reason="ExecuTorch is not installed")
if shutil.which("g++") is None:
    pytest.skip("no g++ to build the library with", allow_module_level=True)

import torch
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime

import npucore.executorch as face
from npucore.errors import FallbackError, UnsupportedError
from npucore.executorch import NpucorePartitioner
from npucore.torch import NpucoreQuantizer
from tests.material.torch.networks import Small, inputs, quantized

pytestmark = [pytest.mark.slow, pytest.mark.long]
Capture = pytest.CaptureFixture[str]
BACKENDS = ("reference", "rocket")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = face.build(tmp_path_factory.mktemp("built") / "library.so")
    face.register(path)
    return path


@pytest.fixture(scope="module")
def converted() -> Callable[[str], Any]:
    """A network as pt2e has quantized it for a backend, with zero points of 0.

    Others cost rocket an LSB here and there, within its bounds.
    """
    known: dict[str, Any] = {}

    def make(backend: str) -> Any:
        if backend not in known:
            quantizer = NpucoreQuantizer(backend, symmetric=True)
            known[backend] = quantized(Small(softmax=False), quantizer, inputs(6))
        return known[backend]

    return make


def program(module: Any, partitioner: Any) -> bytes:
    exported = torch.export.export(module, tuple(inputs(1)))
    lowered = to_edge_transform_and_lower(exported, partitioner=[partitioner])
    return bytes(lowered.to_executorch().buffer)


def execute(data: bytes | Path, x: Any) -> Any:
    return Runtime.get().load_program(data).load_method("forward").execute((x,))[0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_quantized_network_answers_as_torch(
    library: Path, converted: Callable[[str], Any], backend: str, capsys: Capture
) -> None:
    module = converted(backend)
    data = program(module, NpucorePartitioner(backend))
    said = capsys.readouterr().err.replace("litert", "reference")  # whichever is installed
    assert f" operators delegated to {backend} in 1 part" in said
    shown = (ROOT / "docs" / "executorch.md").read_text()
    assert backend != "rocket" or said.splitlines()[-1] in shown
    method = Runtime.get().load_program(data).load_method("forward")
    for x in inputs(4, seed=7):
        assert float((method.execute((x,))[0] - module(x)).abs().max()) == 0
    said = capsys.readouterr().err.replace("litert", "reference")
    assert f" on {backend}" in said
    assert backend != "rocket" or next(s for s in said.splitlines() if "MACs" in s) in shown
    (network,) = face.networks()
    strays = {p.op for p in network.placement if p.backend != backend}
    assert strays <= {"reshape", "transpose"}
    assert sum(p.op == "convolution" and p.backend == backend for p in network.placement) == 2
    del method
    assert face.networks() == []


def test_what_the_backend_refuses_stays_with_executorch(
    library: Path, converted: Callable[[str], Any], capsys: Capture
) -> None:
    """Floats on their way to integers, and back; a float network goes nowhere."""
    program(converted("rocket"), NpucorePartitioner("rocket", verbose=True))
    said = capsys.readouterr().err
    assert ", 2 left to ExecuTorch: 1 quantize_per_tensor, " in said
    assert "npucore:   quantized_decomposed_quantize_per_tensor_default left to Exec" in said
    data = program(Small().eval(), NpucorePartitioner("rocket"))
    assert "0 of 12 operators delegated to rocket in 0 parts" in capsys.readouterr().err
    (x,) = inputs(1)
    assert float((execute(data, x) - Small().eval()(x)).abs().max()) < 1e-5


class Between(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
    """What rocket refuses stands between two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = torch.nn.Conv2d(3, 16, 1), torch.nn.Conv2d(16, 3, 1)

    def forward(self, x: Any) -> Any:
        return self.last(self.first(x).softmax(1))


def test_sets_are_delegated_on_both_sides_of_an_operator_that_is_not(
    library: Path, capsys: Capture
) -> None:
    torch.manual_seed(0)
    module = quantized(Between(), NpucoreQuantizer("rocket", symmetric=True), inputs(4))
    data = program(module, NpucorePartitioner("rocket"))
    assert " in 2 parts, " in capsys.readouterr().err
    (x,) = inputs(1)
    scale = [node for node in module.graph.nodes if "dequant" in str(node.target)][-1].args[1]
    method = Runtime.get().load_program(data).load_method("forward")
    assert float((method.execute((x,))[0] - module(x)).abs().max()) < 1.5 * scale
    assert [network.chosen for network in face.networks()] == [("rocket",)] * 2


def test_the_weights_of_two_methods_are_not_mixed_up(capsys: Capture) -> None:
    (x,) = inputs(1)
    pair = {n: torch.export.export(Small(n).eval(), (x,)) for n in (0, 1)}
    programs = {f"method{n}": program for n, program in pair.items()}
    shared = NpucorePartitioner("reference")
    to_edge_transform_and_lower(programs, partitioner=[shared])
    said = capsys.readouterr().err
    assert said.count("nothing is delegated: methods have like weights: give each") == 2
    own = {name: [NpucorePartitioner("reference")] for name in programs}
    to_edge_transform_and_lower(programs, partitioner=own)
    assert capsys.readouterr().err.count("12 of 12 operators delegated to reference") == 2


def test_strict_leaves_nothing_to_executorch() -> None:
    with pytest.raises(FallbackError, match="11 left to ExecuTorch: 2 convolution"):
        program(Small().eval(), NpucorePartitioner("rocket", strict=True))


def test_a_damaged_payload_is_one_sentence(
    library: Path, converted: Callable[[str], Any], capsys: Capture
) -> None:
    data = bytearray(program(converted("reference"), NpucorePartitioner("reference")))
    capsys.readouterr()
    place = data.rindex(b"npucore-artifact")
    data[place : place + 7] = b"XXXXXXX"
    with pytest.raises(RuntimeError, match="Failed to load method forward"):
        execute(bytes(data), *inputs(1))
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "npucore:" in line]
    assert "npucore: payload: " in said


def test_a_library_for_another_version_is_not_used(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from npucore.executorch.shim import Shim

    with pytest.raises(UnsupportedError, match=r"was built for ExecuTorch 1\.5\.\d+, 1\.4\.0 is"):
        Shim(library, "1.4.0")


LOADS = """
import sys, torch
from pathlib import Path
from executorch.runtime import Runtime
method = Runtime.get().load_program(Path(sys.argv[1])).load_method("forward")
torch.manual_seed(3)
print(method.execute((torch.randn(1, 3, 16, 16),))[0].tolist())
"""


def test_a_program_runs_with_no_line_changed(
    tmp_path: Path, library: Path, converted: Callable[[str], Any]
) -> None:
    module = converted("rocket")
    (tmp_path / "net.pte").write_bytes(program(module, NpucorePartitioner("rocket")))
    (tmp_path / "loads.py").write_text(LOADS)
    words = [sys.executable, "-m", "npucore", "exec", "loads.py", "net.pte"]
    world = {"NPUCORE_EXECUTORCH": str(library), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        words, cwd=tmp_path, env=world, capture_output=True, text=True, check=True
    )
    torch.manual_seed(3)
    assert done.stdout.splitlines()[-1] == str(module(torch.randn(1, 3, 16, 16)).tolist())
    assert "on rocket (simulator)" in done.stderr
    world["NPUCORE_EXECUTORCH"] = "nowhere.so"
    done = subprocess.run(
        words, cwd=tmp_path, env=world, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "npucore: nowhere.so is missing; build it here: python -m" in done.stderr
