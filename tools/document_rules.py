# SPDX-License-Identifier: MIT
"""Write a backend's rules: ``python -m tools.document_rules rocket > docs/rocket-rules.md``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence

from npucore.contract.backend import Capabilities, Evidence
from npucore.evidence import Claim, Fact, Outcome
from npucore.family.machine import SIMULATORS_TRUST
from npucore.family.rules import Rule
from npucore_nvdla.backend import NvdlaBackend
from npucore_nvdla.chip import SMALL
from npucore_nvdla.rules import rules as nvdla_rules
from npucore_rocket.backend import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.contradictions import CONTRADICTIONS, Contradiction
from npucore_rocket.rules import rules as rocket_rules
from npucore_rocket.rules.real_numbers import rules_of_halves
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import DEFAULT
from npucore_vsim.rules import rules as vsim_rules

HEAD = """\
# What {name} takes

Written by `python -m tools.document_rules {name}` from the rules and facts in `npucore_{name}`; not
edited by hand. Levels are those of the {chip}.

An op is taken if every rule of its kind lets it through and has at least the evidence that
`--trust` asks for; the default is `{trust}` on the simulator and `{board}` on a board.
`npucore explain MODEL --backend {name}` says of every op which rule refused it, and why. A board's
self-test (`npucore doctor --self-test`) makes rules `shown` on that board, or refuses them there.

| rule | ops | evidence | what it wants |
| --- | --- | --- | --- |
"""
BOUNDS = """
Largest errors, in LSB of the output against the exact rule: {bounds}. Ops that only move numbers
or are folded into others err by 0.

## What the levels rest on

Two independent parties that ran it on this chip make it `proven`, one `shown`, a chip of the family
or the maker's model of this one `sibling`, text `paper`. What failed on anybody's chip of this kind
is `paper`, whoever else saw it work, until a board's own self-test has shown it.
"""
CLAIMS = """
| claim | evidence | rules | who saw what, on which chip |
| --- | --- | --- | --- |
"""
HALVES = """
## Real numbers, with `--option floats=fp16`

| rule | ops | evidence | what it wants |
| --- | --- | --- | --- |
"""

NOTES_ON_VSIM = """
`modelled` says that VeriSilicon's own simulator took such jobs. The table of capabilities says of
convolutions that its results were compared with a formula, without a mismatch; of pools, look-ups
and copies it says "captured", which leaves open whether anybody compared what came out. Tests here
(`tests/vsim/test_sim.py`) hold this project's simulator against the outputs that lie beside the
captures. No chip has a part in that.

`rows` and `constant matrix` rest on the claim about convolutions, because a matrix is lowered to a
convolution of one window or of 1 x 1. No party is known to have run one on a chip.
"""
NOTES_ON_NVDLA = """
`modelled` says that NVIDIA's own C model did it and its output was compared: with a formula for
convolutions, whose streams and outputs `python -m tools.replay nvdla` plays, with the checksums of
the maker's trace tests for all others. No chip has a part in that.
"""
CONTRADICTED = """
## Where boards contradict each other

| topic | followed | what others saw | source | the self-test's question |
| --- | --- | --- | --- | --- |
"""


def document(name: str) -> str:
    """The whole page of a backend."""
    if name == RocketBackend.name:
        page = _page(
            name, "rk3588", SIMULATORS_TRUST, RocketBackend.capabilities, rocket_rules(RK3588)
        )
        page += HALVES + "".join(map(_rule, rules_of_halves(RK3588)))
        page += CLAIMS + "".join(_claims(rules_of_halves(RK3588)))
        return page + CONTRADICTED + "".join(map(_contradiction, CONTRADICTIONS))
    if name == NvdlaBackend.name:
        of_small = nvdla_rules(SMALL)
        page = _page(name, SMALL.name, SIMULATORS_TRUST, NvdlaBackend.capabilities, of_small)
        return page + NOTES_ON_NVDLA
    rules = vsim_rules(DEFAULT)
    page = _page(VsimBackend.name, DEFAULT.name, SIMULATORS_TRUST, VsimBackend.capabilities, rules)
    return page + NOTES_ON_VSIM


def _page(
    name: str, chip: str, trust: Evidence, capabilities: Capabilities, rules: Sequence[Rule]
) -> str:
    errors = sorted((op, bound) for op, bound in capabilities.ops.items() if bound)
    bounds = ", ".join(f"`{op}` {bound:g}" for op, bound in errors)
    head = HEAD.format(name=name, chip=chip.upper(), trust=trust, board=Evidence.SHOWN)
    rows = "".join(map(_rule, rules))
    return head + rows + BOUNDS.format(bounds=bounds) + CLAIMS + "".join(_claims(rules))


def _claims(rules: Sequence[Rule]) -> list[str]:
    claims = {rule.claim.what: rule.claim for rule in rules}
    return [_claim(claim, rules) for claim in claims.values()]


def _rule(rule: Rule) -> str:
    kinds = ", ".join(f"`{kind.name}`" for kind in rule.kinds)
    wanted = " ".join((inspect.getdoc(rule.refuse) or "").split())
    return f"| {rule.name} | {kinds} | {rule.evidence} | {wanted} |\n"


def _claim(claim: Claim, rules: Sequence[Rule]) -> str:
    mine = ", ".join(dict.fromkeys(r.name for r in rules if r.claim.what == claim.what))
    facts = "; ".join(map(_fact, claim.facts))
    return f"| {claim.what} | {claim.evidence} | {mine} | {facts} |\n"


def _contradiction(c: Contradiction) -> str:
    return f"| {c.topic} | {c.followed} | {c.other} | {c.source} | {c.question} |\n"


def _fact(fact: Fact) -> str:
    outcome = "" if fact.outcome is Outcome.RAN else f" ({fact.outcome.value})"
    return f"{fact.chip}: {fact.party}{outcome}, {fact.source}"


if __name__ == "__main__":
    print(document(sys.argv[1]), end="")
