# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

from .conftest import Command

REASON = "picky: no softmax in this chip"


def test_a_summary_says_what_runs_where_and_why_not(npucore: Command, model: Path) -> None:
    lines = npucore("explain", model, "--backend", "picky").out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["runs", "on", "ops", "MACs", "share"],
        ["picky", "1", "of", "2", "0"],
        ["reference", "1", "of", "2", "0"],
    ]
    assert lines[3] == "2 runs of ops in turn, so 1 crossing between backends"
    assert lines[5] == "why 1 op is not on picky:"
    assert lines[6].startswith("  1 op, softmax; 0.")
    assert " ".join(line.strip() for line in lines[6:]).endswith(f"ms on the CPU: {REASON}")


def test_every_op_stands_with_its_backend_and_reason(npucore: Command, model: Path) -> None:
    lines = npucore("explain", model, "--backend", "picky", "--all").out.splitlines()
    assert lines[1].split()[:5] == ["0", "reshape", "flat", "1x12", "picky"]
    assert REASON in lines[2]


def test_the_table_of_ops_numbers_its_reasons(npucore: Command, model: Path) -> None:
    lines = npucore("explain", model, "--backend", "picky", "--ops").out.splitlines()
    assert lines[0].split() == ["#", "ops", "name", "MACs", "on", "why", "evidence"]
    assert lines[2].split() == ["1", "softmax", "scores", "reference", "1"]
    assert lines[-1] == f"why 1: {REASON}"


def test_ways_to_show_ops_exclude_each_other(npucore: Command, model: Path) -> None:
    assert npucore("explain", model, "--ops", "--all").status == 2


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
    assert list(report) == ["model", "backend", "ops", "summary", "ranges"]
    assert report["ranges"] is None
    assert list(report["ops"][0]) == [
        "index",
        "op",
        "name",
        "backend",
        "reason",
        "evidence",
        "macs",
    ]
    summary = report["summary"]
    (cause,) = summary.pop("causes")
    assert (cause["reason"], cause["ops"], cause["kinds"]) == (REASON, [1], ["softmax"])
    assert cause["cpu_ms"] > 0
    assert summary == {
        "ops": 2,
        "by_backend": {"picky": 1, "reference": 1},
        "macs": {"picky": 0, "reference": 0},
        "work": [],
        "fallbacks": 1,
        "runs": 2,
        "modelled": None,
        "board": None,
        "advice": [],
    }


def test_evidence_is_of_hardware_alone(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "careful")
    report = json.loads(npucore(*words, "--json").out)
    assert [op["backend"] for op in report["ops"]] == ["careful", "reference"]
    assert [op["evidence"] for op in report["ops"]] == ["sibling", None]
    assert "proven" not in npucore(*words, "--all").out
    assert npucore(*words, "--ops").out.splitlines()[1].split()[-1] == "sibling"


def one_line(text: str) -> str:
    """However it is wrapped."""
    return " ".join(text.split())


HERE = "careful: on the simulator 1 of 2 ops (trust=sibling)"
BOARD = "on a board 0 of 2 ops (trust=shown)"


def test_both_trusts_are_spoken_of(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "careful")
    assert f"{HERE}; {BOARD}" in one_line(npucore(*words).out)
    bolder = one_line(npucore(*words, "--trust", "paper").out)
    assert f"{HERE.replace('sibling', 'paper')}; {BOARD}" in bolder
    work = json.loads(npucore(*words, "--json").out)["summary"]["work"]
    assert [(w["where"], w["trust"], w["ops"]) for w in work] == [
        ("simulator", "sibling", 1),
        ("board", "shown", 0),
    ]


def test_a_board_in_full(npucore: Command, model: Path) -> None:
    done = npucore("explain", model, "--backend", "careful", "--board")
    assert "careful 0 of 2 0 reference 2 of 2 0" in one_line(done.out)
    assert f"careful: {BOARD}" in done.out.splitlines()
    assert "careful: needs trust=sibling" in one_line(done.out)


def test_less_evidence_is_tried_before_it_is_advised(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "careful", "--board")
    advice = json.loads(npucore(*words, "--json").out)["summary"]["advice"]
    assert [(a["step"], a["value"], a["ops"]) for a in advice] == [("trust", "sibling", 1)]
    assert "try next: --trust sibling" in npucore(*words).out
    assert "try next" not in npucore("explain", model, "--backend", "careful").out


def test_a_network_on_the_cpu_alone_is_shown_to_an_npu(npucore: Command, model: Path) -> None:
    words = ("explain", model, "--backend", "reference")
    (advice,) = json.loads(npucore(*words, "--json").out)["summary"]["advice"]
    assert (advice["step"], advice["value"], advice["ops"]) == ("backend", "careful", 1)


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
