# SPDX-License-Identifier: MIT
"""The table of heads in ``docs/run-a-model.md``: ``python -m tools.document_heads`` renews it."""

from __future__ import annotations

from pathlib import Path

from npucore.vision.heads import HEADS

PAGE = Path(__file__).parents[1] / "docs" / "run-a-model.md"
BEGIN, END = "<!-- heads -->\n", "<!-- /heads -->\n"


def table() -> str:
    """One row for every head, in the order in which they are asked."""
    rows = [f"| `{head.task}` | `{head.name}` | {head.summary} |" for head in HEADS]
    return "\n".join(["| task | head | networks |", "| --- | --- | --- |", *rows, ""])


def document() -> str:
    """The page with a fresh table."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(document(), "utf-8")
