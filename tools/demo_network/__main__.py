# SPDX-License-Identifier: MIT
"""Regenerates the demo network; run `python -m tools.demo_network` from the checkout."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from . import train
from .layers import LAYERS
from .quantize import QuantisedNetwork, quantise
from .verify import accuracy, compare
from .write import OPERATORS, to_tflite

PACKAGES = ("torch", "numpy", "scikit-learn", "ai-edge-litert", "flatbuffers")
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "npucore" / "demo"
DATASET = {
    "name": "Optical Recognition of Handwritten Digits",
    "authors": "E. Alpaydin, C. Kaynak",
    "year": 1998,
    "source": "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49",
    "licence": "CC BY 4.0",
    "obtained_through": "sklearn.datasets.load_digits (the 1797 samples of UCI's test part)",
    "changes": "pixels 0..16 stored as uint8 round(pixel * 255 / 16)",
}


def provenance(
    network: QuantisedNetwork, content: bytes, float_accuracy: float, checks: dict[str, float]
) -> dict[str, Any]:
    """Return what digits.json records about the network and its samples."""
    weights = network.weights.values()
    training = 1797 - train.HELD_OUT
    return {
        "description": "int8 per-channel classifier of 8x8 handwritten digits",
        "dataset": DATASET,
        "split": {
            "seed": train.SPLIT_SEED,
            "how": "stratified by digit; writers may occur on both sides",
            "training_samples": training,
            "held_out_samples": train.HELD_OUT,
            "calibration": "the training samples, smallest and largest value of each tensor",
        },
        "training": {
            "seed": train.TRAIN_SEED,
            "epochs": train.EPOCHS,
            "batch": train.BATCH,
            "learning_rate": train.LEARNING_RATE,
            "augmentation": "shifts by up to one pixel, normal noise of 0.05",
        },
        "input": "int8 (1, 8, 8, 1), scale 1/255, zero point -128: stored = pixel - 128",
        "output": "int8 (1, 10), scale 1/256, zero point -128: probability of each digit",
        "float_accuracy": round(float_accuracy, 6),
        "int8_accuracy": round(checks["int8_accuracy"], 6),
        "int8_accuracy_measured_with": "LiteRT BUILTIN_REF on the held-out samples",
        "numpy_simulation": {
            name: round(value, 6) for name, value in checks.items() if name != "int8_accuracy"
        },
        "parameters": int(sum(part.weights.size + part.bias.size for part in weights)),
        "operators": [f"{OPERATORS[layer.kind][0]} -> {layer.shape}" for layer in LAYERS],
        "written_by": "python -m tools.demo_network, with ai_edge_litert.schema_py_generated",
        "sha256": hashlib.sha256(content).hexdigest(),
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
    }


def main() -> None:
    """Train, quantise, write and check the network."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_network", description=__doc__)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="where to write")
    folder: Path = parser.parse_args().folder
    training, held = train.load_split()
    trained = train.train(training)
    network = quantise(train.fold(trained), train.run_float(trained, training.images))
    content = to_tflite(network)
    scores = train.run_float(trained, held.images)[LAYERS[-1].name]
    checks = compare(network, content, held)
    record = provenance(network, content, accuracy(scores, held.labels), checks)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digits.tflite").write_bytes(content)
    np.savez_compressed(folder / "digits.npz", images=held.images, labels=held.labels)
    (folder / "digits.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({key: record[key] for key in ("float_accuracy", "int8_accuracy")}))
    print(json.dumps(record["numpy_simulation"]))


if __name__ == "__main__":
    main()
