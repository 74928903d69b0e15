# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint

import pytest

from npucore import plugins
from npucore.contract.backend import Program, Verdict
from npucore.demo.evaluate import Score, Skipped, evaluate, load_digits
from npucore.graph import Graph
from npucore.ops import Op, Reshape
from npucore.reference import ReferenceBackend

from .conftest import Command, Reference

SAMPLES = 360
INSTALLED = {
    plugins.BACKENDS: {
        "reference": "npucore.reference:ReferenceBackend",
        "reshaper": "npucore_fake_plugins:Reshaper",
        "lazy": "npucore_fake_plugins:Lazy",
        "crashing": "npucore_fake_plugins:Crashing",
        "broken": "npucore_that_nobody_wrote:Backend",
    },
    plugins.FRONTENDS: {"tflite": "npucore_tflite:TFLiteFrontend"},
}


class Reshaper(Reference):
    """Takes the only op that its program gets right."""

    name = "reshaper"

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict(None if isinstance(op, Reshape) else "no arithmetic here")


class Lazy(Reference):
    """Takes nothing."""

    name = "lazy"

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("not today")


class Crashing(Reshaper):
    """Has a fault of its own."""

    name = "crashing"

    def compile(self, graph: Graph) -> Program:
        raise ZeroDivisionError("oops")


@pytest.fixture
def demo(npucore: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line with the true reference and frontend, and the backends of this file."""
    for backend in (Reshaper, Lazy, Crashing):
        monkeypatch.setattr(sys.modules["npucore_fake_plugins"], backend.__name__, backend, False)

    def entry_points(group: str) -> list[EntryPoint]:
        found = INSTALLED.get(group, {})
        return [EntryPoint(name, value, group) for name, value in found.items()]

    monkeypatch.setattr(plugins, "entry_points", entry_points)
    return npucore


@pytest.mark.slow
def test_every_backend_that_takes_an_op_has_a_column(demo: Command) -> None:
    report = json.loads(demo("demo", "--json").out)
    assert [column["backend"] for column in report["backends"]] == ["reference", "reshaper"]


@pytest.mark.slow
def test_a_column_counts_what_ran_on_the_fallback(demo: Command) -> None:
    report = json.loads(demo("demo", "--backend", "reshaper", "--json").out)
    assert report["backends"][0]["placed"] == {"reshaper": 1, "reference": 16}


@pytest.mark.slow
def test_backends_without_a_column_say_why(demo: Command) -> None:
    report = json.loads(demo("demo", "--json").out)
    reasons = {skipped["backend"]: skipped["reason"] for skipped in report["skipped"]}
    assert reasons["lazy"] == "not today"
    assert reasons["crashing"] == "crashing cannot compile the network: ZeroDivisionError: oops"
    assert "npucore_that_nobody_wrote" in reasons["broken"]


def test_a_broken_backend_that_was_asked_for_is_an_error(demo: Command) -> None:
    assert demo("demo", "--backend", "broken").status == 2


def test_a_setting_that_nobody_has_is_the_users_mistake(demo: Command) -> None:
    done = demo("demo", "--option", "haste=1")
    assert (done.status, "no option 'haste' in" in done.err) == (2, True)


@pytest.mark.slow
def test_digits_stand_above_the_table(demo: Command) -> None:
    lines = demo("demo", "--backend", "reference").out.splitlines()
    assert "@@" in lines[0]
    assert len(lines[8].split()) == 4  # what the network takes them for


@pytest.mark.slow
def test_the_table_says_how_many_samples_were_right(demo: Command) -> None:
    lines = demo("demo", "--backend", "reference").out.splitlines()
    assert ["reference", "99.17%", "360"] in [line.split()[:3] for line in lines]


def test_all_held_out_samples_are_judged(demo: Command) -> None:
    score = evaluate(load_digits(), ReferenceBackend())
    assert isinstance(score, Score)
    assert (len(score.predictions), round(score.accuracy * SAMPLES)) == (SAMPLES, 357)


def test_a_slow_backend_judges_as_many_as_there_is_time_for(demo: Command) -> None:
    score = evaluate(load_digits(), ReferenceBackend(), budget_seconds=0)
    assert isinstance(score, Score)
    assert len(score.predictions) == 1


def test_a_backend_that_takes_nothing_is_skipped(demo: Command) -> None:
    assert evaluate(load_digits(), Lazy()) == Skipped("lazy", "not today")
