# SPDX-License-Identifier: MIT
from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .conftest import Command


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.new("RGB", (64, 48), (10, 20, 200)).save(path)
    return path


def test_the_best_class_comes_first(npucore: Command, model: Path, pixels: Path) -> None:
    first = npucore("run", model, "--input", pixels).out.splitlines()[0]
    assert first.split() == ["0.0430", "class", "11"]


def test_labels_name_the_classes(
    npucore: Command, model: Path, pixels: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("11: eleven\n10: ten\n")
    out = npucore("run", model, "--input", pixels, "--labels", labels, "--top", "2").out
    assert [line.split()[1] for line in out.splitlines()[:2]] == ["eleven", "ten"]


def test_it_says_what_ran_where(npucore: Command, model: Path, pixels: Path) -> None:
    lines = npucore("run", model, "--input", pixels, "--backend", "picky").out.splitlines()
    assert lines[-2] == "1 of 2 ops on picky, 1 on reference (picky: no softmax in this chip)"


def test_it_says_that_a_simulator_ran(npucore: Command, model: Path, pixels: Path) -> None:
    lines = npucore("run", model, "--input", pixels, "--backend", "picky").out.splitlines()
    assert lines[-1] == "picky: simulator, counts on its fingers"


def test_several_runs_give_a_median(npucore: Command, model: Path, pixels: Path) -> None:
    assert "(median of 3;" in npucore("run", model, "--input", pixels, "--runs", "3").out


@pytest.mark.parametrize("runs", ["0", "-1", "many", "²"])
def test_a_number_of_runs_below_1_is_an_error(
    npucore: Command, model: Path, pixels: Path, runs: str
) -> None:
    assert npucore("run", model, "--input", pixels, f"--runs={runs}").status == 2


def test_strict_exits_with_3(npucore: Command, model: Path, pixels: Path) -> None:
    done = npucore("run", model, "--input", pixels, "--backend", "picky", "--strict")
    assert (done.status, done.out) == (3, "")


def test_without_an_input_it_says_what_is_wanted(npucore: Command, model: Path) -> None:
    done = npucore("run", model)
    assert (done.status, "pixels uint8 (1, 2, 2, 3)" in done.err) == (2, True)


def test_a_wrong_shape_names_file_and_both_shapes(
    npucore: Command, model: Path, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1, 3, 3, 3), np.uint8))
    err = npucore("run", model, "--input", tmp_path / "x.npy").err
    assert "holds uint8 (1, 3, 3, 3), wanted pixels uint8 (1, 2, 2, 3)" in err


def test_an_input_may_be_named(npucore: Command, model: Path, pixels: Path) -> None:
    assert npucore("run", model, "--input", f"pixels={pixels}").status == 0


def test_an_unknown_name_lists_the_known_ones(npucore: Command, model: Path) -> None:
    done = npucore("run", model, "--input", "wrong=x.npy")
    assert (done.status, "no input called 'wrong'" in done.err) == (2, True)


def test_an_input_given_twice_is_an_error(npucore: Command, model: Path, pixels: Path) -> None:
    assert npucore("run", model, "--input", pixels, "--input", pixels).status == 2


@pytest.mark.parametrize("name", ["pixels", "anything"])
def test_an_archive_of_one_array_fits_the_only_input(
    npucore: Command, model: Path, tmp_path: Path, name: str
) -> None:
    with (
        zipfile.ZipFile(tmp_path / "x.npz", "w") as archive,
        archive.open(f"{name}.npy", "w") as member,
    ):
        np.lib.format.write_array(member, np.zeros((1, 2, 2, 3), np.uint8))
    assert npucore("run", model, "--input", tmp_path / "x.npz").status == 0


@pytest.mark.parametrize("suffix", ["npy", "npz", "png"])
def test_a_file_that_is_not_what_its_name_says_is_an_error(
    npucore: Command, model: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(b"nothing of the kind")
    done = npucore("run", model, "--input", path)
    assert (done.status, done.err.startswith(f"npucore: {path}: ")) == (2, True)


def test_outputs_are_saved_by_name(
    npucore: Command, model: Path, pixels: Path, tmp_path: Path
) -> None:
    npucore("run", model, "--input", pixels, "--save", tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz") as saved:
        assert saved["scores"].tolist() == [list(range(12))]


def test_a_folder_that_does_not_exist_is_noticed_before_the_work(
    npucore: Command, model: Path, pixels: Path, tmp_path: Path
) -> None:
    done = npucore("run", model, "--input", pixels, "--save", tmp_path / "none" / "out.npz")
    assert (done.status, done.out) == (2, "")


def test_a_photo_is_resized_to_the_input(npucore: Command, model: Path, photo: Path) -> None:
    report = json.loads(npucore("run", model, "--input", photo, "--json").out)
    assert report["answer"]["classes"][0]["score"] == 200 / 256


def test_the_answer_is_drawn_onto_the_photo(
    npucore: Command, model: Path, photo: Path, tmp_path: Path
) -> None:
    npucore("run", model, "--input", photo, "--annotate", tmp_path / "drawn.jpg")
    with Image.open(tmp_path / "drawn.jpg") as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (64, 48))


def test_there_is_nothing_to_draw_on_without_a_photo(
    npucore: Command, model: Path, pixels: Path, tmp_path: Path
) -> None:
    done = npucore("run", model, "--input", pixels, "--annotate", tmp_path / "x.png")
    assert (done.status, "no input is one" in done.err) == (2, True)


def test_an_annotation_that_is_no_image_is_an_error(
    npucore: Command, model: Path, photo: Path
) -> None:
    assert npucore("run", model, "--input", photo, "--annotate", "x.gif").status == 2


def test_json_tells_everything(npucore: Command, model: Path, pixels: Path) -> None:
    report = json.loads(
        npucore("run", model, "--input", pixels, "--backend", "picky", "--json").out
    )
    assert report["placed"] == {"picky": 1, "reference": 1}
    assert report["device"]["picky"] == {"kind": "simulator", "detail": "counts on its fingers"}
    assert report["times"]["runs"] == 1
    assert report["fallbacks"] == [
        {
            "op": "softmax",
            "name": "scores",
            "backend": "reference",
            "reason": "picky: no softmax in this chip",
        }
    ]


def test_stdin_is_an_input(
    npucore: Command, model: Path, pixels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pixels.read_bytes())))
    done = npucore("run", model, "--input", "-")
    assert (done.status, done.out.splitlines()[0]) == (
        0,
        npucore("run", model, "--input", pixels).out.splitlines()[0],
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert "nothing came on stdin" in npucore("run", model, "--input", "-").err


def test_a_folder_has_an_answer_for_every_photo(
    npucore: Command, model: Path, tmp_path: Path
) -> None:
    (folder := tmp_path / "photos").mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (2, 2), (200, 0, 0)).save(folder / name)
    lines = npucore("run", model, "--input", folder).out.splitlines()
    assert [line for line in lines if line.endswith(".png")] == ["a.png", "b.png"]
    report = json.loads(npucore("run", model, "--input", folder, "--json").out)
    assert [photo["name"] for photo in report["photos"]] == ["a.png", "b.png"]
    assert report["photos"][0]["answer"]["kind"] == "classification"
    assert npucore("run", model, "--input", folder, "--save", tmp_path / "x.npz").status == 2
