# SPDX-License-Identifier: MIT
"""Backends, asked about the hardware that is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from npucore import plugins
from npucore.cli.printable import printable
from npucore.contract.backend import Backend
from npucore.errors import NpucoreError
from npucore.running.session import open_backend


def every_backend(names: list[str] | None = None, **options: str) -> Iterator[Backend]:
    """Those *names*, which must work, or every installed one; a broken one is said to be."""
    if names:
        for name in names:
            yield open_backend(name, **options)
        return
    for name in plugins.names(plugins.BACKENDS):
        try:
            yield open_backend(name)
        except NpucoreError as error:
            print(printable(f"npucore: {' '.join(str(error).split())}"), file=sys.stderr)
