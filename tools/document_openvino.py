# SPDX-License-Identifier: MIT
"""The operators in ``docs/openvino.md``: ``python -m tools.document_openvino`` renews them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from npucore_openvino.operators import REFUSED, WITHOUT_A_NODE, builders

PAGE = Path(__file__).parents[1] / "docs" / "openvino.md"
BEGIN, END = "<!-- operators -->\n", "<!-- /operators -->\n"


def table() -> str:
    """How many are read, which, and why the others are not."""
    read = {*builders(), *WITHOUT_A_NODE}
    reasons: dict[str, list[str]] = {}
    for kind, why in REFUSED.items():
        reasons.setdefault(why, []).append(kind)
    rows = [
        f"| {why.removeprefix('not read: ')} | {_listed(kinds)} |" for why, kinds in reasons.items()
    ]
    return "\n".join(
        [
            f"{len(read)} of the {len(read) + len(REFUSED)} operators of opsets 1 to 17 are read: "
            f"{_listed(read)}.",
            "",
            "| why not | operators |",
            "| --- | --- |",
            *rows,
            "",
        ]
    )


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(kinds))


def document() -> str:
    """The page with fresh operators."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(document(), "utf-8")
