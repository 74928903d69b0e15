# SPDX-License-Identifier: MIT
"""Pages as headless Chromium sees them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROBE = (
    "<script>parent.postMessage([innerWidth, document.documentElement.scrollWidth,"
    " document.images.length, document.scripts.length].join(' '), '*')</script>"
)
FRAME = (  # a window is never narrower than 500 pixels; a frame may be
    "<title></title><script>onmessage = (told) => {{ document.title = told.data }}</script>"
    "<iframe width={width} height=900 style='border: 0' src='{page}'></iframe>"
)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"),
    *("--disable-background-networking", "--virtual-time-budget=3000"),
)


@dataclass(frozen=True)
class Screen:
    """A page in a window.

    Parameters
    ----------
    width, needed
        Pixels that there are, and that the page takes without scrolling sideways.
    images, scripts
        Elements of these kinds, those that the page itself has.
    complaints
        What the console was told: errors of scripts, and requests that were refused.
    """

    width: int
    needed: int
    images: int
    scripts: int
    complaints: list[str]


def screen(page: Path, width: int) -> Screen:
    """Open *page* in a window of that width; skips where there is no Chromium."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip("there is no Chromium here")
    probed, frame = (page.with_name(f"{word}-{width}-{page.name}") for word in ("probed", "frame"))
    head, end, tail = page.read_text().rpartition("</body>")
    assert end, "the page has no end"
    probed.write_text(head + PROBE + end + tail)
    frame.write_text(FRAME.format(width=width, page=probed.name))
    words = [browser, *FLAGS, f"--user-data-dir={page.parent / 'profile'}"]
    words += ["--dump-dom", frame.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    found = re.search(r"<title>(\d+) (\d+) (\d+) (\d+)</title>", done.stdout)
    assert found is not None, done.stdout[:300]
    own, needed, images, scripts = map(int, found.groups())
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Screen(own, needed, images, scripts - 1, complaints)
