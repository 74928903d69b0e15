# SPDX-License-Identifier: MIT
"""Print the table: ``python -m tools.faults > docs/rocket-validator.md``."""

from __future__ import annotations

from tools.faults.count import document

if __name__ == "__main__":
    print(document(), end="")
