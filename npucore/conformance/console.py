# SPDX-License-Identifier: MIT
"""The suite, run by pytest: progress on a terminal, and a report."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from npucore.errors import InputError

if TYPE_CHECKING:
    from npucore.conformance.report import ConformanceReport

NEEDED = ("pytest", "hypothesis", "jinja2")


def run(words: Sequence[str], quiet: bool) -> ConformanceReport:
    """Run the suite with these options of pytest's; without progress if *quiet*.

    Raises `InputError` if what it needs is not installed, and for what pytest cannot understand.
    """
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise InputError(
            f"the conformance suite needs {', '.join(missing)}: pip install 'npucore[conformance]'"
        )
    import pytest

    from npucore.conformance.observer import Observer

    observer = Observer(show_progress=not quiet and sys.stderr.isatty())
    fixed = ["--pyargs", "npucore.conformance", "-p", "no:terminal", "-p", "no:cacheprovider"]
    fixed += ["--rootdir", ".", "--import-mode=importlib"]
    fixed += ["-c", os.devnull]  # no settings of the folder that one happens to be in
    with contextlib.redirect_stderr(io.StringIO()):  # pytest's own words about wrong options
        status = pytest.main([*fixed, *words], plugins=[observer])
    if observer.report is None:
        raise InputError(observer.complaint or f"pytest ended with {int(status)}")
    return observer.report
