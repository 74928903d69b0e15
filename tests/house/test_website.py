# SPDX-License-Identifier: MIT
"""The documentation site, built strictly: a link, an anchor or a page that is missing fails it."""

from __future__ import annotations

import html
import json
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


ASKS = {
    "my kernel mainline": "Does it run on my kernel?",
    "YOLO detectors": "Does it run YOLO and other detectors?",
    "LLM transformers": "Does it run LLMs and transformers?",
    "three cores": "Does it use all three cores?",
    "which ops fell back why": "Which ops run on the NPU, which fell back to the CPU, and why?",
    "plug-in framework": "Is there a plug-in for the framework I already use?",
    "pip install pinned torch": "Can I pip install it without pinned torch, protobuf or numpy?",
    "quantize accuracy layer": "How do I quantize and keep the accuracy, and which layer broke it?",
    "Frigate NVR": "Does it work with Frigate and other NVRs?",
    "error messages": "Do error messages say what to do?",
    "crash hang board": "Can it crash or hang the board, and may several processes use it?",
    "int4 int16 mixed precision": "Does it support int4, int16 or mixed precision?",
    "first inference compile cache": "Is the first inference slow: compile once, cache, ship?",
    "container privileged": "Does it run in a container without privileged?",
    "RK3566 RK3576 RV1106": "Which other SoCs: RK3566, RK3568, RK3576, RV1106, VIP9000?",
    "zero copy camera dma-buf": "Is there zero copy from the camera (dma-buf, RGA, GStreamer)?",
    "registers documented blob": "Are the registers documented, or is it a blob?",
    "timing stable": "Is the timing stable and explained?",
    "dynamic shapes": "Can shapes be dynamic?",
    "Python first": "Can I use it from Python first?",
    "power": "How much power does it take?",
}
"""The words of each theme that people ask for, and the question of the FAQ that answers it."""


def test_each_of_the_themes_is_found_by_its_words(site: Path) -> None:
    """By the search of the site, which shows sections that hold all words, titles first."""
    index = json.loads((site / "search" / "search_index.json").read_text())["docs"]
    assert len(ASKS) == 21
    for words, question in ASKS.items():
        found = [each for each in index if holds(each["title"] + each["text"], words)]
        found.sort(key=lambda each: -sum(holds(each["title"], word) for word in words.split()))
        titles = [html.unescape(each["title"]) for each in found]
        assert question in titles[:3], (words, titles[:5])


def holds(text: str, words: str) -> bool:
    return all(word.lower() in text.lower() for word in words.split())
