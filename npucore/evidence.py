# SPDX-License-Identifier: MIT
"""How well a fact about hardware is known: computed from who saw it, on which chip."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class Evidence(enum.IntEnum):
    """How well it is known that the hardware does what a rule, field or formula says."""

    PAPER = 1  # register text or inference
    SIBLING = 2  # ran on a chip of the family
    SHOWN = 3  # one party's hardware
    PROVEN = 4  # ran on the chip, confirmed independently

    def __str__(self) -> str:
        return self.name.lower()


UNNAMED = "a party that the source leaves unnamed"
"""As `Fact.party`: it may be any of those that are named, so it confirms none of them."""


class Outcome(enum.Enum):
    """The result that a party saw."""

    RAN = "ran"  # the chip did it
    MODELLED = "modelled"  # the maker's own model of the chip did it
    READ = "read"  # a manual or a stream says it; no run of it is known
    FAILED = "failed"  # the chip did not do it


@dataclass(frozen=True, slots=True)
class Fact:
    """One party's observation of *what* on one chip.

    Parameters
    ----------
    what
        The claim, in a few words; facts with the same words are about the same claim.
    chip
        The chip's name, as its backend's table has it.
    party
        Who ran it. Parties of different names worked independently of each other; of `UNNAMED`
        nobody knows.
    source
        Where that can be read.
    """

    what: str
    chip: str
    party: str
    source: str
    outcome: Outcome = Outcome.RAN


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about a chip, the facts about it, and the level that follows from them."""

    what: str
    chip: str
    facts: tuple[Fact, ...]
    evidence: Evidence

    @property
    def contradicted(self) -> bool:
        """Whether somebody's chip of this kind did not do it."""
        return any(f.outcome is Outcome.FAILED and f.chip == self.chip for f in self.facts)


def level(facts: Iterable[Fact], chip: str) -> Evidence:
    """How well facts about one claim make it known for *chip*.

    Two independent parties on that chip: proven; one, whether or not unnamed ones join it: shown; a
    chip of the family, or its maker's model of this one: sibling; text: paper. Where a party saw
    the chip fail, paper, even if others saw it work: the owner's board has to say.

    >>> facts = [Fact("it adds", "one", "Ann", "her log"), Fact("it adds", "one", "Bob", "his")]
    >>> [str(level(facts, name)) for name in ("one", "other")]
    ['proven', 'sibling']
    """
    known = list(facts)
    if any(fact.outcome is Outcome.FAILED and fact.chip == chip for fact in known):
        return Evidence.PAPER
    ran = [fact for fact in known if fact.outcome is Outcome.RAN]
    parties = {fact.party for fact in ran if fact.chip == chip}
    if parties:
        return Evidence.PROVEN if len(parties - {UNNAMED}) > 1 else Evidence.SHOWN
    modelled = any(fact.outcome is Outcome.MODELLED for fact in known)
    return Evidence.SIBLING if ran or modelled else Evidence.PAPER


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a family of chips."""

    every: Sequence[Fact]

    def claim(self, what: str, chip: str) -> Claim:
        """*what*, of *chip*. Raises `KeyError` for words that no fact has."""
        mine = tuple(fact for fact in self.every if fact.what == what)
        if not mine:
            raise KeyError(what)
        return Claim(what, chip, mine, level(mine, chip))
