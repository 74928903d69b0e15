# SPDX-License-Identifier: MIT
"""Marks of nodes of a program that are found again in its ONNX model.

A node's stack of modules is what torch keeps of it through decompositions and writes into the
metadata of every ONNX node that it becomes; so the stack holds the mark.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

MARK = "npucore "
STACK, SCOPES = "nn_module_stack", "pkg.torch.onnx.name_scopes"


def mark(nodes: Iterable[Any]) -> None:
    """Mark each ``torch.fx.Node`` with its name."""
    for node in nodes:
        name = MARK + node.name
        node.meta[STACK] = {"": ("", MARK), name: (name, MARK)}


def marked(node: Any) -> str | None:
    """The name of the program's node that an onnx.NodeProto does the work of, None for none."""
    for entry in node.metadata_props:
        if entry.key == SCOPES:
            for scope in ast.literal_eval(entry.value):
                if scope.startswith(MARK):
                    return str(scope.removeprefix(MARK))
    return None
