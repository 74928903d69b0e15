# SPDX-License-Identifier: MIT
"""A folder of models: every op by its bound, the whole without an error."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from npucore.conformance.console import run
from npucore.conformance.judge_network import Network, general
from npucore.conformance.report import Outcome
from npucore.running.session import open_backend


@pytest.fixture
def models(tmp_path: Path) -> Path:
    digits = resources.files("npucore.demo") / "digits.tflite"
    (tmp_path / "digits.tflite").write_bytes(digits.read_bytes())
    shutil.copy(__file__, tmp_path / "notes.py")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["reference", "rocket"])
def test_every_op_of_a_network_is_judged(models: Path, backend: str) -> None:
    report = run(
        [f"--npu-backend={backend}", f"--npu-models={models}", "-k", "test_models"], quiet=True
    )
    assert report.passed
    whole = next(case for case in report.cases if case.op == "network")
    assert whole.outcome is Outcome.PASSED
    assert whole.columns["tflite"].counts
    assert whole.columns["tflite"].largest == 0 or backend == "rocket"  # no bound is promised
    ops = [case for case in report.cases if case.id.startswith("models/digits.tflite/")]
    assert len(ops) == len(Network(models / "digits.tflite").graph.ops)
    assert sum(case.outcome is Outcome.PASSED for case in ops) >= 4


def test_a_broken_file_is_refused_not_an_error(models: Path) -> None:
    (models / "damaged.tflite").write_bytes(b"\x1c\0\0\0TFL3" + bytes(100))
    report = run(["--npu-backend=rocket", f"--npu-models={models}", "-k", "damaged"], quiet=True)
    (case,) = report.cases
    assert case.outcome is Outcome.REFUSED
    assert "damaged.tflite" in case.detail


def test_reasons_do_not_name_a_networks_tensors(models: Path) -> None:
    network = Network(models / "digits.tflite")
    op = network.graph.ops[0]
    assert general(f"{op.inputs[0].name} is strange", op) == "input is strange"
    found = list(network.ops(open_backend("rocket")))
    assert [finding.case for finding in found[:2]] == ["000", "001"]
