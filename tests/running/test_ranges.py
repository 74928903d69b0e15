# SPDX-License-Identifier: MIT
"""Numbers that fp16 has not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from npucore import Graph
from npucore.cli import main
from npucore.ops import Mul
from npucore.running.ranges import ranges
from npucore.tensor import Tensor
from tests.material.onnx.write import model, node

REAL = np.dtype(np.float32)


def products(*factors: float) -> Graph:
    """An input, times one number after the other."""
    first = x = Tensor("x", (1, 4), REAL)
    ops = []
    for number, factor in enumerate(factors):
        constant = Tensor(f"c{number}", (1, 4), REAL, None, np.full((1, 4), factor, np.float32))
        y = Tensor(f"y{number}", (1, 4), REAL)
        ops.append(Mul(a=x, b=constant, output=y))
        x = y
    return Graph(tuple(ops), (first,), (x,))


def test_what_ends_where() -> None:
    samples = [{"x": np.array([[0, 1, 2, -3]], np.float32)}, {"x": np.ones((1, 4), np.float32)}]
    found = {r.name: r for r in ranges(products(1e5, 1e-10, 1e4), samples)}
    assert [name for name, r in found.items() if r.beyond] == ["y0"]
    assert [name for name, r in found.items() if r.faint] == ["y1"]
    assert found["x"].most == 3
    assert found["y0"].most == pytest.approx(3e5)
    assert found["y1"].small == 1
    assert found["y2"].small == 0


def test_infinity_is_beyond() -> None:
    (_, product) = ranges(products(1e30), [{"x": np.full((1, 4), 1e30, np.float32)}])
    assert product.beyond


def test_explain_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large = np.full((1, 4), 1e5, np.float32)
    ends = {"x": (np.float32, (1, 4))}, {"y": np.float32}
    data = model([node("Mul", ["x", "c"])], *ends, {"c": large})
    (tmp_path / "net.onnx").write_bytes(data)
    (tmp_path / "samples").mkdir()
    np.save(tmp_path / "samples" / "x.npy", np.ones((1, 4), np.float32))
    told = ["explain", str(tmp_path / "net.onnx"), "--backend", "reference"]
    told += ["--calibrate", str(tmp_path / "samples")]
    assert main(told) == 0
    said = capsys.readouterr().out
    assert "fp16: 1 of 2 tensors end before 65504\n  y goes to 1e+05\n" in said
    assert main([*told, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["ranges"]
    assert [(r["name"], r["beyond"]) for r in found] == [("x", False), ("y", True)]
