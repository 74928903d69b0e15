# SPDX-License-Identifier: MIT
"""The names of TFLite's builtin operators."""

from __future__ import annotations

NO_OPERATORS = frozenset({"CUSTOM", "PLACEHOLDER_FOR_GREATER_OP_CODES"})


def operators() -> list[str]:
    """Every builtin operator of the schema that LiteRT ships, by name."""
    from ai_edge_litert import schema_py_generated as schema

    names = [name for name in vars(schema.BuiltinOperator) if name.isupper()]
    return sorted(set(names) - NO_OPERATORS)
