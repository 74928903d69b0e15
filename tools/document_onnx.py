# SPDX-License-Identifier: MIT
"""Write docs/onnx-operators.md: ``python -m tools.document_onnx > docs/onnx-operators.md``.

ONNX's own node tests are run against the reference backend, by ONNX's own runner.
"""

from __future__ import annotations

import re
import unittest
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any

from npucore.errors import InputError, UnsupportedError
from npucore.onnx.backend import NpucoreBackend, NpucoreRep
from npucore_onnx.fold import FOLDERS, KNOWN
from npucore_onnx.ops import builders
from npucore_onnx.qdq import COMPUTED, MOVED
from npucore_onnx.qoperator import REWRITES

HEAD = """\
# ONNX operators

Written by `python -m tools.document_onnx` from the frontend's tables and from a run of ONNX's own
node tests; not edited by hand.
How they are read: [onnx.md](onnx.md).
"""

KINDS = (  # pattern of a refusal -> what kind it is; the group is the detail
    (r"node \d+ \((\S+?)(?: '.*')?\): not supported", "the operator is not read"),
    (r"node \d+ \((\S+?)(?: '.*')?\): control flow", "control flow"),
    (r"(?:is of type|of type) (\w+)", "the dtype has no counterpart"),
    (r"is no tensor, but (\w+)", "sequences and optional values"),
    (r"nothing runs .*\(reference: (.*)\)$", "the reference backend has no kernel"),
    (
        r"has the shape \(.*\), not \((\))|(not \(.*\))$",
        "the test feeds a shape that its model denies",
    ),
    (r"is (computed), not constant", "an operand has to be constant"),
    (r"node \d+ \((.*)$", "a setting of the operator"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a node test: ``passed``, ``skipped`` or ``failed``."""

    name: str
    status: str
    reason: str = ""
    ops: int = 0


class _Rep(NpucoreRep):
    """Refusals are skips, with their reason."""

    ran: int = 0

    def run(self, inputs: Any, **options: Any) -> Any:
        try:
            outputs = super().run(inputs, **options)
        except (UnsupportedError, InputError) as error:
            raise unittest.SkipTest(str(error)) from None
        _Rep.ran = len(self.graph.ops) if self.graph is not None else 0
        return outputs


class _Judge(NpucoreBackend):
    @classmethod
    def prepare(cls, model: Any, device: str = "CPU", **options: Any) -> NpucoreRep:
        return _Rep(model, cls.backend)


class _Result(unittest.TestResult):
    def __init__(self) -> None:
        super().__init__()
        self.judged: list[Judged] = []

    def _add(self, test: unittest.TestCase, status: str, reason: str = "") -> None:
        name = test.id().rpartition(".")[2].removesuffix("_cpu")
        self.judged.append(Judged(name, status, reason, _Rep.ran))

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802  unittest's name
        self._add(test, "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        self._add(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._add(test, "failed", str(err[1]))

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._add(test, "failed", f"{type(err[1]).__name__}: {err[1]}")


def judge() -> list[Judged]:
    """Every node test of the installed onnx package."""
    from onnx.backend.test import BackendTest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = BackendTest(_Judge, __name__).test_cases["OnnxBackendNodeModelTest"]
        result = _Result()
        unittest.defaultTestLoader.loadTestsFromTestCase(cases).run(result)
    return [j for j in result.judged if not j.name.endswith("_cuda")]


def kind_of(reason: str) -> tuple[str, str]:
    """(kind, detail) of a refusal."""
    for pattern, kind in KINDS:
        if match := re.search(pattern, reason):
            detail = next((group for group in match.groups() if group), "")
            return kind, re.sub(r" ?'.*?'|[`|]", "", detail)[:80]
    return "other", re.sub(r"^model: ", "", reason)[:80]


def document(judged: list[Judged]) -> str:
    """The whole page."""
    return f"{HEAD}\n{_operators()}\n{_tests(judged)}"


def _operators() -> str:
    rows = []
    for (domain, name), builder in sorted(builders().items()):
        meaning = (builder.__doc__ or "").split("\n")[0].rstrip(".")
        rows.append(f"| {f'{domain}.' if domain else ''}{name} | {meaning} |")
    quantized = ", ".join(f"{d}.{n}" if d else n for d, n in sorted(REWRITES))
    return (
        "## What becomes of each\n\n| operator | what it becomes |\n| --- | --- |\n"
        + "\n".join(rows)
        + f"\n\nQuantized operators, read as the float operator on stored integers: {quantized}.\n"
        + f"\nFused between DequantizeLinear and QuantizeLinear: {', '.join(sorted(COMPUTED))}; "
        + f"moved as stored integers: {', '.join(sorted(MOVED))}.\n"
        + "\nComputed while the file is read, where their operands are constant: "
        + f"{', '.join(sorted({*FOLDERS, *KNOWN}))}.\n"
        + "\nAny other operator that ONNX defines by a function body, and functions of the file, "
        "are read as that body; com.microsoft.NhwcMaxPool is MaxPool between transpositions.\n"
    )


def _tests(judged: list[Judged]) -> str:
    counts = Counter(j.status for j in judged)
    folded = sum(j.status == "passed" and j.ops == 0 for j in judged)
    kinds: dict[str, Counter[str]] = {}
    for j in judged:
        if j.status == "skipped":
            kind, detail = kind_of(j.reason)
            kinds.setdefault(kind, Counter())[detail] += 1
    rows = [
        f"| {kind} | {details.total()} | "
        + ", ".join(f"{d} {n}" for d, n in sorted(details.items(), key=lambda e: (-e[1], e[0])))
        + " |"
        for kind, details in sorted(kinds.items(), key=lambda e: -e[1].total())
    ]
    return (
        "## ONNX's node tests on `reference`\n\n"
        f"{len(judged)} tests: {counts['passed']} passed ({folded} of them have no op left, since "
        f"all is computed while the file is read), {counts['failed']} failed, "
        f"{counts['skipped']} skipped:\n\n| reason | tests | details |\n| --- | ---: | --- |\n"
        + "\n".join(rows)
        + "\n"
    )


if __name__ == "__main__":
    print(document(judge()), end="")
