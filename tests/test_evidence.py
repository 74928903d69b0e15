# SPDX-License-Identifier: MIT
"""Levels follow from facts: who saw it, on which chip."""

from __future__ import annotations

import pytest

from npucore.evidence import UNNAMED, Evidence, Fact, Facts, Outcome, level

PAPER, SIBLING, SHOWN, PROVEN = Evidence


def fact(chip: str, party: str, outcome: Outcome = Outcome.RAN) -> Fact:
    return Fact("it adds", chip, party, "a log", outcome)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ([], PAPER),
        ([fact("mine", "the manual", Outcome.READ)], PAPER),
        ([fact("other", "Ann")], SIBLING),
        ([fact("other", "Ann"), fact("other", "Bob"), fact("third", "Cid")], SIBLING),
        ([fact("mine", "the maker", Outcome.MODELLED)], SIBLING),
        ([fact("mine", "Ann")], SHOWN),
        ([fact("mine", "Ann"), fact("mine", "Ann")], SHOWN),
        ([fact("mine", "Ann"), fact("other", "Bob")], SHOWN),
        ([fact("mine", "Ann"), fact("mine", "Bob", Outcome.READ)], SHOWN),
        ([fact("mine", "Ann"), fact("mine", "Bob")], PROVEN),
        ([fact("mine", UNNAMED)], SHOWN),
        ([fact("mine", UNNAMED), fact("mine", "Ann")], SHOWN),
        ([fact("mine", UNNAMED), fact("mine", "Ann"), fact("mine", "Bob")], PROVEN),
        ([fact("other", UNNAMED)], SIBLING),
        ([fact("mine", "Ann"), fact("mine", "Bob"), fact("mine", "Cid", Outcome.FAILED)], PAPER),
        ([fact("mine", "Ann"), fact("mine", "Bob"), fact("other", "Cid", Outcome.FAILED)], PROVEN),
    ],
)
def test_levels(facts: list[Fact], wanted: Evidence) -> None:
    assert level(facts, "mine") is wanted


def test_a_claim_has_the_facts_with_its_words_alone() -> None:
    facts = Facts([fact("mine", "Ann"), Fact("it multiplies", "mine", "Bob", "a log")])
    claim = facts.claim("it adds", "mine")
    assert [f.party for f in claim.facts] == ["Ann"]
    assert claim.evidence is SHOWN
    assert not claim.contradicted
    with pytest.raises(KeyError):
        facts.claim("it divides", "mine")


def test_a_failure_on_the_chip_contradicts() -> None:
    facts = Facts([fact("mine", "Ann"), fact("mine", "Bob", Outcome.FAILED)])
    assert facts.claim("it adds", "mine").contradicted
    assert not facts.claim("it adds", "other").contradicted
