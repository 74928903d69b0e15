# SPDX-License-Identifier: MIT
"""Files that are not models: their kind, and the way on."""

from __future__ import annotations

import zipfile
from pathlib import Path

ZIP, GZIP, HDF5 = b"PK\x03\x04", b"\x1f\x8b", b"\x89HDF\r\n\x1a\n"
PICKLE = b"\x80\x02"
EXPORT = "export it as ONNX and give that file"
COMPILED = "give the ONNX or TFLite model that it was made from"
CONVERT = "convert it with tf.lite.TFLiteConverter or tf2onnx and give that file"

BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"version https://git-lfs.github.com/spec",
        "a Git LFS pointer, not the file itself",
        "fetch it with `git lfs pull`",
    ),
    (HDF5, "an HDF5 file, as Keras writes it", CONVERT),
    (b"RKNN", "a model compiled by Rockchip's toolkit", COMPILED),
    (b"ftrt", "a TensorRT engine", COMPILED),
    (b"GGUF", "a GGUF file of a language model", "nothing here runs it"),
    (PICKLE, "a Python pickle, perhaps of PyTorch", EXPORT),
    (GZIP, "a gzip archive", "unpack it first"),
)
PAGES = (b"<!doctype html", b"<html")
SUFFIXES: dict[str, tuple[str, str]] = {
    ".engine": ("a TensorRT engine", COMPILED),
    ".plan": ("a TensorRT engine", COMPILED),
    ".trt": ("a TensorRT engine", COMPILED),
    ".rknn": ("a model compiled by Rockchip's toolkit", COMPILED),
    ".mlmodel": ("a Core ML model", COMPILED),
    ".mlpackage": ("a Core ML package", COMPILED),
    ".pt": ("a PyTorch checkpoint", EXPORT),
    ".pth": ("a PyTorch checkpoint", EXPORT),
    ".ckpt": ("a checkpoint of training", EXPORT),
    ".safetensors": ("weights without a network", EXPORT),
    ".h5": ("a Keras file", CONVERT),
    ".keras": ("a Keras file", CONVERT),
    ".pb": ("a TensorFlow graph", CONVERT),
    ".pdmodel": ("a Paddle model", "convert it with paddle2onnx and give that file"),
    ".caffemodel": ("a Caffe model", "convert it to ONNX and give that file"),
    ".param": ("an ncnn model", COMPILED),
    ".ort": ("a model in ONNX Runtime's own format", COMPILED),
}
TOLD_BY_NAME = frozenset({".mlmodel", ".engine", ".plan", ".trt", ".rknn"})
"""Files that begin as one of ours may begin."""


def recognised(path: Path, head: bytes) -> str | None:
    """The kind of file that begins with *head*, and the way on; None if it is not known."""
    if not head:
        return "it is empty: fetch it again"
    for beginning, what, way in BEGINNINGS:
        if head.startswith(beginning):
            return f"it is {what}: {way}"
    if head.lstrip().lower().startswith(PAGES):
        return "it is a web page saved as a model: fetch the file itself (on GitHub, the raw one)"
    if head.startswith(ZIP):
        return _zipped(path)
    if path.suffix.lower() in SUFFIXES:
        what, way = SUFFIXES[path.suffix.lower()]
        return f"it is {what}: {way}"
    if head.lstrip().startswith(b"<?xml"):
        return f"it is an XML file, perhaps OpenVINO's or an error message: {COMPILED}"
    return None


def told_by_name(path: Path) -> str | None:
    """As `recognised`, by the file's name alone, where its content may be mistaken."""
    suffix = path.suffix.lower()
    return "it is {}: {}".format(*SUFFIXES[suffix]) if suffix in TOLD_BY_NAME else None


def folder(path: Path) -> str:
    """The kind of model that a folder holds, and the way on."""
    if (path / "saved_model.pb").is_file():
        return f"it is a TensorFlow SavedModel: {CONVERT}"
    if path.suffix == ".mlpackage":
        return f"it is a Core ML package: {COMPILED}"
    return "it is a folder, wanted a model file"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        names = []
    if any(name.endswith("data.pkl") for name in names):
        return f"it is a PyTorch checkpoint: {EXPORT}"
    if any(name.endswith("model.weights.h5") for name in names):
        return f"it is a Keras file: {CONVERT}"
    return "it is a zip archive: unpack it first"
