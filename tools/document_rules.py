# SPDX-License-Identifier: MIT
"""Write docs/rocket-rules.md: ``python -m tools.document_rules > docs/rocket-rules.md``."""

from __future__ import annotations

import inspect

from npucore_rocket.backend import DEFAULT_TRUST, RocketBackend
from npucore_rocket.rules import RULES

HEAD = """\
# What rocket takes

Written by `python -m tools.document_rules` from the docstrings of `npucore_rocket/rules`; not
edited by hand.

An op is taken if every rule of its kind lets it through and has at least the evidence that
`--trust` asks for; the default is `{trust}`. `npucore explain MODEL --backend rocket` says of every
op which rule refused it, and why.

| rule | ops | evidence | what it wants |
| --- | --- | --- | --- |
"""
BOUNDS = """
Largest errors, in LSB of the output against the exact rule: {bounds}. Ops that only move numbers
or are folded into others err by 0.
"""


def document() -> str:
    """The whole page."""
    rows = []
    for rule in RULES:
        kinds = ", ".join(f"`{kind.name}`" for kind in rule.kinds)
        wanted = " ".join((inspect.getdoc(rule.refuse) or "").split())
        rows.append(f"| {rule.name} | {kinds} | {rule.evidence} | {wanted} |\n")
    errors = sorted((n, b) for n, b in RocketBackend.capabilities.ops.items() if b)
    bounds = ", ".join(f"`{name}` {bound:g}" for name, bound in errors)
    return HEAD.format(trust=DEFAULT_TRUST) + "".join(rows) + BOUNDS.format(bounds=bounds)


if __name__ == "__main__":
    print(document(), end="")
