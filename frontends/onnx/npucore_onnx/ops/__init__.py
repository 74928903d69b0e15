# SPDX-License-Identifier: MIT
"""How every operator is read: one file for each npucore op it becomes.

A file says in ``OPERATORS`` which operators it reads.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from npucore_onnx.node import Builder, Operators


@functools.cache
def builders() -> Mapping[tuple[str, str], Builder]:
    """Domain and name of an operator -> the function that reads it."""
    found: dict[tuple[str, str], Builder] = {}
    for module in pkgutil.iter_modules(__path__):
        file = importlib.import_module(f"{__name__}.{module.name}")
        table: Operators = getattr(file, "OPERATORS", {})
        for name, builder in table.items():
            domain, _, operator = name.rpartition(".")
            assert (domain, operator) not in found, f"{module.name}: {name} is read twice"
            found[domain, operator] = builder
    return dict(sorted(found.items()))


@functools.cache
def own() -> Operators:
    """Operators of ONNX's own domain -> the function that reads them into ops."""
    return {name: builder for (domain, name), builder in builders().items() if not domain}
