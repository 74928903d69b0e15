# SPDX-License-Identifier: MIT
"""Programs of ultralytics run with no line changed, and answer as with LiteRT's own kernels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import npucore

pytest.importorskip("ultralytics", reason="the original, ultralytics, is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.long]

PROGRAM = """
import sys
from ultralytics import YOLO
model = YOLO(sys.argv[1])
result = model.predict(sys.argv[2], imgsz=224, verbose=False)[0]
print("task", model.task, result.names[16])
for box in result.boxes:
    print("box", int(box.cls), round(float(box.conf), 4), box.xyxy[0].round(decimals=1).tolist())
"""

REFERENCE = """
import ai_edge_litert.interpreter as litert
class Interpreter(litert.Interpreter):
    def __init__(self, *args, **named):
        kernels = litert.OpResolverType.BUILTIN_REF
        super().__init__(*args, experimental_op_resolver_type=kernels, **named)
litert.Interpreter = Interpreter
"""


def answer(folder: Path, text: str, *words: str, command: tuple[str, ...] = ()) -> list[str]:
    (folder / "program.py").write_text(text)
    environment = {**os.environ, "YOLO_CONFIG_DIR": str(folder), "YOLO_OFFLINE": "1"}
    run = [sys.executable, *command, str(folder / "program.py"), *words]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, cwd=folder)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith(("task", "box"))]


@pytest.fixture
def words(shared: Path) -> tuple[str, str]:
    models = shared / "models"
    model = models / "tflite" / "yolov8n_full_integer_quant_224.tflite"
    return str(model), str(models / "images" / "pets.jpg")


def test_predict_answers_as_the_original(tmp_path: Path, words: tuple[str, str]) -> None:
    wanted = answer(tmp_path, REFERENCE + PROGRAM, *words)
    on = ("-m", "npucore", "exec", "--backend", "reference")
    assert answer(tmp_path, PROGRAM, *words, command=on) == wanted
    assert wanted[0] == "task detect dog"
    assert len(wanted) > 2
    [task, best, *_] = answer(tmp_path, PROGRAM, *words, command=(*on[:-1], "rocket"))
    assert [task, best.split()[:3]] == [wanted[0], wanted[1].split()[:3]]


@pytest.mark.parametrize("exec_", [False, True], ids=["import", "exec"])
def test_an_artefact_is_a_model(tmp_path: Path, words: tuple[str, str], exec_: bool) -> None:
    path = tmp_path / "dogs.npu"
    npucore.compile(words[0], "reference").write(path)
    text = PROGRAM if exec_ else f"import npucore.ultralytics\n{PROGRAM}"
    command = ("-m", "npucore", "exec") if exec_ else ()
    [task, best, *_] = answer(tmp_path, text, str(path), words[1], command=command)
    assert task == "task detect dog"
    assert best.split()[:2] == ["box", "16"]
    assert float(best.split()[2]) == pytest.approx(0.92, abs=0.05)
