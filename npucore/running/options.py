# SPDX-License-Identifier: MIT
"""Settings of backends that run one after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from npucore.errors import PluginError, UnsupportedError
from npucore.plugins import load_backend


def of_each(options: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """For each of the backends *names* those of *options* that it has; a broken one has none.

    Raises `UnsupportedError` for one that none of them has.
    """
    if not options:
        return [{} for _ in names]
    known = dict[str, set[str]]()
    for name in names:
        known[name] = set()
        with contextlib.suppress(PluginError):  # who runs it says so
            known[name] = set(load_backend(name.partition(":")[0]).options)
    for key in options:
        if not any(key in mine for mine in known.values()):
            raise UnsupportedError(f"no option {key!r} in {', '.join(names)}")
    return [{k: v for k, v in options.items() if k in known[name]} for name in names]
