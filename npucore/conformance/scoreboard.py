# SPDX-License-Identifier: MIT
"""What another driver for the same hardware publishes as its failures, and what happens here.

A backend may ship ``scoreboard.toml`` beside its package: families of tests of the other driver,
each with its numbers, and with the cases of this suite that are judged for it. Where the network
itself was among the models, its own ops count; else cases of the same kind, and the row says so.
"""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Sequence
from importlib import resources

from pydantic import BaseModel, ConfigDict

from npucore.conformance.report import CaseReport, FamilyReport, Outcome
from npucore.contract.backend import Backend

SHIPPED = "scoreboard.toml"
OWN, ALIKE = "the network's own ops", "cases of the same kind"


class Family(BaseModel):
    """One network of the other driver's test list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    fails: tuple[int, ...] = ()  # indices of ops
    skips: tuple[int, ...] = ()
    networks_failed: int = 0  # whole networks in the same lists
    model: str = ""  # file name of the network, if it is to be had
    model_ops: tuple[str, ...] = ()  # all ops of these kinds instead, where indices differ
    all_skipped: bool = False  # a test list that is not run at all
    cases: tuple[str, ...] = ()  # patterns of cases of the same kind
    note: str = ""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    family: tuple[Family, ...]


def families(backend: type[Backend]) -> tuple[Family, ...]:
    """The scoreboard that the package of *backend* ships; empty if it has none."""
    package = backend.__module__.partition(".")[0]
    try:
        file = resources.files(package) / SHIPPED
        if not file.is_file():
            return ()
        return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).family
    except (ModuleNotFoundError, TypeError):  # a class that no package holds
        return ()


def board(backend: type[Backend], cases: Sequence[CaseReport]) -> list[FamilyReport]:
    """One row for every family of which anything was judged."""
    rows = []
    for family in families(backend):
        own = [case for case in cases if _is_own(family, case)]
        judged = own or [case for case in cases if _is_alike(family, case)]
        rows.append(
            FamilyReport(
                name=family.name,
                fails=len(family.fails) + family.networks_failed,
                skips="all" if family.all_skipped else str(len(family.skips)),
                judged=OWN if own else ALIKE,
                cases=len(judged),
                passed=sum(case.outcome is Outcome.PASSED for case in judged),
                note=family.note,
            )
        )
    return rows


def _is_own(family: Family, case: CaseReport) -> bool:
    room, _, rest = case.id.partition("/")
    model, _, index = rest.partition("/")
    if room != "models" or not family.model or model != family.model or not index:
        return False
    if family.model_ops:
        return case.op in family.model_ops
    return int(index) in (*family.fails, *family.skips)


def _is_alike(family: Family, case: CaseReport) -> bool:
    return any(fnmatch.fnmatchcase(case.id, pattern) for pattern in family.cases)
