# SPDX-License-Identifier: MIT
"""TFLite's operators -> npucore's ops: one file for each op, one function for each operator.

A file says in ``OPERATORS`` which operators it reads, and in ``FOLDERS`` which it computes.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from npucore_tflite.index import FILES
from npucore_tflite.node import Builder, Folder, Folders, Operators


@functools.cache
def builders() -> Operators:
    """Name of the operator -> function that reads it into an op."""
    return dict(_declared("OPERATORS"))


@functools.cache
def folders() -> Folders:
    """Name of the operator -> function that computes its result when the file is read."""
    return dict(_declared("FOLDERS"))


def reading(name: str) -> tuple[Builder | None, Folder | None]:
    """The reader of an operator, and a function that computes its result at reading."""
    if name not in FILES:
        return builders().get(name), folders().get(name)
    file = importlib.import_module(f"{__name__}.{FILES[name]}")
    operators: Operators = getattr(file, "OPERATORS", {})
    computed: Folders = getattr(file, "FOLDERS", {})
    return operators.get(name), computed.get(name)


def _declared(constant: str) -> Iterator[tuple[str, Any]]:
    """The entries of all files' tables of that name, in the order of the operators."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        file = importlib.import_module(f"{__name__}.{module.name}")
        table: Mapping[str, Any] = getattr(file, constant, {})
        assert not (twice := found.keys() & table.keys()), f"{module.name}: {twice} is read twice"
        found.update(table)
    yield from sorted(found.items())


DYNAMIC = "the shape of its result depends on computed numbers"
RANDOM = "it draws random numbers"
STRINGS = "it speaks of strings or of tables of them"
REFUSED: Mapping[str, str] = {
    "CALL": "TFLite has no kernel for it either",
    "CONCAT_EMBEDDINGS": "TFLite has no kernel for it either",
    "DELEGATE": "its content belongs to another runtime",
    "EMBEDDING_LOOKUP_SPARSE": "embeddings of ragged lists are not supported",
    "HASHTABLE": STRINGS,
    "HASHTABLE_FIND": STRINGS,
    "HASHTABLE_IMPORT": STRINGS,
    "HASHTABLE_LOOKUP": STRINGS,
    "HASHTABLE_SIZE": STRINGS,
    "LSH_PROJECTION": "hashes of strings are not supported",
    "MULTINOMIAL": RANDOM,
    "RANDOM_STANDARD_NORMAL": RANDOM,
    "RANDOM_UNIFORM": RANDOM,
    "REDUCE_WINDOW": "windows of any rank are not supported",
    "SKIP_GRAM": STRINGS,
    "STABLEHLO_RNG_BIT_GENERATOR": RANDOM,
    "UNIQUE": DYNAMIC,
}
"""Name of the operator -> why it is not read."""

EDGE_TPU = "edgetpu-custom-op"
FLEX = "Flex"


def refusal(name: str) -> str:
    """Why the operator called *name* is not read, and the way on where there is one."""
    if name == EDGE_TPU:
        return "compiled for the Edge TPU: give the model as it was before edgetpu_compiler"
    if name.startswith(FLEX):
        return (
            "an operator of TensorFlow itself: convert the network without SELECT_TF_OPS, "
            "or leave this part out of it"
        )
    if name.startswith("STABLEHLO_") and name not in REFUSED:
        return "of StableHLO only the operators without settings of their own are read"
    return REFUSED.get(name, "not supported")
