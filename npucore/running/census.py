# SPDX-License-Identifier: MIT
"""A model's ops in numbers and words."""

from __future__ import annotations

from collections import Counter
from dataclasses import MISSING, fields
from typing import Any

from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Tensor


def attributes(op: Op) -> dict[str, str]:
    """What an op is told besides its tensors, as text; a kernel's size counts as that."""
    found = {"kernel": _text(op.kernel)} if hasattr(op, "kernel") else {}
    for field in fields(op):
        if not _is_operand(value := getattr(op, field.name)):
            found[field.name] = _text(value)
    return found


def settings(op: Op) -> dict[str, str]:
    """Those `attributes` that are not what they are by default."""
    defaults = {f.name: _text(f.default) for f in fields(op) if f.default is not MISSING}
    return {name: text for name, text in attributes(op).items() if defaults.get(name) != text}


def _is_operand(value: Any) -> bool:
    if isinstance(value, tuple) and value:
        return all(isinstance(item, Tensor) for item in value)
    return value is None or isinstance(value, Tensor)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def constants(graph: Graph) -> list[Tensor]:
    """Every tensor whose data the model holds, each once."""
    found = (tensor for op in graph.ops for tensor in op.inputs if tensor.is_constant)
    return list(dict.fromkeys(found))


def kinds(graph: Graph) -> dict[str, int]:
    """How many ops of each name there are, the most frequent first."""
    return dict(Counter(op.name for op in graph.ops).most_common())
