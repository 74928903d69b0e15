# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

from .conftest import Command


def test_every_op_stands_with_its_backend_and_reason(npucore: Command, model: Path) -> None:
    lines = npucore("explain", model, "--backend", "picky").out.splitlines()
    assert lines[1].split()[:5] == ["0", "reshape", "flat", "1x12", "picky"]
    assert "picky: no softmax in this chip" in lines[2]


def test_the_last_line_counts(npucore: Command, model: Path) -> None:
    last = npucore("explain", model, "--backend", "picky").out.splitlines()[-1]
    reason = "picky: no softmax in this chip"
    assert last == f"1 of 2 ops on picky, 1 on reference ({reason}); 2 runs"


def test_nothing_is_compiled(npucore: Command, model: Path) -> None:
    assert npucore("explain", model, "--backend", "never").status == 0


def test_strict_exits_with_3_and_still_explains(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "picky", "--strict")
    assert (done.status, "softmax" in done.out) == (3, True)


def test_strict_accepts_a_second_backend(npucore: Command, model: Path) -> None:
    assert npucore("explain", model, "--backend", "picky,never", "--strict").status == 0


def test_without_a_fallback_a_refused_op_is_an_error(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "picky", "--fallback", "none")
    assert (done.status, "softmax -> scores" in done.err) == (2, True)


def test_json_has_exactly_the_promised_keys(npucore: Command, model: Path) -> None:
    report = json.loads(npucore("explain", model, "--backend", "picky", "--json").out)
    assert list(report) == ["model", "backend", "ops", "summary"]
    assert list(report["ops"][0]) == [
        "index",
        "op",
        "name",
        "backend",
        "reason",
        "evidence",
        "macs",
    ]
    assert report["summary"] == {
        "ops": 2,
        "by_backend": {"picky": 1, "reference": 1},
        "macs": {"picky": 0, "reference": 0},
        "work": [],
        "fallbacks": 1,
        "runs": 2,
        "modelled": None,
    }


def test_evidence_is_of_hardware_alone(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "careful")
    report = json.loads(npucore(*words, "--json").out)
    assert [op["backend"] for op in report["ops"]] == ["careful", "reference"]
    assert [op["evidence"] for op in report["ops"]] == ["sibling", None]
    assert npucore(*words).out.splitlines()[2].split()[-1] != "proven"


HERE = "careful: on the simulator 1 of 2 ops (trust=sibling)"
BOARD = "on a board 0 of 2 ops (trust=shown)"


def test_both_trusts_are_spoken_of(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "careful")
    assert npucore(*words).out.splitlines()[-1] == f"{HERE}; {BOARD}"
    assert npucore(*words, "--trust", "paper").out.splitlines()[-1] == (
        f"{HERE.replace('sibling', 'paper')}; {BOARD}"
    )
    work = json.loads(npucore(*words, "--json").out)["summary"]["work"]
    assert [(w["where"], w["trust"], w["ops"]) for w in work] == [
        ("simulator", "sibling", 1),
        ("board", "shown", 0),
    ]


def test_a_board_in_full(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "careful", "--board")
    lines = done.out.splitlines()
    assert "careful: needs trust=sibling" in lines[1]
    assert lines[-2].startswith("0 of 2 ops on careful, 2 on reference (")
    assert lines[-1] == f"careful: {BOARD}"


def test_a_board_that_cannot_be_is_an_error(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "reference", "--board")
    assert (done.status, done.err) == (2, "npucore: --board: reference has no boards\n")
    done = npucore("explain", model, "--backend", "careful", "--board", "--trust", "paper")
    assert (done.status, "leave --trust out" in done.err) == (2, True)


def test_a_target_follows_a_colon(npucore: Command, model: Path) -> None:
    assert npucore("explain", model, "--backend", "picky:b").status == 0


def test_an_unknown_target_is_an_error(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "picky:c")
    assert (done.status, "targets: a, b" in done.err) == (2, True)


def test_an_option_reaches_the_backend_that_has_it(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "picky", "--option", "trust=paper")
    assert done.status == 0


def test_an_option_that_no_backend_has_is_an_error(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "picky", "--option", "speed=9")
    assert (done.status, "no option 'speed'" in done.err) == (2, True)


def test_an_option_cannot_replace_an_argument(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--option", "strict=1")
    assert (done.status, "no backend has an option 'strict'" in done.err) == (2, True)


def test_empty_names_of_backends_are_an_error(npucore: Command, model: Path) -> None:
    assert npucore("explain", model, "--backend", "picky,").status == 2
