# SPDX-License-Identifier: MIT
"""Names that come from files, on a terminal."""

from __future__ import annotations

import sys


def printable(text: str) -> str:
    r"""*text* without anything that would move the cursor or change a colour.

    >>> printable("block\x1b[2J/out")
    'block?[2J/out'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def short(name: str) -> str:
    """The first of the names that TFLite's converter joins for ops that it has fused.

    >>> short("conv/Relu6;conv/add_fold;conv/bias")
    'conv/Relu6'
    """
    return name.partition(";")[0] or name


def complain(text: str) -> None:
    """Say on stderr what is wrong with something that is not needed."""
    print(printable(f"npucore: {text}"), file=sys.stderr)
