# SPDX-License-Identifier: MIT
"""The documentation names what there is."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from npucore import errors, ops
from npucore.cli import COMMANDS
from npucore.conformance.new_op import public_line
from npucore.ops import Op, every_op
from npucore.plugins import Hooks
from npucore.reference.kernels import OPS
from npucore.reference.unary import UNARY
from tools import (
    document_heads,
    document_networks,
    document_openvino,
    document_ops,
    document_rules,
    driver_log,
)

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FRONTENDS = (ROOT / "frontends/tflite/npucore_tflite", ROOT / "frontends/onnx/npucore_onnx")
HOOKS = [name for name in vars(Hooks) if name.startswith("npucore_")]
ERRORS = [name for name, kind in vars(errors).items() if isinstance(kind, type)]


def test_the_table_of_ops_is_fresh() -> None:
    assert (DOCS / "ops.md").read_text() == document_ops.document()


def test_the_table_of_rockets_rules_is_fresh() -> None:
    assert (DOCS / "rocket-rules.md").read_text() == document_rules.document("rocket")


def test_the_log_of_the_drivers_calls_is_fresh() -> None:
    """``python -m tools.driver_log > docs/rocket-driver-log.md``."""
    assert (DOCS / "rocket-driver-log.md").read_text() == driver_log.document()


def test_the_table_of_vsims_rules_is_fresh() -> None:
    assert (DOCS / "vsim-rules.md").read_text() == document_rules.document("vsim")


def test_the_table_of_nvdlas_rules_is_fresh() -> None:
    assert (DOCS / "nvdla-rules.md").read_text() == document_rules.document("nvdla")


def test_the_table_of_heads_is_fresh() -> None:
    """``python -m tools.document_heads``."""
    assert document_heads.PAGE.read_text() == document_heads.document()


def test_the_operators_of_openvino_are_fresh() -> None:
    """``python -m tools.document_openvino``."""
    assert document_openvino.PAGE.read_text() == document_openvino.document()


@pytest.mark.slow
@pytest.mark.long
def test_the_table_of_networks_is_fresh(shared: Path) -> None:
    """``python -m tools.document_networks ../shared/models/tflite > docs/networks.md``."""
    page = document_networks.document(shared / "models" / "tflite")
    assert (DOCS / "networks.md").read_text() == page


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_with_its_arguments(name: str) -> None:
    arguments = ", ".join(inspect.signature(getattr(Hooks, name)).parameters)
    assert f"`{name}({arguments})`" in (DOCS / "write-a-plugin.md").read_text()


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "python.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    pages = "".join(page.read_text() for page in (ROOT / "README.md", DOCS / "run-a-model.md"))
    assert f"npucore {name}" in pages


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS.glob("*.md")], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_the_readme_has_exactly_two_set_up_commands() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0].rstrip().endswith("npucore demo")
    assert blocks[1].rstrip().endswith('-m pytest -n auto --dist worksteal -m "not slow"')


def test_every_op_is_public() -> None:
    for module in pkgutil.iter_modules([str(ROOT / "npucore/ops")]):
        importlib.import_module(f"npucore.ops.{module.name}")
    kinds = [kind for kind in Op.__subclasses__() if kind.__module__.startswith("npucore.ops.")]
    missing = [kind.__name__ for kind in kinds if kind not in every_op().values()]
    assert missing == []
    lines = inspect.getsource(ops).splitlines()
    wanted = [f"    {public_line(name)}" for name in ops.NAMES]
    assert [line for line in wanted if line not in lines] == [], "wanted in npucore/ops/__init__.py"


@pytest.mark.parametrize("name", OPS)
def test_an_op_has_its_files_of_one_name(name: str) -> None:
    kind = every_op()[name]
    assert kind.__module__ == f"npucore.ops.{name}"
    assert name in UNARY or (ROOT / f"npucore/reference/{name}.py").exists()
    assert (ROOT / f"npucore/conformance/cases/{name}.py").exists()
    sources = [path.read_text() for folder in FRONTENDS for path in folder.rglob("*.py")]
    assert any(re.search(rf"\b{kind.__name__}\b", text) for text in sources), "nothing reads it"


def test_every_decision_has_a_number_of_its_own() -> None:
    titles = [path.read_text().split("\n")[0] for path in sorted((DOCS / "adr").glob("*.md"))]
    assert [title.split(".")[0] for title in titles] == [f"# {n + 1}" for n in range(len(titles))]
