# SPDX-License-Identifier: MIT
"""torch.compile(model, backend="npucore"): answers as torch's, and says where they come from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("onnxscript", reason="onnxscript is not installed")

import torch
from torch import nn

from npucore.torch import networks
from tests.material.torch.networks import Layer, Small, inputs

pytestmark = [pytest.mark.slow, pytest.mark.long]
Capture = pytest.CaptureFixture[str]
FLOATS = 1e-5


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    torch._dynamo.reset()
    with torch.no_grad():
        yield


def compiled(module: Any, **options: Any) -> Any:
    given = {"backend": "reference", **options}
    return torch.compile(module, backend="npucore", dynamic=False, options=given)


def differs(program: Any, module: Any, x: Any) -> float:
    return float((program(x) - module(x)).abs().max())


@pytest.mark.parametrize("backend", ["reference", "rocket"])
def test_a_module_answers_as_before_and_says_where(backend: str, capsys: Capture) -> None:
    module = Small().eval()
    assert differs(compiled(module, backend=backend), module, *inputs(1)) < FLOATS
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("npucore: Sequential (1, 3, 16, 16): ")
    assert f" on {backend}" in said[0]
    assert len(networks()[-1].placement) == 7


def test_every_batch_is_compiled(capsys: Capture) -> None:
    module = nn.Flatten()
    program = compiled(module)
    for count in (1, 2, 1, 3):
        x = torch.randn(count, 2, 3)
        assert torch.equal(program(x), module(x))
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1] for line in said] == [f" Flatten ({n}, 2, 3)" for n in (1, 2, 3)]


def test_weights_that_change_are_seen() -> None:
    module, x = nn.Linear(4, 3), torch.randn(2, 4)
    program = compiled(module)
    assert differs(program, module, x) < FLOATS
    module.weight.mul_(3)
    assert differs(program, module, x) < FLOATS


def test_modules_that_share_a_graph_keep_their_weights() -> None:
    modules = [nn.Linear(4, 4) for _ in range(3)]
    for module in modules:
        module.compile(backend="npucore", dynamic=False, options={"backend": "reference"})
    x = torch.randn(2, 4)
    for _ in range(2):
        for module in modules:
            assert float((module(x) - module.forward(x)).abs().max()) < FLOATS


class Training(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Changes its running mean with every call."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(3)

    def forward(self, x: Any) -> Any:
        return self.norm(x)


IN_TORCH: dict[str, tuple[Callable[[], Any], str]] = {
    "batch norm in training": (Training, "in place"),
    "dropout in training": (nn.Dropout, "gives random numbers"),
    "random": (lambda: Layer(lambda _, x: x + torch.rand(4, 3)), "gives random numbers"),
    "bytes of no numpy": (lambda: Layer(lambda _, x: x.bfloat16() * 2), ""),
    "no ONNX": (lambda: Layer(lambda _, x: torch.linalg.eigvals(x.T @ x).real), ""),
    "changed input": (lambda: Layer(lambda _, x: x.mul_(2)), "in place"),
}


@pytest.mark.parametrize("name", IN_TORCH)
def test_what_would_be_wrong_runs_in_torch_and_is_said(name: str, capsys: Capture) -> None:
    make, reason = IN_TORCH[name]
    module, x = make().train(), torch.randn(4, 3)
    program = compiled(module)
    torch.manual_seed(1)
    mine = program(x.clone())
    torch.manual_seed(1)
    assert mine.shape == module(x.clone()).shape
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "npucore" in line]
    assert ": runs in torch: " in said
    assert reason in said


def test_gradients_are_torchs(capsys: Capture) -> None:
    module = nn.Linear(3, 2)
    program = compiled(module)
    with torch.enable_grad():
        program(torch.randn(1, 3)).sum().backward()
    assert module.weight.grad is not None
    assert "runs in torch: gradients are asked for" in capsys.readouterr().err
    assert differs(program, module, torch.randn(1, 3)) < FLOATS
    assert "on reference" in capsys.readouterr().err


def test_open_sizes_are_compiled_as_they_come(capsys: Capture) -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten()).eval()
    options = {"backend": "reference"}
    program = torch.compile(module, backend="npucore", dynamic=True, options=options)
    with torch.no_grad():
        for count in (2, 3, 2, 3):
            x = torch.randn(count, 1, 6, 6)
            assert (program(x) - module(x)).abs().max() < FLOATS
    assert capsys.readouterr().err.count("on reference") == 2


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"options": {"backend": "nope"}}, "no backend called 'nope'"),
        ({"options": {"colour": "red"}}, "no option 'colour' in reference"),
        ({"options": {"strict": "maybe"}}, "'maybe', wanted 1 or true"),
        ({"mode": "max-autotune"}, "mode 'max-autotune' means nothing to npucore"),
        (
            {"options": {"backend": "rocket", "strict": True}},
            r"FallbackError: \d+ of \d+ ops would run on (reference|litert|onnxruntime)",
        ),
    ],
    ids=["backend", "option", "switch", "mode", "strict"],
)
def test_what_cannot_be_is_one_sentence(keywords: dict[str, Any], sentence: str) -> None:
    program = torch.compile(nn.Linear(3, 2), backend="npucore", dynamic=False, **keywords)
    with pytest.raises(Exception, match=sentence):
        program(torch.randn(1, 3))


def test_strict_refuses_what_torch_would_run() -> None:
    program = compiled(nn.Dropout().train(), strict=True)
    sentence = r"FallbackError: .* would run in torch: .* random numbers"
    with pytest.raises(Exception, match=sentence):
        program(torch.randn(1, 3))


def test_a_graph_may_break(capsys: Capture) -> None:
    def function(_: Any, x: Any) -> Any:
        y = torch.relu(x)
        torch._dynamo.graph_break()
        return y * 2

    module = Layer(function)
    x = torch.randn(2, 3)
    assert torch.equal(compiled(module)(x), module(x))
    assert capsys.readouterr().err.count("on reference") == 2


def test_strides_are_those_that_torch_gives() -> None:
    module = nn.Conv2d(3, 4, 1).to(memory_format=torch.channels_last)
    x = inputs(1)[0].to(memory_format=torch.channels_last)
    mine, theirs = compiled(module)(x), module(x)
    assert mine.stride() == theirs.stride()
    assert float((mine - theirs).abs().max()) < FLOATS


def test_threads_share_a_network() -> None:
    module = Small().eval()
    program, samples = compiled(module), inputs(8)
    program(samples[0])
    found: dict[int, float] = {}

    def run(number: int) -> None:
        with torch.no_grad():
            found[number] = differs(program, module, samples[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert max(found.values()) < FLOATS
