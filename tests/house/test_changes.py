# SPDX-License-Identifier: MIT
"""Every file in ``changes`` becomes a part of the changelog."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGES = ROOT / "changes"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]
KINDS = [kind["directory"] for kind in SETTINGS["type"]]
NAME = re.compile(rf"\d+(\.[a-z0-9-]+)?\.({'|'.join(KINDS)})\.md")
FRAGMENTS = sorted(path for path in CHANGES.iterdir() if path.name != "template.jinja")


def test_the_kinds_are_the_five_that_are_documented() -> None:
    assert KINDS == ["feature", "fix", "doc", "removal", "hardware"]
    for page in ("CHANGELOG.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text()
        assert all(f"`{kind}`" in text for kind in KINDS), page


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_a_change_has_a_number_a_kind_and_a_text(path: Path) -> None:
    assert NAME.fullmatch(path.name), f"{path.name}: wanted NUMBER[.NAME].{'|'.join(KINDS)}.md"
    assert path.read_text().strip()


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_links_in_a_change_are_relative_to_the_changelog(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_changelog_can_be_built() -> None:
    """Every change is in the draft of a release, and the real one has a place to go to."""
    words = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.9.9"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("## 9.9.9 (")
    for path in FRAGMENTS:
        assert f"- {path.read_text().splitlines()[0]}" in done.stdout, path.name
    marker = "<!-- towncrier release notes start -->\n"
    assert marker in (ROOT / "CHANGELOG.md").read_text()
