# SPDX-License-Identifier: MIT
"""Facts about a chip, which no other chip inherits as its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npucore.evidence import UNNAMED, Evidence, Outcome, level
from npucore_rocket import facts
from npucore_rocket.chip import RK3588
from npucore_rocket.layout import coefficients
from npucore_rocket.rules import rules

RULES = rules(RK3588)
SIBLINGS = (facts.RK3576, facts.RK3568, facts.RV1103)


@pytest.mark.parametrize("chip", [*SIBLINGS, "one that nobody has"])
def test_no_sibling_inherits_what_ran_on_the_rk3588_alone(chip: str) -> None:
    mine = rules(replace(RK3588, name=chip))
    for rule in mine:
        ran = {f.party for f in rule.claim.facts if f.chip == chip and f.outcome is Outcome.RAN}
        assert (rule.evidence >= Evidence.SHOWN) == bool(ran), rule.name
    assert min(rule.evidence for rule in mine) is Evidence.PAPER


def test_a_rule_that_ran_on_a_sibling_alone_is_sibling() -> None:
    for rule in RULES:
        here = [f for f in rule.claim.facts if f.chip == facts.RK3588]
        if not any(f.outcome is Outcome.RAN for f in here):
            assert rule.evidence <= Evidence.SIBLING, rule.name


def test_four_channels_in_32_bytes_stay_the_siblings() -> None:
    claim = facts.FACTS.claim(facts.CHANNEL_SCALES_OF_FOUR, facts.RK3588)
    assert {fact.chip for fact in claim.facts} == {facts.RK3568, facts.RV1103}
    assert claim.evidence is Evidence.SIBLING
    assert claim.what not in {rule.claim.what for rule in RULES}
    stream = coefficients(RK3588.coefficient_channels)
    assert stream.itemsize == 64
    assert stream["bias"].shape == (8,)


def test_scales_per_channel_are_proven_and_contradictions_are_paper() -> None:
    found = {rule.claim.what: rule.evidence for rule in RULES}
    assert found[facts.CONVOLUTION] is Evidence.PROVEN
    assert found[facts.CHANNEL_SCALES] is Evidence.PROVEN
    assert found[facts.PART_GROUPS] is Evidence.PAPER
    assert found[facts.ONE_TAP] is Evidence.SIBLING


def test_the_unnamed_party_of_relu_is_no_second_one() -> None:
    """One more on the RK3588 would be the only one that is known to be another."""
    (unnamed,) = (f for f in facts.EVERY if f.what == facts.RELU and f.chip == facts.RK3588)
    assert unnamed.party == UNNAMED
    assert level([unnamed, replace(unnamed, party=facts.GREG)], facts.RK3588) is Evidence.SHOWN


def test_every_fact_has_a_source() -> None:
    for fact in facts.EVERY:
        assert fact.what
        assert fact.party
        assert fact.source.startswith(("facts ", "reference"))
