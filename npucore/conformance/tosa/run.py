# SPDX-License-Identifier: MIT
"""Runs the tests: Arm's reference model says what is right, a backend what it has."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from npucore.conformance.error import difference, shape_error
from npucore.conformance.judge import answer
from npucore.conformance.maker import Problem
from npucore.conformance.tosa import file, pair
from npucore.conformance.tosa.builder import PAIRED, Builder, NotExpressibleError
from npucore.conformance.tosa.file import NotReadableError, Test
from npucore.conformance.tosa.operators import BUILDERS
from npucore.contract.backend import Backend
from npucore.errors import InputError, NpucoreError
from npucore.quantize import Rounding
from npucore.tensor import Array

MODEL, SCHEMA = "tosa_reference_model", "tosa.fbs"


@dataclass(frozen=True, slots=True)
class Result:
    """How one test ended: *skipped* with a reason, failed with a *fault*, or passed."""

    test: str
    operator: str
    skipped: str | None = None
    fault: str | None = None
    largest: int = 0  # LSB from Arm's answer


class Judge:
    """Arm's reference model, and the rule of rounding by which a backend is judged.

    A backend that claims bounds of 0 is held to TFLite's two roundings, bit for bit; others to one
    rounding, within their bounds. Raises `InputError` if the model is not installed.
    """

    def __init__(self, backend: Backend, work: Path, model: Path | None = None) -> None:
        self.model, self.backend, self.work = model or installed_model(), backend, work
        exact = not any(backend.capabilities.ops.values())
        self.rounding = Rounding.TFLITE if exact else Rounding.EXACT
        self.rescale = pair.DOUBLE if exact else pair.SINGLE

    def judge(self, folder: Path) -> Result:
        """One test."""
        operator = folder.parent.name
        try:
            test = file.read(folder)
            operator = test.operator
            problem, want = self._problem(test)
            for op in problem.graph.ops:
                if not (verdict := self.backend.supports(op, problem.graph)):
                    return Result(test.name, operator, f"{op.name}: {verdict.reason}")
            return self._compared(test, problem, want)
        except (NotReadableError, NotExpressibleError) as error:
            return Result(folder.name, operator, str(error))
        except NpucoreError as error:
            return Result(folder.name, operator, fault=f"{type(error).__name__}: {error}")

    def _problem(self, test: Test) -> tuple[Problem, list[Array]]:
        """The graph, and Arm's answer; with a RESCALE where the test ends in sums."""
        if test.operator not in BUILDERS:
            raise NotExpressibleError(f"npucore has no {test.operator}")
        step = np.float32(1)
        if test.operator in PAIRED and test.values[0].dtype == np.int8:
            test = _with_bytes(test)
            BUILDERS[test.operator](Builder(test, 1.0, self.rounding))  # can it be expressed?
            step = pair.step_of(self._answer(test.folder)[0])
            folder = self.work / test.name
            pair.paired(test.folder, folder, step, self.rescale)
            want = self._answer(folder)
            shutil.rmtree(folder)
        else:
            want = self._answer(test.folder)
        return BUILDERS[test.operator](Builder(test, float(step), self.rounding)), want

    def _answer(self, folder: Path) -> list[Array]:
        words = [str(self.model), "--test_desc", str(folder / "desc.json")]
        words += ["--operator_fbs", str(self.model.with_name(SCHEMA)), "--tosa_level", "EIGHTK"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            raise NotReadableError(f"Arm's model: {said[0] if said else done.returncode}")
        return file.results(folder)

    def _compared(self, test: Test, problem: Problem, want: list[Array]) -> Result:
        got = answer(self.backend, problem.graph, problem.inputs)
        if wrong := shape_error(got, want):
            return Result(test.name, test.operator, fault=wrong)
        apart = difference(got, want)
        claimed = self.backend.capabilities.ops
        most = max(claimed[op.name] for op in problem.graph.ops)
        fault = None if apart.within(most) else f"off by {apart}, claimed {most}"
        return Result(test.name, test.operator, None, fault, apart.largest)


def installed_model() -> Path:
    """Arm's program. Raises `InputError` if it is not installed."""
    try:
        listed = importlib.metadata.files("tosa-tools") or []
    except importlib.metadata.PackageNotFoundError:
        listed = []
    for path in listed:
        if path.name == SCHEMA and (model := Path(str(path.locate())).with_name(MODEL)).exists():
            return model
    raise InputError("Arm's reference model is not installed: pip install 'npucore[tosa]'")


def _with_bytes(test: Test) -> Test:
    """The test with the result that the RESCALE behind it has."""
    return Test(
        test.folder, test.name, test.operator, test.attributes, test.values, test.shape, "int8"
    )


def folders(root: Path) -> Iterator[Path]:
    """Every positive test below *root*."""
    for desc in sorted(root.rglob("desc.json")):
        if not json.loads(desc.read_text()).get("expected_failure"):
            yield desc.parent
