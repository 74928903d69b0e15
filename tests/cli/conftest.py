# SPDX-License-Identifier: MIT
"""Plugins that exist only here, and a way to call the command line."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from npucore import plugins
from npucore.cli import main
from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Program,
    Verdict,
)
from npucore.contract.frontend import Frontend
from npucore.errors import InvalidModelError
from npucore.family.rules import trust_of
from npucore.graph import Graph
from npucore.ops import Op, Reshape, Softmax
from npucore.tensor import Array, Quantization, Tensor

HERE = "npucore_fake_plugins"
BYTE = np.dtype(np.uint8)


class ReshapingProgram(Program):
    """Every op only changes the shape: enough to see where an answer comes from."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        values = dict(zip(self._graph.inputs, inputs, strict=True))
        for op in self._graph.ops:
            values[op.outputs[0]] = values[op.inputs[0]].reshape(op.outputs[0].shape).copy()
        return [values[tensor] for tensor in self._graph.outputs]


class Reference(Backend):
    """Takes everything."""

    name = "reference"
    capabilities = Capabilities("takes everything", {"reshape": 0, "softmax": 0})

    def availability(self) -> Availability:
        return Availability(DeviceKind.CPU, "this computer")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict(evidence=Evidence.PROVEN)

    def compile(self, graph: Graph) -> Program:
        return ReshapingProgram(graph)


class Picky(Reference):
    """Takes no softmax."""

    name = "picky"
    capabilities = Capabilities("takes [red]no[/red] softmax", {"reshape": 1})
    targets = ("a", "b")
    options = {"trust": "how daring it is"}  # noqa: RUF012  the base class declares it

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "counts on its fingers")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("no softmax in this chip") if isinstance(op, Softmax) else Verdict()


class Careful(Reference):
    """Asks for evidence; there is little of it."""

    name = "careful"
    options = {"trust": "how daring it is"}  # noqa: RUF012  the base class declares it

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.trust = trust_of(options.get("trust", Evidence.SIBLING))

    def for_board(self) -> Backend:
        return Careful(self.target, trust=Evidence.SHOWN)

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if self.trust is not None and self.trust > Evidence.SIBLING:
            return Verdict("needs trust=sibling")
        if isinstance(op, Softmax):
            return Verdict("no softmax in this chip")
        return Verdict(evidence=Evidence.SIBLING)

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "looks twice")


class NeverCompiles(Reference):
    """For commands that must not compile."""

    name = "never"

    def compile(self, graph: Graph) -> Program:
        raise AssertionError("compiled")


class Tiny(Frontend):
    """Reads ``TINY``: (1, 2, 2, 3) pixels become 12 scores."""

    name = "tiny"
    summary = "files that begin with TINY"

    @staticmethod
    def sniff(head: bytes) -> bool:
        return head.startswith(b"TINY")

    def read(self, path: Path) -> Graph:
        content = path.read_bytes()
        if b"bad" in content:
            raise InvalidModelError(f"{path.name}: bad\nto the\x1b[31m bone")
        return tiny_graph()


def tiny_graph() -> Graph:
    """Pixels -> reshape -> softmax -> scores."""
    scores = Quantization.per_tensor(1 / 256)
    pixels = Tensor("pixels", (1, 2, 2, 3), BYTE, Quantization.per_tensor(1 / 255))
    flat = Tensor("flat", (1, 12), BYTE, scores)
    output = Tensor("scores", (1, 12), BYTE, scores)
    ops = (Reshape(input=pixels, output=flat), Softmax(input=flat, output=output))
    return Graph(ops, (pixels,), (output,), name="tiny")


class Result(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture
def npucore(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command line with the plugins of this file, and no others, installed."""
    module = types.ModuleType(HERE)
    for plugin in (Reference, Picky, Careful, NeverCompiles, Tiny):
        setattr(module, plugin.__name__, plugin)
    monkeypatch.setitem(sys.modules, HERE, module)
    installed = {
        plugins.BACKENDS: {
            "reference": f"{HERE}:Reference",
            "picky": f"{HERE}:Picky",
            "careful": f"{HERE}:Careful",
            "never": f"{HERE}:NeverCompiles",
            "broken": "npucore_that_nobody_wrote:Backend",
        },
        plugins.FRONTENDS: {"tiny": f"{HERE}:Tiny", "gone": f"{HERE}:Gone"},
        plugins.HOOKS_ONLY: {},
    }

    def entry_points(group: str) -> list[EntryPoint]:
        return [EntryPoint(name, value, group) for name, value in installed.get(group, {}).items()]

    monkeypatch.setattr(plugins, "entry_points", entry_points)

    def run(*words: str | Path) -> Result:
        status = main([str(word) for word in words])
        return Result(status, *capsys.readouterr())

    return run


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file that the frontend of this file reads."""
    path = tmp_path / "model.tiny"
    path.write_bytes(b"TINY")
    return path


@pytest.fixture
def pixels(tmp_path: Path) -> Path:
    """An input for it: 0 to 11, so that class 11 wins."""
    path = tmp_path / "pixels.npy"
    np.save(path, np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3))
    return path
