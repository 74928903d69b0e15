# SPDX-License-Identifier: MIT
"""The documentation site, built strictly: a link, an anchor or a page that is missing fails it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import npucore
from tests.material.once import once, shared_folder

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shared_folder(tmp_path_factory) / "site"
    assert once(tmp_path_factory, "site", lambda: built(folder)) == ""
    return folder


def built(folder: Path) -> str:
    """Build the site; what was said if it failed."""
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    page = (site / "api" / "npucore" / "index.html").read_text()
    missing = {name for name in npucore.__all__ if f'id="npucore.{name}"' not in page}
    assert missing <= {"__version__", "hookimpl"}  # values without a docstring


def test_examples_in_docstrings_are_code_and_no_quotations(site: Path) -> None:
    for page in site.glob("api/*/index.html"):
        assert "<blockquote>" not in page.read_text(), page


def test_the_readme_is_the_first_page_and_decisions_are_listed(site: Path) -> None:
    assert 'id="try-it"' in (site / "index.html").read_text()
    decisions = (site / "adr" / "index.html").read_text()
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        assert f'href="{path.stem}/"' in decisions, path.name
