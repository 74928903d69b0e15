# SPDX-License-Identifier: MIT
from __future__ import annotations

import json

import pytest

from .conftest import Command


def test_a_working_backend_tells_what_it_runs_on(npucore: Command) -> None:
    lines = npucore("backends").out.splitlines()
    line = next(line for line in lines if line.startswith("picky"))
    assert line.split()[:2] == ["picky", "ok"]
    assert "simulator: counts on its fingers" in line


def test_markup_in_a_summary_is_printed_as_it_is(npucore: Command) -> None:
    assert "takes [red]no[/red] softmax" in npucore("backends").out


def test_a_broken_backend_says_why_and_harms_nothing(npucore: Command) -> None:
    done = npucore("backends")
    line = next(line for line in done.out.splitlines() if line.startswith("broken"))
    assert (done.status, "No module named" in line) == (0, True)


def test_json_gives_bounds_targets_and_options(npucore: Command) -> None:
    found = {plugin["name"]: plugin for plugin in json.loads(npucore("backends", "--json").out)}
    assert found["picky"] == {
        "name": "picky",
        "value": "npucore_fake_plugins:Picky",
        "status": "ok",
        "detail": "takes [red]no[/red] softmax",
        "kind": "simulator",
        "device": "counts on its fingers",
        "ops": {"reshape": 1},
        "targets": ["a", "b"],
        "options": {"trust": "how daring it is"},
        "keeps": [],
        "speed": None,
    }


@pytest.mark.parametrize("name", ["tiny", "gone"])
def test_frontends_are_listed_whether_they_work_or_not(npucore: Command, name: str) -> None:
    lines = npucore("frontends").out.splitlines()
    status = next(line.split()[1] for line in lines if line.startswith(name))
    assert status == {"tiny": "ok", "gone": "broken"}[name]


def test_json_of_frontends_is_a_list(npucore: Command) -> None:
    names = [plugin["name"] for plugin in json.loads(npucore("frontends", "--json").out)]
    assert names == ["gone", "tiny"]
