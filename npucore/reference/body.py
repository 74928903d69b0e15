# SPDX-License-Identifier: MIT
"""Graphs inside ops: what `branch` and `loop` share."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops.base import Body
from npucore.reference.backend import ReferenceBackend, ReferenceProgram


def refuse_body(body: Body) -> str | None:
    """Why the CPU cannot run *body*, or None."""
    if not isinstance(body, Graph):
        return "a graph of another kind"
    judge = ReferenceBackend()
    for op in body.ops:
        if not (verdict := judge.supports(op, body)):
            return f"{op.name} -> {op.label} inside: {verdict.reason}"
    return None


def program(body: Body) -> ReferenceProgram:
    """The kernels of a graph that `refuse_body` has not refused."""
    if not isinstance(body, Graph):
        raise TypeError(f"{type(body).__name__} is no graph")
    return ReferenceProgram(body)
