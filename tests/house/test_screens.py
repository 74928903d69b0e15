# SPDX-License-Identifier: MIT
"""Pages that npucore writes, in a browser: on a telephone and a desk, with hostile names."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore.conformance.page import page
from npucore.conformance.report import (
    CaseReport,
    ColumnReport,
    ConformanceReport,
    Environment,
    Outcome,
    by_op,
    outcomes,
    refusals,
)
from tests.material.chromium import screen

pytestmark = pytest.mark.slow
WIDTHS = (420, 1280)
HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=2</script>' + "x" * 90
FOUND = ColumnReport(counts={0: 90, 1: 10}, largest=1, relative=0.0)


def conformance(folder: Path) -> Path:
    """The page of a report whose every text wants to be a script."""
    cases = [
        CaseReport(id=f"ops/{HOSTILE}", outcome=Outcome.FAILED, detail=HOSTILE, op=HOSTILE),
        CaseReport(
            id="ops/add",
            outcome=Outcome.PASSED,
            op="add",
            shape=HOSTILE,
            columns={"exact": FOUND},
        ),
        CaseReport(id="ops/mul", outcome=Outcome.REFUSED, detail=HOSTILE, op="mul"),
    ]
    report = ConformanceReport(
        backend=HOSTILE,
        summary=HOSTILE,
        device=HOSTILE,
        options={HOSTILE: HOSTILE},
        quick=True,
        started="now",
        seconds=1.0,
        outcomes=outcomes(cases),
        ops=by_op(cases, {"add": 1}),
        refusals=refusals(cases),
        gaps=[],
        scoreboard=[],
        environment=Environment(npucore="0", python="3", numpy="2", platform=HOSTILE, litert=None),
        cases=cases,
    )
    (path := folder / "conformance.html").write_text(page(report))
    return path


@pytest.mark.parametrize("width", WIDTHS)
def test_the_conformance_page_fits_and_hostile_names_are_inert(tmp_path: Path, width: int) -> None:
    path = conformance(tmp_path)
    assert "not judged" in path.read_text()
    shown = screen(path, width)
    assert shown.width == width
    assert shown.needed <= width
    assert (shown.images, shown.scripts, shown.complaints) == (0, 0, [])
