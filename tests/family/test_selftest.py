# SPDX-License-Identifier: MIT
"""What a self-test says of a rule, and what is kept of that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from npucore.errors import DeviceError, InputError
from npucore.family import measured
from npucore.family.measured import Measured
from npucore.family.selftest import Case, Outcome, SelfTest

BACKEND = "somebody"


class HangsError(DeviceError):
    """A job that the device failed."""


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return measured.path(BACKEND)


def outcome(found: bytes, wanted: bytes = b"abc") -> Callable[[], Outcome]:
    return lambda: Outcome(found, wanted)


def failing(error: Exception) -> Callable[[], Outcome]:
    def run() -> Outcome:
        raise error

    return run


RIGHT, WRONG = outcome(b"abc"), outcome(b"abd")
HANGS, LOST = failing(HangsError("it hangs")), failing(DeviceError("no memory"))
SAME = outcome(b"aaa", b"aaa")


@pytest.mark.parametrize(
    ("runs", "right", "detail"),
    [
        ([RIGHT], True, "3 bytes as simulated: confirmed"),
        ([RIGHT, RIGHT], True, "6 bytes in 2 cases as simulated: confirmed"),
        ([RIGHT, WRONG], False, "case 1: 1 of 3 bytes differ from the simulator's: refuted"),
        ([HANGS, RIGHT], False, "case 0: it hangs"),
        ([LOST, RIGHT], None, "case 0: no memory"),
        ([LOST, WRONG], False, "case 1: 1 of 3 bytes differ from the simulator's: refuted"),
        ([RIGHT, SAME], None, "case 1: every byte of its answer is the same, which proves nothing"),
        ([], None, "this self-test has no case for it"),
    ],
    ids=["right", "twice", "wrong", "hangs", "lost", "lost and wrong", "constant", "none"],
)
def test_a_rule_is_confirmed_if_all_of_its_cases_are_right(
    runs: list[Callable[[], Outcome]], right: bool | None, detail: str
) -> None:
    test = SelfTest(BACKEND, HangsError, lambda text: None)
    cases = [Case(f"case {number}", run) for number, run in enumerate(runs)]
    (finding,), found = test.judge({"a": cases})
    assert finding.detail == detail
    assert finding.state == {True: "ok", False: "error", None: "unknown"}[right]
    confirmed = frozenset("a") if right else frozenset()
    refuted = frozenset("a") if right is False else frozenset()
    assert found == Measured(confirmed, refuted)


def test_progress_is_told_by_case() -> None:
    said: list[str] = []
    SelfTest(BACKEND, HangsError, said.append).ask("rule: a", [Case("", RIGHT), Case("b", RIGHT)])
    assert said == ["rule: a", "rule: a b"]


def test_a_record_that_cannot_be_kept_is_a_finding(records: Path) -> None:
    test = SelfTest(BACKEND, HangsError, lambda text: None)
    assert test.keep("this", Measured()).state == "ok"
    records.write_text("{")
    assert test.keep("this", Measured()).state == "error"


def test_a_record_is_kept_for_one_board_of_one_backend(records: Path) -> None:
    found = Measured(frozenset(["a"]), frozenset(["b"]))
    measured.record(BACKEND, "this", found)
    measured.record(BACKEND, "other", Measured())
    assert measured.recall(BACKEND, "this") == found
    assert measured.recall(BACKEND, "third") == Measured()
    assert measured.recall("nobody", "this") == Measured()
    assert json.loads(records.read_text())["version"] == 1


@pytest.mark.parametrize("text", ["", "{}", '{"version": 2}', '{"version": 1, "boards": []}'])
def test_a_damaged_record_is_said_to_be(records: Path, text: str) -> None:
    records.parent.mkdir(parents=True)
    records.write_text(text)
    with pytest.raises(InputError, match=r"no record of a self-test .*; delete it"):
        measured.recall(BACKEND, "this")


def test_the_record_of_rocket_is_where_it_was(tmp_path: Path) -> None:
    assert measured.path("rocket") == tmp_path / "npucore" / "rocket-measured.json"
