# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import npucore as package
from npucore import Graph, Verdict, plugins
from npucore.cli import main
from npucore.ops import Op
from tests.material.contract.exporting import Exporting, installed

from .conftest import Command, Result

DIGITS = Path(package.__file__).parent / "demo" / "digits.tflite"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line of a world in which a backend exports."""
    entry_points = installed(exporting="tests.material.contract.exporting:Exporting")
    monkeypatch.setattr(plugins, "entry_points", entry_points)

    def run(*words: str | Path) -> Result:
        return Result(main([str(word) for word in words]), *capsys.readouterr())

    return run


@pytest.fixture
def artifact(command: Command, tmp_path: Path) -> Path:
    """The demonstration network: 16 ops exported, a softmax stored as a graph."""
    path = tmp_path / "digits.npu"
    assert command("compile", DIGITS, "--backend", "exporting", "-o", path).status == 0
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.npy"
    np.save(path, np.random.default_rng(0).integers(-128, 128, (1, 8, 8, 1), np.int8))
    return path


def test_what_was_written_is_said(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.npu"
    done = command("compile", DIGITS, "--backend", "exporting", "-o", path)
    assert done.out.splitlines() == [
        "run 0: 16 ops for exporting, compiled",
        "run 1: 1 op for reference, as a graph",
        "16 of 17 ops (100% of the MACs) on exporting, 1 on reference (exporting: no softmax here)",
        f"{path}: {path.stat().st_size:,} bytes",
    ]


def test_json_has_exactly_the_promised_keys(command: Command, tmp_path: Path) -> None:
    words = ["compile", DIGITS, "--backend", "exporting:a", "-o", tmp_path / "x.npu", "--json"]
    report = json.loads(command(*words).out)
    keys = ["model", "backend", "output", "size_bytes", "runs", "placed", "fallbacks"]
    assert list(report) == keys
    assert report["runs"] == [
        {"backend": "exporting", "target": "a", "ops": [*range(16)], "exported": True},
        {"backend": "reference", "target": None, "ops": [16], "exported": False},
    ]
    assert report["placed"] == {"exporting": 16, "reference": 1}


@pytest.mark.parametrize("backend", ["exporting", "reference"])
@pytest.mark.parametrize("rounding", ["tflite", "exact"])
def test_an_artifact_gives_the_bytes_of_its_model(
    command: Command, tmp_path: Path, image: Path, backend: str, rounding: str
) -> None:
    how = ["--backend", backend, "--rounding", rounding]
    path = tmp_path / "x.npu"
    command("compile", DIGITS, *how, "-o", path)
    command("run", DIGITS, *how, "--input", image, "--save", tmp_path / "a.npz")
    done = command("run", path, "--input", image, "--save", tmp_path / "b.npz")
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_run_of_an_artifact_says_the_same_as_one_of_the_model(
    command: Command, artifact: Path, image: Path
) -> None:
    runs = [
        command("run", DIGITS, "--backend", "exporting", "--input", image, "--json"),
        command("run", artifact, "--input", image, "--json"),
    ]
    stored, model = (json.loads(run.out) for run in runs)
    for report in (stored, model):
        del report["model"], report["times"]
    assert stored == model


@pytest.mark.parametrize("name", ["run", "explain"])
@pytest.mark.parametrize(
    "words",
    [
        ("--backend", "reference"),
        ("--fallback", "none"),
        ("--frontend", "tflite"),
        ("--option", "speed=1"),
        ("--rounding", "exact"),
    ],
    ids=lambda words: words[0],
)
def test_nothing_is_left_to_choose(
    command: Command, artifact: Path, image: Path, name: str, words: tuple[str, str]
) -> None:
    if name == "explain" and words[0] == "--rounding":
        return
    given = ["--input", image] if name == "run" else []
    done = command(name, artifact, *given, *words)
    sentence = f"npucore: {words[0]}: {artifact} is compiled and placed already\n"
    assert done == (2, "", sentence)


def test_explain_gives_the_stored_placement(command: Command, artifact: Path) -> None:
    done = command("explain", artifact, "--all")
    lines = done.out.splitlines()
    assert lines[1].split() == ["0", "convolution", "stem", "9,216", "exporting", "shown"]
    summary = command("explain", artifact).out.splitlines()
    assert summary[1].split()[:4] == ["exporting", "16", "of", "17"]
    assert summary[-1].endswith("exporting: no softmax here")
    reports = [
        json.loads(command("explain", *words, "--json").out)
        for words in ([artifact], [DIGITS, "--backend", "exporting"])
    ]
    assert reports[0].pop("model") != reports[1].pop("model")
    for report in reports:  # an artefact's ops are gone, and with them the time that they take
        del report["summary"]["advice"]
        assert [cause.pop("ops") for cause in report["summary"]["causes"]] == [[16]]
    assert [r["summary"]["causes"][0].pop("cpu_ms") is None for r in reports] == [True, False]
    assert reports[0] == reports[1]


@pytest.mark.parametrize("name", ["run", "explain"])
def test_strict_holds_for_artifacts(
    command: Command, artifact: Path, image: Path, name: str
) -> None:
    given = ["--input", image] if name == "run" else []
    assert command(name, artifact, *given, "--strict").status == 3


def test_strict_writes_nothing(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.npu"
    assert command("compile", DIGITS, "--backend", "exporting", "--strict", "-o", path).status == 3
    assert not path.exists()


def test_disasm_counts_ops_as_explain_does(command: Command, artifact: Path) -> None:
    tasks = json.loads(command("disasm", artifact, "--json").out)["tasks"]
    assert [(task["job"], task["op"]) for task in tasks] == [
        *((n, n) for n in range(16)),
        (16, None),
    ]
    assert tasks[3]["words"] == [
        {
            "block": "BLOCK",
            "register": "ADDRESS",
            "offset": 4,
            "value": 0,
            "fields": {},
            "address": {"buffer": "constants", "offset": 64},
        }
    ]


def test_disasm_counts_jobs_through_all_runs(
    command: Command, artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supports = Exporting.supports

    def picky(self: Exporting, op: Op, graph: Graph) -> Verdict:
        return Verdict("no") if op.label == "head" else supports(self, op, graph)

    monkeypatch.setattr(Exporting, "supports", picky)
    command("compile", DIGITS, "--backend", "exporting", "-o", artifact)
    tasks = json.loads(command("disasm", artifact, "--json").out)["tasks"]
    assert [task["job"] for task in tasks] == [*range(17)]
    assert [task["op"] for task in tasks] == [*range(12), None, 13, 14, 15, None]


def test_disasm_titles_name_the_op(command: Command, artifact: Path) -> None:
    lines = command("disasm", artifact).out.splitlines()
    assert lines[:2] == ["job 0, op 0 (convolution): 1 word", "   0  ADDRESS"]
    assert lines[-1] == "job 16, no op: 1 word"


def test_disasm_refuses_a_backend_beside_an_artifact(command: Command, artifact: Path) -> None:
    done = command("disasm", artifact, "--backend", "reference")
    assert (done.status, "says itself whose words it holds" in done.err) == (2, True)


def test_disasm_of_an_artifact_without_words_says_so(command: Command, tmp_path: Path) -> None:
    command("compile", DIGITS, "--backend", "reference", "-o", tmp_path / "x.npu")
    done = command("disasm", tmp_path / "x.npu")
    assert done.err.endswith("x.npu holds no words of any hardware: it is for reference\n")


@pytest.mark.parametrize("name", ["run", "explain", "disasm"])
def test_damage_is_one_sentence(command: Command, artifact: Path, name: str) -> None:
    data = bytearray(artifact.read_bytes())
    data[1000] ^= 1
    artifact.write_bytes(data)
    done = command(name, artifact)
    sentence = "damaged: its bytes do not have the checksum at its end"
    assert done == (2, "", f"npucore: {artifact}: {sentence}\n")


@pytest.mark.parametrize("words", [("show",), ("compile", "-o", "y.npu")], ids=lambda w: w[0])
def test_an_artifact_is_no_model(command: Command, artifact: Path, words: tuple[str, ...]) -> None:
    done = command(*words, artifact)
    assert (done.status, "whose graph is no longer there" in done.err) == (2, True)


def test_the_model_is_not_written_over(command: Command, tmp_path: Path) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(DIGITS.read_bytes())
    done = command("compile", model, "--backend", "reference", "-o", model)
    assert (done.status, "is the model itself" in done.err) == (2, True)


def test_a_folder_that_is_not_there_is_named(command: Command, tmp_path: Path) -> None:
    done = command("compile", DIGITS, "-o", tmp_path / "no" / "x.npu")
    assert (done.status, "no such folder" in done.err) == (2, True)
