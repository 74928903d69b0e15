# SPDX-License-Identifier: MIT
"""Public networks: every sum of products is placed, ops keep their bounds, and classes agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.conformance.console import run
from npucore.conformance.report import Outcome
from npucore.tensor import Array
from tests.material.contract.exporting import DIGITS

CLASSIFIERS = ("mobilenet_v1_0.25_128_quant", "mlperf_tiny_resnet8_int8", "mlperf_tiny_kws_int8")
LEFT = {"softmax"}
ALONE = {"reshape", "softmax"}
"""Ops that are refused where they stand alone: a reshape needs a layer beside it."""


def answers(path: Path, backend: str) -> list[Array]:
    """Of the same random inputs."""
    rng, found = np.random.default_rng(4), []
    with npucore.Session(path, backend) as session:
        for _ in range(3):
            inputs = []
            for tensor in session.inputs:
                info = np.iinfo(tensor.dtype)
                data = rng.integers(info.min, info.max + 1, tensor.shape)
                inputs.append(data.astype(tensor.dtype))
            found += session.run(*inputs)
    return found


def check(path: Path) -> None:
    """All but a softmax is placed, and the classes are the reference's, ties aside."""
    placements = npucore.compile(path, "nvdla").placements
    assert {p.op for p in placements if p.backend != "nvdla"} <= LEFT
    for ours, theirs in zip(answers(path, "nvdla"), answers(path, "reference"), strict=True):
        assert theirs.flat[ours.argmax()] == theirs.max()


def test_the_digits_of_the_demo() -> None:
    check(DIGITS)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_public_network(name: str, shared: Path) -> None:
    check(shared / "models" / "tflite" / f"{name}.tflite")


@pytest.mark.slow
def test_every_op_of_public_networks_keeps_its_bound(shared: Path, tmp_path: Path) -> None:
    for name in CLASSIFIERS:
        path = shared / "models" / "tflite" / f"{name}.tflite"
        (tmp_path / path.name).symlink_to(path)
    words = ["--npu-backend=nvdla", f"--npu-models={tmp_path}", "-k", "test_models"]
    report = run(words, quiet=True)
    assert report.failures == []
    assert report.outcomes[Outcome.PASSED] > 50
    assert {op.op for op in report.ops if op.outcomes.get(Outcome.REFUSED)} <= ALONE
