# SPDX-License-Identifier: MIT
"""Write docs/vsim-rules.md: ``python -m tools.document_vsim_rules > docs/vsim-rules.md``."""

from __future__ import annotations

import inspect

from npucore_vsim.backend import DEFAULT_TRUST, VsimBackend
from npucore_vsim.chip import DEFAULT
from npucore_vsim.rules import rules

HEAD = """\
# What vsim takes

Written by `python -m tools.document_vsim_rules` from the docstrings of `npucore_vsim/rules`; not
edited by hand.

An op is taken if every rule of its kind lets it through and has at least the evidence that
`--trust` asks for; the default is `{trust}`, and on a board `shown`. `npucore explain MODEL
--backend vsim` says of every op which rule refused it, and why. `shown` is what Mesa's driver does
on boards; `sibling` what VeriSilicon's compiler gives the same engine, as its own simulator runs
it, or another value of a field that is known. Nothing here is `proven`: npucore itself has run on
no such board. A board's self-test (`npucore doctor --self-test`) makes rules `shown` on that board,
or refuses them there.

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
    for rule in rules(DEFAULT):
        kinds = ", ".join(f"`{kind.name}`" for kind in rule.kinds)
        wanted = " ".join((inspect.getdoc(rule.refuse) or "").split())
        rows.append(f"| {rule.name} | {kinds} | {rule.evidence} | {wanted} |\n")
    errors = sorted((n, b) for n, b in VsimBackend.capabilities.ops.items() if b)
    bounds = ", ".join(f"`{name}` {bound:g}" for name, bound in errors)
    return HEAD.format(trust=DEFAULT_TRUST) + "".join(rows) + BOUNDS.format(bounds=bounds)


if __name__ == "__main__":
    print(document(), end="")
