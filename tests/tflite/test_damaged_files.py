# SPDX-License-Identifier: MIT
"""Files that nobody has vouched for: an answer or one sentence, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import npucore
from npucore.errors import InvalidModelError
from npucore_tflite import parse
from tools.fuzz.mutate import Mutator
from tools.fuzz.run import attempt, fuzz

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


@pytest.mark.slow
def test_mutations_are_run_or_refused_in_a_worker_with_little_memory() -> None:
    outcome = fuzz(DIGITS, range(400))
    assert outcome.failures == []
    assert sum(outcome.counts.values()) == 400
    assert min(outcome.counts["answer"], outcome.counts["invalid"]) > 40


def test_mutations_repeat() -> None:
    data = DIGITS.read_bytes()
    assert Mutator(data).mutation(5) == Mutator(data).mutation(5) != data


@pytest.mark.parametrize("size", [0, 1, 7, 8, 100, 5000])
def test_a_file_that_ends_too_early_is_refused(size: int) -> None:
    with pytest.raises(InvalidModelError):
        parse(DIGITS.read_bytes()[:size])


def test_what_is_not_tflite_is_named() -> None:
    with pytest.raises(InvalidModelError, match=r"cat.jpg: not a TFLite file"):
        parse(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100), "cat.jpg")


def test_the_fuzzer_itself_notices_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(data: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tools.fuzz.run.parse", crash)
    assert attempt(b"")[0] == "ZeroDivisionError"


def test_the_fuzzer_itself_notices_a_death(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.fuzz.run.attempt", lambda data, backend: os._exit(9))
    failures = fuzz(DIGITS, range(3)).failures
    assert [f.split(" in ")[0] for f in failures] == [
        f"mutation {n}: worker died or hung (9)" for n in range(3)
    ]


def test_the_fuzzer_itself_notices_slowness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.fuzz.run.SECONDS", 0.0)
    assert len(fuzz(DIGITS, range(3)).failures) == 3
