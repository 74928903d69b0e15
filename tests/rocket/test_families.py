# SPDX-License-Identifier: MIT
"""Blocks of families of float networks by fp16: where they run, and how far from float32."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from tests.material.onnx.families import FAMILIES
from tests.rocket.test_halves import backend

PIECES = {"MobileNetV3": 3, "EfficientNet": 3, "ConvNeXt": 7, "UNet": 3}
"""The first and the last are the order of axes; ConvNeXt's others are its normalizations."""


@pytest.mark.parametrize("name", FAMILIES)
def test_every_multiplication_of_a_block_is_on_the_npu(name: str) -> None:
    graph = npucore.load(FAMILIES[name]())
    explained = npucore.explain(graph, backend(), placement="greedy")
    assert explained.macs["rocket"] == sum(explained.macs.values()) > 0
    assert explained.runs == PIECES[name]
    x = np.random.default_rng(0).normal(0, 1, graph.inputs[0].shape).astype(np.float32)
    with npucore.Session(graph, backend(), placement="greedy") as session:
        found = session.run([x])[0].astype(np.float64)
    with npucore.Session(graph, "reference") as session:
        wanted = session.run([x])[0].astype(np.float64)
    cosine = (found * wanted).sum() / np.sqrt((found**2).sum() * (wanted**2).sum())
    assert cosine > 0.99999
    assert abs(found - wanted).max() <= 0.002 * abs(wanted).max()
