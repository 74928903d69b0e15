# SPDX-License-Identifier: MIT
"""The suite, run by pytest: progress on a terminal, and a report."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from npucore.errors import InputError

if TYPE_CHECKING:
    from npucore.conformance.report import ConformanceReport

NEEDED = ("pytest", "hypothesis", "jinja2")


def judge_backend(
    backend: str,
    *,
    quick: bool = False,
    keyword: str | None = None,
    models: str | Path | None = None,
    gaps: str | Path | None = None,
    json: str | Path | None = None,
    html: str | Path | None = None,
    junit: str | Path | None = None,
    quiet: bool = True,
    **options: Any,
) -> ConformanceReport:
    """Run the conformance suite on *backend*, ``name`` or ``name:target``, with its *options*.

    *quick* takes a sample of the cases, *keyword* those whose ids match as with pytest's ``-k``.
    *models* is a folder of networks to judge as well, *gaps* a file of known failures instead of
    the backend's own. *json*, *html* and *junit* are files for the report. Unless *quiet* progress
    is shown on a terminal. Raises `InputError` if pytest, hypothesis or jinja2 is not installed,
    and for what pytest cannot understand.
    """
    words = [f"--npu-backend={backend}"]
    words += [f"--npu-option={key}={value}" for key, value in options.items()]
    given = {
        "--npu-models": models,
        "--npu-gaps": gaps,
        "--npu-json": json,
        "--npu-html": html,
        "--junit-xml": junit,
    }
    words += [f"{option}={value}" for option, value in given.items() if value is not None]
    words += [] if keyword is None else ["-k", keyword]
    return run(words + ["--npu-quick"] * quick, quiet)


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
