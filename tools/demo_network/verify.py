# SPDX-License-Identifier: MIT
"""Runs the written file with LiteRT's reference kernels and compares it tensor by tensor."""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from .layers import INPUT, LAYERS
from .quantize import Int8s, QuantisedNetwork
from .simulate import run_quantised
from .train import Pixels, Samples


def run_litert(content: bytes, images: Pixels) -> dict[str, Int8s]:
    """Return every activation by name for uint8 pixels, one image at a time."""
    interpreter = Interpreter(
        model_content=content,
        num_threads=1,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    wanted = {INPUT, *(layer.name for layer in LAYERS)}
    details = interpreter.get_tensor_details()
    indices = {detail["name"]: detail["index"] for detail in details if detail["name"] in wanted}
    collected: dict[str, list[Int8s]] = {name: [] for name in indices}
    for image in images:
        stored = (image[np.newaxis].astype(np.int16) - 128).astype(np.int8)
        interpreter.set_tensor(indices[INPUT], stored)
        interpreter.invoke()
        for name, index in indices.items():
            collected[name].append(interpreter.get_tensor(index))
    return {name: np.concatenate(values) for name, values in collected.items()}


def accuracy(scores: np.ndarray, labels: Pixels) -> float:
    """Return the share of samples whose highest score is at the label."""
    return float((scores.argmax(axis=1) == labels).mean())


def compare(network: QuantisedNetwork, content: bytes, held: Samples) -> dict[str, float]:
    """Return LiteRT's accuracy and how far the numpy simulation is from it."""
    measured = run_litert(content, held.images)
    simulated = run_quantised(network, held.images)
    gaps = {
        name: np.abs(measured[name].astype(int) - simulated[name].astype(int)) for name in measured
    }
    last = LAYERS[-1].name
    same = measured[last].argmax(axis=1) == simulated[last].argmax(axis=1)
    return {
        "int8_accuracy": accuracy(measured[last], held.labels),
        "simulated_accuracy": accuracy(simulated[last], held.labels),
        "same_answers": float(same.mean()),
        "same_values": float(np.mean([(gap == 0).mean() for gap in gaps.values()])),
        "largest_difference": float(max(gap.max() for gap in gaps.values())),
    }
