# SPDX-License-Identifier: MIT
"""Files that are something else are named, with the way on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import npucore
from npucore.errors import InputError, UnsupportedError

KINDS = {
    "a.onnx": (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "git lfs pull"),
    "b.tflite": (b"\n\n<!DOCTYPE html><html>", "a web page saved as a model"),
    "c.h5": (b"\x89HDF\r\n\x1a\n", "Keras writes it: convert it"),
    "d.mlmodel": (b"\x08\x04\x12\x00", "a Core ML model: give the ONNX"),
    "e.engine": (b"\x00\x01", "a TensorRT engine: give the ONNX"),
    "f.rknn": (b"RKNN", "compiled by Rockchip's toolkit"),
    "g.pt": (b"\x80\x02\x8a\nl\xfc", "pickle, perhaps of PyTorch: export it as ONNX"),
    "h.tflite": (b"", "it is empty"),
    "i.pb": (b"\n\x10", "a TensorFlow graph: convert it"),
    "k.ort": (b"\x20\0\0\0ORTM", "ONNX Runtime's own format: give the ONNX"),
    "j.safetensors": (b"\x10\0\0\0\0\0\0\0{}", "weights without a network"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_named_for_what_it_is(tmp_path: Path, name: str) -> None:
    content, why = KINDS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnsupportedError, match=f"no model that can be read: it is .*{why}|{why}"):
        npucore.load(tmp_path / name)


@pytest.mark.parametrize(
    ("inside", "why"),
    [("net/data.pkl", "PyTorch checkpoint: export it"),
     ("model.weights.h5", "Keras file: convert it"), ("a.txt", "zip archive: unpack it")],
)  # fmt: skip
def test_an_archive_is_named_for_what_is_in_it(tmp_path: Path, inside: str, why: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(inside, "")
    path = tmp_path / "net.pt"
    path.write_bytes(content.getvalue())
    with pytest.raises(UnsupportedError, match=why):
        npucore.load(path)


def test_a_folder_is_named_for_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder, wanted a model file"):
        npucore.load(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(InputError, match="a TensorFlow SavedModel: convert it"):
        npucore.load(tmp_path)
