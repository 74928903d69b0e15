# SPDX-License-Identifier: MIT
"""Writers of ops: one file for each, and tables for those that are one operator.

A file says in ``FORMS`` which ops it writes, by their names.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from npucore_onnx.writing.forms import Form


@functools.cache
def forms() -> Mapping[str, Form]:
    """Name of an op -> how it is written."""
    found: dict[str, Form] = {}
    for module in pkgutil.iter_modules(__path__):
        table: Mapping[str, Form] = importlib.import_module(f"{__name__}.{module.name}").FORMS
        assert not (twice := found.keys() & table.keys()), f"{twice} is written twice"
        found.update(table)
    return dict(sorted(found.items()))
