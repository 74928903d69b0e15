# SPDX-License-Identifier: MIT
"""ExecuTorch's runtime with npucore in it, for a program that loads one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType

from npucore.errors import NpucoreError
from npucore.faces.modules import change

BINDINGS = "executorch.extension.pybindings.portable_lib"


@contextmanager
def in_place() -> Iterator[None]:
    """Programs find npucore registered; a sentence on the standard error says if it cannot be."""
    with ExitStack() as undo:
        change(undo, BINDINGS, _register)
        yield


def _register(bindings: ModuleType) -> None:
    from npucore.executorch.running import register

    try:
        register()
    except NpucoreError as error:  # programs without npucore's delegates do without it
        print(f"npucore: {error}", file=sys.stderr, flush=True)
