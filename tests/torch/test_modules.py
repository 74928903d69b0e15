# SPDX-License-Identifier: MIT
"""`npucore exec`: programs that call torch.compile run with no line changed."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import npucore
from npucore.cli import main
from npucore.faces.settings import Settings
from npucore.torch.dynamo import npucore as backend
from npucore.torch.modules import compiling

Capture = pytest.CaptureFixture[str]
PROGRAM = """
import torch
from torch import nn

torch.manual_seed(0)
module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 5)).eval()
fast = torch.compile(module)
with torch.no_grad():
    for count in (1, 2):
        x = torch.ones(count, 3, 4, 4)
        print(float((fast(x) - module(x)).abs().max()) < 1e-5)
"""
QUANTIZED = """
import sys
import torch
import torchao.quantization.pt2e.quantize_pt2e  # whose operators the file has

module = torch.export.load(sys.argv[1]).module()
fast = torch.compile(module)
torch.manual_seed(3)
with torch.no_grad():
    for _ in range(4):
        x = torch.randn(1, 3, 16, 16)
        print(float((fast(x) - module(x)).abs().max()))
"""
FAKE = """
def compile(model=None, **keywords):
    print(sorted(keywords), getattr(keywords["backend"], "__name__", keywords["backend"]))
    return model
"""


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.parametrize("name", ["reference", "rocket"])
def test_a_program_answers_as_before(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    assert main(["exec", "--backend", name, str(tmp_path / "program.py")]) == 0
    said = capfd.readouterr()
    assert said.out == "True\nTrue\n"
    assert said.err.count(f" on {name}") == 2
    assert main(["exec", "--backend", "rocket", "--strict", str(tmp_path / "program.py")]) == 3
    said = capfd.readouterr()
    assert re.search("ops would run on (litert|reference)", said.err)
    assert "Traceback" not in said.err


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", ["reference", "rocket"])
def test_a_program_with_a_quantized_network_answers_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    pytest.importorskip("torchao", reason="torchao is not installed")
    from npucore.torch import NpucoreQuantizer
    from tests.material.torch.networks import Small, inputs, quantized

    quantizer = NpucoreQuantizer(name, symmetric=True)
    module = quantized(Small(softmax=False), quantizer, inputs(6))
    path = tmp_path / "net.pt2"
    torch.export.save(torch.export.export(module, tuple(inputs(1))), path)
    (tmp_path / "program.py").write_text(QUANTIZED)
    torch._dynamo.reset()
    capfd.readouterr()
    words = ["--backend", name, "--placement", "greedy", str(tmp_path / "program.py"), str(path)]
    assert main(["exec", *words]) == 0
    said = capfd.readouterr()
    assert said.out == "0.0\n" * 4
    (line,) = [text for text in said.err.splitlines() if f"(100% of the MACs) on {name}" in text]
    page = (Path(__file__).parents[2] / "docs" / "pytorch.md").read_text()
    said_of_it = line.partition("): ")[2].replace(" on litert: ", " on reference: ")
    assert name != "rocket" or said_of_it in page


def test_only_inductors_place_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """With a package that stands for torch: that it is imported later, and is itself again."""
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "torch.py").write_text(FAKE)
    (tmp_path / "program.py").write_text(
        "import torch\n"
        "assert torch.compile(1, mode='max-autotune', fullgraph=True) == 1\n"
        "torch.compile(2, backend='eager')\n"
    )
    assert npucore.run_program(tmp_path / "program.py", backend="reference") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "['backend', 'dynamic', 'fullgraph'] npucore",
        "['backend', 'dynamic', 'mode', 'options'] eager",
    ]
    *others, last = said.err.splitlines()
    assert last == "npucore: takes the place of Inductor, whose max-autotune means nothing here"
    assert all("build it here: python -m npucore.executorch" in line for line in others)
    sys.modules["torch"].compile(3, backend="inductor")
    assert capsys.readouterr().out == "['backend'] inductor\n"
    monkeypatch.delitem(sys.modules, "torch")


def test_a_wrong_option_is_said_when_compile_is_called() -> None:
    def original(model: Any, **keywords: Any) -> Callable[..., Any]:
        found: Callable[..., Any] = keywords["backend"]
        return found

    compile = compiling(original, Settings("rocket"))
    with pytest.raises(npucore.InputError, match="'perhaps', wanted 1 or true"):
        compile(None, backend="npucore", options={"strict": "perhaps"})


def test_a_mode_is_inductors() -> None:
    with pytest.raises(npucore.InputError, match="mode 'reduce-overhead' means nothing"):
        backend(None, [], mode="reduce-overhead")


@pytest.mark.skipif(importlib.util.find_spec("torchao") is not None, reason="torchao is installed")
def test_a_missing_package_is_one_sentence() -> None:
    import npucore.torch as face

    with pytest.raises(npucore.UnsupportedError, match=r"pip install 'npucore\[torch\]'"):
        _ = face.NpucoreQuantizer
