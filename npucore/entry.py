# SPDX-License-Identifier: MIT
"""The way into the command: a signal ends it at once, without a traceback and without half a file.

Before the interpreter gets here, while it starts itself, a signal does what it does to any program.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

FEWER_COLLECTIONS = 200_000  # objects between two searches for garbage; imports make none
SIGNALED = 128  # what a shell adds to the number of the signal that ended a program

# `signal` itself imports `enum`: milliseconds in which a signal would still print a traceback.
signal: Any = __import__("_signal")


def main() -> int:
    """Run the command; its exit status, and 130 or 143 after SIGINT or SIGTERM."""
    gc.set_threshold(FEWER_COLLECTIONS)
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup and shells' & have it
            signal.signal(number, _end)
    from npucore.cli import main as command

    return command()


def _end(number: int, frame: FrameType | None) -> None:
    """Unlike an exception, this cannot be swallowed by an import or printed by a destructor."""
    try:
        remove = getattr(sys.modules.get("npucore.files.atomic"), "remove_unfinished", None)
        if remove is not None:  # as while the module is being imported
            remove()
    finally:
        os._exit(SIGNALED + number)
