# SPDX-License-Identifier: MIT
"""How photos are fed, names of classes, calibration: what the commands say and take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("onnx", reason="the writer of networks, onnx, is not installed")


from npucore import hookimpl, plugins
from npucore.cli import main
from npucore.errors import InputError
from npucore.running.session import load
from npucore.vision import Head
from npucore.vision.calibration import read_samples
from npucore.vision.classify import Classification
from npucore.vision.feeding import Options
from npucore.vision.kinds import Classes
from tests.material.onnx.write import model, node
from tests.material.vision import made

FLOAT = np.float32


def classifier(path: Path) -> Path:
    """The means of red, green and blue, for pictures of 8 x 8."""
    nodes = [node("GlobalAveragePool", ["x"], "g"), node("Flatten", ["g"], "y")]
    path.write_bytes(model(nodes, {"x": (FLOAT, [1, 3, 8, 8])}, {"y": FLOAT}))
    return path


def picture(path: Path) -> Path:
    Image.new("RGB", (16, 8), (200, 100, 50)).save(path)
    return path


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return classifier(tmp_path / "net.onnx")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return picture(tmp_path / "photo.png")


def scores(capsys: pytest.CaptureFixture[str], words: Sequence[object]) -> tuple[list[float], str]:
    """By class, and how the photo was fed."""
    assert main(["run", *map(str, words), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    found = {c["index"]: c["score"] for c in report["answer"]["classes"]}
    return [found[i] for i in range(3)], report["inputs"][0]["fed"]


@pytest.mark.parametrize(
    ("words", "wanted", "fed"),
    [
        (["--mean", "0", "--std", "1"], [200, 100, 50], "RGB, 0..255, stretched to 8x8"),
        (["--mean=0", "--std=1", "--bgr"], [50, 100, 200], "BGR, 0..255, stretched to 8x8"),
        (
            ["--mean", "100,0,50", "--std", "1,10,1"],
            [100, 10, 0],
            "RGB, (pixel - 100/0/50) / 1/10/1, stretched to 8x8",
        ),
        (
            ["--std", "1", "--resize", "letterbox"],
            [157, 107, 82],
            "RGB, 0..255, letterboxed 4x8 in 8x8",
        ),
        (["--std", "1", "--resize", "crop"], [200, 100, 50], "RGB, 0..255, cropped 8x16 to 8x8"),
    ],
)
def test_the_user_says_how_a_photo_is_fed(
    capsys: pytest.CaptureFixture[str],
    network: Path,
    photo: Path,
    words: list[str],
    wanted: list[float],
    fed: str,
) -> None:
    found, text = scores(capsys, [network, "--input", photo, *words])
    assert found == pytest.approx(wanted, abs=0.01)
    assert text == fed


def test_the_answer_says_how_it_was_fed_once(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path
) -> None:
    assert main(["run", str(network), "--input", str(photo)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if line.startswith("fed: ")]
    assert line.startswith("fed: RGB, ImageNet mean and deviation, stretched to 8x8 (assumed")


def test_a_mismatch_of_names_is_said_once(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "two.txt").write_text("cat\ndog\n")
    words = ["run", network, "--input", photo, "--labels", tmp_path / "two.txt"]
    assert main(list(map(str, words))) == 0
    note = "two.txt names 2 classes, the network has 3: names may be wrong"
    assert capsys.readouterr().out.count(note) == 1


def test_labels_that_cannot_be_read_are_noticed_before_the_work(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text("{")
    words = ["run", network, "--input", photo, "--labels", tmp_path / "x.json"]
    assert main(list(map(str, words))) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "words", [["--mean", "a"], ["--resize", "shrink"], ["--head", "none"], ["--task", "sing"]]
)
def test_a_wrong_word_is_one_sentence(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path, words: list[str]
) -> None:
    assert main(["run", str(network), "--input", str(photo), *words]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_bench_measures_with_a_photo(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path
) -> None:
    words = ["bench", str(network), "--input", str(photo), "--runs", "1", "--std", "1", "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["fed"] == ["RGB, 0..255, stretched to 8x8"]


AS_IT_IS = Options(mean=(0.0,), std=(1.0,))


def read(folder: Path, network: Path, samples: int = 100) -> tuple[int, tuple[str, ...], str]:
    given = read_samples(folder, load(network), samples, AS_IT_IS)
    return len(given.arrays), given.skipped, given.note


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two class folders, a stray file beside and below them, and what systems leave behind."""
    (root := tmp_path / "photos").mkdir()
    for name in ("cats", "dogs", ".trash"):
        (root / name).mkdir()
        picture(root / name / "a.png")
        picture(root / name / "b.JPG")
    (root / "labels.txt").write_text("cats\ndogs\n")
    (root / "dogs" / "Thumbs.db").write_bytes(b"\0")
    (root / ".DS_Store").write_bytes(b"\0")
    return root


def test_class_folders_are_walked_and_stray_files_named(folder: Path, network: Path) -> None:
    count, skipped, note = read(folder, network)
    assert (count, set(skipped)) == (4, {"labels.txt", "Thumbs.db", ".DS_Store"})
    assert note == "skipped .DS_Store, Thumbs.db, labels.txt: no image, sound or array"


def test_samples_are_spread_over_all_folders(folder: Path, network: Path) -> None:
    np.save(folder / "dogs" / "a.npy", np.full((1, 3, 8, 8), 7, FLOAT))
    given = read_samples(folder, load(network), 2, AS_IT_IS)
    assert len(given.arrays) == 2
    assert given.arrays[1]["x"].max() == 7


def test_a_list_names_its_samples(folder: Path, network: Path) -> None:
    picture(folder / "with space.png")
    text = f"# mine\ncats/a.png\nwith space.png\n{folder / 'dogs' / 'b.JPG'}\n\n"
    (folder / "dataset.txt").write_text(text)
    assert read(folder / "dataset.txt", network)[0] == 3


def test_a_list_that_names_nothing_says_which_line(folder: Path, network: Path) -> None:
    (folder / "dataset.txt").write_text("cats/a.png\ncats/z.png\n")
    with pytest.raises(InputError, match=r"dataset\.txt, line 2: cats/z\.png: no such file"):
        read(folder / "dataset.txt", network)


def test_one_photo_is_a_sample(photo: Path, network: Path) -> None:
    assert read(photo, network)[0] == 1


def test_a_folder_of_strays_says_so(tmp_path: Path, network: Path) -> None:
    (strays := tmp_path / "strays").mkdir()
    (strays / "x.txt").write_text("x")
    with pytest.raises(InputError, match=r"no files to calibrate with \(skipped x\.txt"):
        read(strays, network)


def test_folders_from_the_field_are_walked(shared: Path) -> None:
    cases = shared / "cases" / "2026-11" / "calibration_folder"
    if not cases.is_dir():
        pytest.skip("there are no cases of calibration folders")
    assert read(cases / "hidden", cases / "q17.onnx")[0] == 4
    assert read(cases / "mixed", cases / "q17.onnx")[:2] == (4, ("labels.txt",))


class Seven:
    """A stranger's kind of network."""

    @staticmethod
    @hookimpl
    def npucore_heads() -> list[Head]:
        def read(seen: object) -> Classes:
            return Classes((Classification(6, 1.0),))

        return [Head("seven", "classify", "always class 6", lambda network: True, read)]


def test_a_stranger_adds_a_head(
    capsys: pytest.CaptureFixture[str], network: Path, photo: Path
) -> None:
    plugins.manager.register(Seven, "seven")
    try:
        assert main(["run", str(network), "--input", str(photo)]) == 0
        assert "class 6" in capsys.readouterr().out
    finally:
        plugins.manager.unregister(name="seven")


def test_detect_feeds_reads_and_draws_likewise(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, folder: Path
) -> None:
    rows = made.rows8().T[np.newaxis]
    nodes = [node("ReduceMax", ["x"], "m", keepdims=0), node("Mul", ["m", "zero"], "z")]
    nodes.append(node("Add", ["z", "k"], "y"))
    held = {"zero": np.zeros((), FLOAT), "k": rows}
    path = tmp_path / "yolo.onnx"
    path.write_bytes(
        model(nodes, {"x": (FLOAT, [1, 3, made.HEIGHT, made.WIDTH])}, {"y": FLOAT}, held)
    )
    (tmp_path / "names.txt").write_text("a\nb\nc\nd\n")
    words = ["detect", folder / "cats", "--model", path, "--labels", tmp_path / "names.txt"]
    words += ["--out", tmp_path / "drawn"]
    assert main([*map(str, words), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["notes"] == ["names.txt names 4 classes, the network has 3: names may be wrong"]
    for frame in report["frames"]:
        assert frame["fed"].startswith("RGB, 0..1, letterboxed 48x96 in 64x96 (assumed")
        assert (frame["head"], frame["objects"][0]["name"]) == ("yolo8", "c")
        assert Path(frame["file"]).exists()
    assert main([*map(str, words)]) == 0
    out = capsys.readouterr().out
    assert (out.count("fed: "), out.count("read as: yolo8 (--head says otherwise)")) == (1, 1)
    assert main([*map(str, words), "--head", "yolo8"]) == 0
    assert "read as" not in capsys.readouterr().out
