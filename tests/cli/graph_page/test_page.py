# SPDX-License-Identifier: MIT
"""The page says what explain says, and does nothing that a model's names might ask for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.cli.graph_page.page import page
from npucore.graph import Graph
from npucore.ops import Relu, Softmax
from npucore.tensor import Tensor

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
HOSTILE = "</title></style></script><script>alert(1)</script><img src=//x.test/x onerror=y>\x1b[2J"


class Reader(HTMLParser):
    """Tags, attributes and texts as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(graph: Graph | Path, backend: str = "rocket") -> Reader:
    return Reader(page(npucore.explain(graph, backend), "net.tflite").decode())


def hostile() -> Graph:
    tensors = [Tensor(f"{HOSTILE}{n}", (1, 4), np.dtype(np.float32)) for n in range(3)]
    ops = (Relu(input=tensors[0], output=tensors[1]), Softmax(input=tensors[1], output=tensors[2]))
    return Graph(ops, (tensors[0],), (tensors[2],), name=HOSTILE)


def test_every_op_is_drawn_and_said_why() -> None:
    found = read(DIGITS)
    assert (found.tags["rect"], found.tags["section"]) == (17, 17)
    links = {value for name, value in found.attributes if name == "href"}
    ids = {value for name, value in found.attributes if name == "id"}
    assert {link.removeprefix("#") for link in links} <= ids
    said = " ".join(found.texts)
    assert "a softmax of 10 would err by up to 5 LSB" in said
    assert "proven" in said
    assert "modelled: " in said
    assert [v for n, v in found.attributes if n == "class" and v == "edge crossing"] != []


def test_names_are_text_and_nothing_else() -> None:
    found = read(hostile())
    assert found.tags["script"] == found.tags["img"] == 0
    assert found.tags["title"] == 1 + 2  # the page's, and one of each op
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert any("</title></style></script><script>" in text for text in found.texts)
    assert "\x1b" not in "".join(found.texts)


def test_nothing_comes_from_elsewhere_and_no_script_may_run() -> None:
    found = read(hostile())
    assert all(value.startswith("#") for name, value in found.attributes if name == "href")
    assert not {"src", "srcset", "action"} & {name for name, _ in found.attributes}
    policy = next(value for name, value in found.attributes if "default-src" in value)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    style = next(text for text in found.texts if "--ink" in text)
    assert not re.search(r"url\(|@import", style)


def test_the_command_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html, nodes = tmp_path / "a.html", tmp_path / "b.json"
    words = ["explain", str(DIGITS), "--backend", "rocket"]
    assert main([*words, "--html", str(html), "--model-explorer", str(nodes)]) == 0
    assert html.read_bytes().startswith(b"<!DOCTYPE html>")
    assert json.loads(nodes.read_text()).keys() == {"results"}
    assert "runs on" in capsys.readouterr().out


def test_an_artefact_cannot_be_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    npucore.compile(DIGITS, "rocket").write(path := tmp_path / "x.npu")
    assert main(["explain", str(path), "--html", str(tmp_path / "x.html")]) == 2
    assert "has no graph any more to be drawn" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


@pytest.mark.slow
def test_a_browser_has_nothing_to_complain_about(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this computer")
    path = tmp_path / "page.html"
    path.write_bytes(page(npucore.explain(hostile(), "rocket"), HOSTILE))
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [chromium, *words, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "CONSOLE" not in done.stderr
    found = Reader(done.stdout)
    assert (found.tags["section"], found.tags["script"], found.tags["img"]) == (2, 0, 0)
