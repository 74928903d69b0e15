# SPDX-License-Identifier: MIT
"""Ultralytics learns one format more, and unlearns it; shown on a stub of its private names."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import UnsupportedError
from npucore.faces.settings import Settings
from npucore.faces.ultralytics.backend import Layout
from npucore.faces.ultralytics.registration import refuse, register, say
from tests.material.faces.artefacts import write_detector
from tests.material.onnx.write import model, node

STUB = {
    "__init__": '__version__ = "8.4.stub"',
    "nn/__init__": "",
    "nn/backends/__init__": "",
    "nn/backends/base": """
class BaseBackend:
    def __init__(self, weight, device="cpu"):
        self.names, self.task, self.end2end = {}, None, False
        self.load_model(weight)
    def apply_metadata(self, metadata):
        vars(self).update(metadata)
""",
    "nn/autobackend": """
import ultralytics.nn.backends.base
class AutoBackend:
    _BACKEND_MAP = {"pt": None}
    @staticmethod
    def _model_type(p="", dnn=False):
        return "pt" if str(p).endswith(".pt") else None
""",
    "engine/__init__": "",
    "engine/model": """
def guess_model_task(model):
    return "detect"
""",
}


class Frames:
    """As much of a tensor of torch's as a backend asks for."""

    def __init__(self, numbers: np.ndarray[Any, Any]) -> None:
        self.numbers = numbers

    def cpu(self) -> Frames:
        return self

    def numpy(self) -> np.ndarray[Any, Any]:
        return self.numbers


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the stub, importable, under the name of the original."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "ultralytics"]:
        monkeypatch.delitem(sys.modules, name)
    for place, text in STUB.items():
        path = tmp_path / "stub" / "ultralytics" / f"{place}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "stub"))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "ultralytics"]:
        del sys.modules[name]


def module(name: str) -> Any:
    return importlib.import_module(f"ultralytics.{name}")


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_an_artefact_is_a_format_before_and_after_the_import(package: Path, first: bool) -> None:
    if not first:
        module("nn.autobackend")
    with ExitStack() as undo:
        register(undo, Settings("reference"), refuse)
        auto = module("nn.autobackend").AutoBackend
        assert (auto._model_type("a/B.NPU"), auto()._model_type("a.pt")) == ("npu", "pt")
        assert {*auto._BACKEND_MAP} == {"pt", "npu"}
    assert (auto._model_type("a.npu"), auto()._model_type("a.pt")) == (None, "pt")
    assert {*auto._BACKEND_MAP} == {"pt"}


def test_the_artefact_brings_what_ultralytics_asks_for(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, answer = write_detector(package)
    with ExitStack() as undo:
        register(undo, Settings(), refuse)
        assert module("engine.model").guess_model_task(str(path)) == "segment"
        backend = module("nn.autobackend").AutoBackend._BACKEND_MAP["npu"](path)
    assert "npucore: model.npu: " in capsys.readouterr().err
    assert (backend.names, backend.task) == ("{0: 'cat', 1: 'dog'}", "segment")
    assert (backend.stride, backend.imgsz, backend.batch, backend.channels) == ("8", (8, 16), 1, 3)
    assert not hasattr(backend, "forwarded")  # a property that ultralytics has no meaning for
    [rows] = backend.forward(Frames(np.full((1, 3, 8, 16), 0.5, np.float32)))
    wanted = answer(np.full((1, 3, 8, 16), 0.5, np.float32))
    wanted[:, 0:4:2] *= 16  # relative coordinates become pixels
    wanted[:, 1:4:2] *= 8
    np.testing.assert_allclose(rows, wanted, rtol=1e-5)


def test_a_name_that_has_moved_is_a_sentence(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = package / "stub" / "ultralytics" / "nn" / "autobackend.py"
    place.write_text(place.read_text().replace("_BACKEND_MAP", "FORMATS"))
    wanted = "ultralytics 8.4.stub has no AutoBackend._BACKEND_MAP, by which it would learn"
    with ExitStack() as undo:
        register(undo, Settings(), say)
        assert {*module("nn.autobackend").AutoBackend.FORMATS} == {"pt"}
        assert capsys.readouterr().err.startswith(f"npucore: {wanted}")
    with ExitStack() as undo, pytest.raises(UnsupportedError, match=wanted):
        register(undo, Settings(), refuse)


def test_a_network_of_no_picture_is_refused() -> None:
    graph = npucore.load(
        model([node("Relu", ["x"])], {"x": (np.float32, [2, 3])}, {"y": np.float32})
    )
    with pytest.raises(UnsupportedError, match="wanted one picture"):
        Layout(graph)


def test_stored_integers_are_rounded_and_answers_are_real() -> None:
    """LiteRT's format there cuts off what is behind the point of an int8 input."""
    layout = Layout(npucore.load(str(files("npucore.demo") / "digits.tflite")))
    assert (layout.size, layout.channels, layout.channels_last) == ((8, 8), 1, True)
    q = layout.network.inputs[0].q
    picture = np.full((1, 1, 8, 8), 0.503, np.float32)
    wanted = np.clip(np.floor(0.503 / q.scale + 0.5) + q.zero_point, -128, 127)
    assert (layout.stored(picture) == wanted).all()
    [found] = layout.real([np.full((1, 10), 3, np.int8)], 10, (), False)
    out = layout.network.outputs[0].q
    assert found == pytest.approx(np.full((1, 10), (3 - out.zero_point) * out.scale))


def test_the_face_is_on_when_it_is_imported() -> None:
    lines = (
        "import npucore.ultralytics, sys; "
        "print(*[n for n in sys.modules if n.partition('.')[0] in ('torch', 'ultralytics')])"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
