# SPDX-License-Identifier: MIT
"""The suite as a product: what it prints and writes, and how it treats gaps."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.conformance.cases import every_case
from npucore.conformance.cases.convolution import MOST_PRODUCTS
from npucore.conformance.console import run
from npucore.conformance.graphs import every_graph
from npucore.conformance.report import Outcome
from npucore.reference import ReferenceBackend
from npucore.reference.kernels import OPS

FEW = "add-1x8x8x16 or claims"


def gaps_file(folder: Path, *tests: str) -> Path:
    path = folder / "gaps.toml"
    entry = '[[gap]]\ntests = "{}"\nkind = "notimpl"\nwhy = "a test"\n'
    path.write_text("".join(map(entry.format, tests)))
    return path


@pytest.mark.long
@pytest.mark.parametrize("backend", ["litert", "nvdla", "onnxruntime", "reference", "rocket"])
def test_our_backends_conform(backend: str) -> None:
    report = run([f"--npu-backend={backend}", "--npu-quick"], quiet=True)
    assert report.failures == []
    assert report.passed
    assert report.outcomes[Outcome.PASSED] > 250
    assert report.gaps == []


@pytest.mark.slow
def test_vsim_takes_maps_for_what_they_are() -> None:
    words = ["--npu-backend=vsim", "--npu-quick", "-k", "test_chains or seen_as or test_arrays"]
    report = run(words, quiet=True)
    assert report.failures == []
    assert report.outcomes[Outcome.PASSED] > 50


@pytest.mark.long
def test_the_reference_is_exact_in_its_own_column() -> None:
    report = run(["--npu-backend=reference", "--npu-quick", "-k", "test_ops"], quiet=True)
    for op in report.ops:
        column = op.columns["exact"]
        assert (column.largest, column.relative) == (0, 0.0)
        assert set(column.counts) <= {0}


def test_there_are_enough_cases_and_none_has_the_name_of_another() -> None:
    names = [case.id for case in (*every_case(), *every_graph())]
    assert len(every_case()) >= 1500
    assert len(names) == len(set(names))


def test_every_op_has_its_cases_in_a_file_of_its_name() -> None:
    assert {case.op for case in every_case()} == set(OPS)
    for kind in OPS:
        assert any(case.quick for case in every_case() if case.op == kind)


def test_a_case_is_the_same_every_time() -> None:
    case = every_case()[0]
    first, second = case.build(), case.build()
    assert first.graph is not second.graph
    assert [a.tobytes() for a in first.inputs] == [b.tobytes() for b in second.inputs]
    assert MOST_PRODUCTS > 0


@pytest.mark.slow
def test_answers_use_most_of_their_range() -> None:
    """A convolution whose outputs all saturate would be right by accident."""
    poor = []
    for case in every_case():
        if case.op == "convolution" and "-f" not in case.name and "float" not in case.name:
            problem = case.build()
            (output,) = ReferenceBackend().compile(problem.graph).run(problem.inputs)
            values, counts = (set(output.reshape(-1).tolist()), output.size)
            if len(values) < min(32, counts // 4) and "relu" not in case.name:
                poor.append(case.id)
    assert poor == []


def test_a_gap_that_fails_is_forgiven_and_one_that_passes_is_not(tmp_path: Path) -> None:
    gaps = gaps_file(tmp_path, "ops/add-1x8x8x16-int8-none")
    report = run(["--npu-backend=reference", f"--npu-gaps={gaps}", "-k", FEW], quiet=True)
    assert [failure.id for failure in report.failures] == ["ops/add-1x8x8x16-int8-none"]
    assert "strict" in report.failures[0].detail.lower()


def test_a_gap_that_matches_no_test_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gaps = gaps_file(tmp_path, "ops/ad-*")
    assert main(["conformance", "reference", "--gaps", str(gaps), "-k", FEW]) == 2
    assert "match no test: ops/ad-*" in capsys.readouterr().err


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[gap", "no TOML"),
        ('[[gap]]\ntests = "a"\nkind = "lazy"\nwhy = "b"', "gap.0.kind"),
        ('[[gap]]\ntests = "a"\nkind = "never"', "gap.0.why"),
        ('[[gaps]]\ntests = "a"', "gaps"),
    ],
    ids=["syntax", "kind", "why", "key"],
)
def test_a_damaged_gaps_file_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    path = tmp_path / "gaps.toml"
    path.write_text(text)
    assert main(["conformance", "reference", "--gaps", str(path), "-k", FEW]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "no backend called 'nosuch'"),
        (["reference", "--option", "speed=9"], "no option 'speed'"),
        (["reference", "-k", "nosuchtest"], "no test matches"),
        (["reference", "-k", "and and"], "Wrong expression"),
        (["reference", "--models", "/no/such/folder"], "no folder"),
        (["reference", "--html", "/no/such/folder/a.html"], "is no folder"),
        (["reference", "--gaps", "/no/such/gaps.toml"], "No such file"),
    ],
    ids=["backend", "option", "nothing", "expression", "models", "html", "gaps"],
)
def test_a_users_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["conformance", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
    assert err.startswith("npucore: ")


def test_all_forms_of_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, junit, document = (tmp_path / f"report.{kind}" for kind in ("html", "xml", "json"))
    words = ["--html", str(page), "--junit", str(junit), "--json", str(document), "-k", FEW]
    assert main(["conformance", "rocket", "--quick", *words]) == 0
    assert "rocket conforms" in capsys.readouterr().out
    report = json.loads(document.read_text())
    assert report["backend"] == "rocket"
    assert report["outcomes"]["passed"] > 0
    assert {case["id"] for case in report["cases"]} >= {"contract/claims_something"}
    html = page.read_text()
    assert "rocket" in html
    assert "http" not in html.replace("http-equiv", "")
    assert ET.parse(junit).getroot().find("testsuite") is not None


def test_json_without_a_file_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "reference", "--quick", "-k", FEW, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["backend"] == "reference"


@pytest.mark.long
def test_pytest_runs_it_from_any_folder(tmp_path: Path) -> None:
    words = ["-m", "pytest", "--pyargs", "npucore.conformance", "--npu-backend", "rocket", "-q"]
    done = subprocess.run(
        [sys.executable, *words, "-p", "no:cacheprovider", "-k", FEW],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


@pytest.mark.slow
def test_rocket_keeps_the_contract_through_the_drivers_calls() -> None:
    words = ["--npu-backend=rocket", "--npu-option=device=virtual"]
    report = run([*words, "-k", "test_contract or test_arrays"], quiet=True)
    assert report.failures == []
    assert report.outcomes[Outcome.PASSED] > 20
