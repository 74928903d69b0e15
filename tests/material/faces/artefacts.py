# SPDX-License-Identifier: MIT
"""An artefact that answers as a YOLO's export does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx

import npucore
from npucore.tensor import Array
from tests.material.onnx.write import model, node

PROPERTIES = {
    "names": "{0: 'cat', 1: 'dog'}",
    "task": "segment",
    "stride": "8",
    "forwarded": "1",
}
SHAPE = (1, 3, 8, 16)


def write_detector(folder: Path) -> tuple[Path, Callable[[Array], Array]]:
    """A picture of 8 x 16 -> rows (1, 6, 4), relative: the path, and the same in numpy."""
    weights = np.random.default_rng(0).random((24, 3)).astype(np.float32) / 3
    nodes = [
        node("GlobalAveragePool", ["x"], "a"),
        node("Flatten", ["a"], "b"),
        node("Gemm", ["b", "w"], "c", transB=1),
        node("Reshape", ["c", "shape"], "y"),
    ]
    constants = {"w": weights, "shape": np.array([1, 6, 4])}
    proto = onnx.ModelProto.FromString(
        model(nodes, {"x": (np.float32, list(SHAPE))}, {"y": np.float32}, constants)
    )
    for key, value in PROPERTIES.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = key, value
    graph = npucore.load(proto.SerializeToString())
    path = folder / "model.npu"
    npucore.compile(graph, "reference").write(path)

    def answer(x: Array) -> Array:
        rows: Array = (x.mean((2, 3)) @ weights.T).reshape(1, 6, 4)
        return rows

    return path, answer
