# SPDX-License-Identifier: MIT
"""Files that nobody has vouched for: an answer or one sentence, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from tests.material.onnx.write import model, node
from tools.fuzz.mutate_onnx import OnnxMutator
from tools.fuzz.run import fuzz
from tools.onnx_twin import twin

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


def shapes_and_maps(rng: np.random.Generator) -> bytes:
    """A file rich in operators whose operands say how large the result is."""
    nodes = [
        node("Conv", ["x", "w"], "a", pads=[1, 1, 1, 1], strides=[2, 2]),
        node("Resize", ["a", "", "scales"], "b", mode="linear"),
        node("Pad", ["b", "pads"], "c"),
        node("Slice", ["c", "from", "to", "axes"], "d"),
        node("Shape", ["d"], "e"),
        node("Gather", ["e", "first"], "f"),
        node("Concat", ["f", "rest"], "g", axis=0),
        node("Reshape", ["d", "g"], "h"),
        node("Expand", ["h", "twice"], "i"),
        node("Tile", ["i", "repeats"], "j"),
        node("ConvTranspose", ["a", "v"], "k", strides=[2, 2]),
        node("AveragePool", ["k"], "l", kernel_shape=[3, 3], ceil_mode=1),
        node("Flatten", ["l"], "m"),
        node("LayerNormalization", ["m", "gain"], "y"),
        node("ReduceSum", ["j"], "z"),
    ]
    constants = {
        "w": rng.normal(size=(4, 3, 3, 3)).astype(np.float32),
        "v": rng.normal(size=(4, 2, 3, 3)).astype(np.float32),
        "gain": np.ones(162, np.float32),
        "scales": np.array([1, 1, 2, 2], np.float32),
        "pads": np.array([0, 0, 1, 1, 0, 0, 1, 1]),
        "from": np.array([0]),
        "to": np.array([3]),
        "axes": np.array([1]),
        "first": np.array([0]),
        "rest": np.array([-1]),
        "twice": np.array([2, 1]),
        "repeats": np.array([1, 2]),
    }
    ends = {"x": (np.float32, [1, 3, 9, 9])}
    return model(nodes, ends, {"y": np.float32, "z": np.float32}, constants)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["qdq", "qoperator", "float"])
def test_mutations_are_run_or_refused_in_a_worker_with_little_memory(
    tmp_path: Path, rng: np.random.Generator, form: str
) -> None:
    if form == "float":
        data = shapes_and_maps(rng)
    else:
        data = twin(npucore.load(DIGITS), form == "qoperator").SerializeToString()
    (path := tmp_path / "seed.onnx").write_bytes(data)
    outcome = fuzz(path, range(250))
    assert outcome.failures == []
    assert sum(outcome.counts.values()) == 250
    assert min(outcome.counts["answer"], outcome.counts["invalid"]) > 20


def test_mutations_repeat(rng: np.random.Generator) -> None:
    data = shapes_and_maps(rng)
    assert OnnxMutator(data).mutation(5) == OnnxMutator(data).mutation(5) != data
