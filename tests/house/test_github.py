# SPDX-License-Identifier: MIT
"""Files for GitHub agree with the repository. Schemas are checked by pre-commit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
OWNED = [
    line.split()[0]
    for line in (GITHUB / "CODEOWNERS").read_text().splitlines()
    if line and not line.startswith("#")
]
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", OWNED)
def test_an_owned_folder_exists(path: str) -> None:
    assert path == "*" or (path.startswith("/") and (ROOT / path[1:]).is_dir())


def test_every_backend_and_frontend_has_an_owner() -> None:
    for folder in (ROOT / "backends").iterdir():
        assert f"/backends/{folder.name}/" in OWNED
    assert "/frontends/" in OWNED


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_pins_actions_and_runs_scripts_that_exist(path: Path) -> None:
    text = path.read_text()
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
    for script in re.findall(r"run: (\.ci/\w+)", text):
        assert (ROOT / script).stat().st_mode & 0o111, script


def test_a_board_report_asks_for_what_the_documentation_tells_to_send() -> None:
    form = (GITHUB / "ISSUE_TEMPLATE" / "board.yml").read_text()
    assert "npucore doctor --json" in form
    assert "npucore doctor --self-test --json" in form
    assert "npucore doctor --self-test --json" in (ROOT / "docs" / "board.md").read_text()
