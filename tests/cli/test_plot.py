# SPDX-License-Identifier: MIT
"""The picture shows every op, and takes names for text."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.cli.plot import plot
from npucore.graph import Graph
from npucore.ops import Logistic
from npucore.tensor import Quantization, Tensor

pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
BENCH = ["bench", str(DIGITS), "--backend", "rocket"]
PNG = b"\x89PNG\r\n\x1a\n"


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_backends_roofs_and_the_slowest_ops_are_named() -> None:
    done = npucore.benchmark(DIGITS, "rocket")
    shown = texts(plot(done, "models/digits.tflite", ".svg"))
    said = "\n".join(shown)
    assert done.time is not None
    assert f"digits.tflite: {1e3 * done.time.seconds:.2f} ms an inference, modelled" in said
    assert f"reference: {1e3 * done.time.host:.2f} ms of ops" in shown
    assert any(text.startswith("rocket: ") for text in shown)
    assert any(text.startswith("1  softmax probabilities, ") for text in shown)
    assert "rk3588: 205G MACs a second, 2.2G bytes" in shown


def test_a_lower_bound_is_called_one() -> None:
    done = npucore.benchmark(DIGITS, "vsim")
    assert "at least" in "\n".join(texts(plot(done, "digits.tflite", ".svg")))


def test_names_are_text() -> None:
    q, hostile = Quantization.per_tensor(0.05), "$\\frac{<script>alert(1)</script>"
    x, y = (Tensor(name, (1, 8, 8, 32), np.dtype(np.int8), q) for name in ("x", hostile))
    graph = Graph((Logistic(input=x, output=y),), (x,), (y,))
    svg = plot(npucore.benchmark(graph, "rocket", placement="greedy"), "<b>$x^", ".svg")
    assert b"<script" not in svg
    assert any("alert(1)" in text for text in texts(svg))
    assert any(text.startswith("<b>$x^: ") for text in texts(svg))


def test_the_command_writes_what_the_name_ends_in(tmp_path: Path) -> None:
    for name, start in (("a.svg", b"<?xml"), ("a.png", PNG)):
        assert main([*BENCH, "--plot", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([*BENCH, "--plot", "x.pdf"], "wanted a name that ends in .svg or .png"),
        (["bench", str(DIGITS), "--runs", "1", "--plot", "x.svg"], "no op has an expected time"),
    ],
    ids=["kind", "cpu"],
)
def test_mistakes_write_nothing(
    words: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main([*BENCH, "--plot", str(tmp_path / "x.svg")]) == 2
    assert "pip install 'npucore[plot]'" in capsys.readouterr().err
