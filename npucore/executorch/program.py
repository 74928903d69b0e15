# SPDX-License-Identifier: MIT
"""Edge programs of ExecuTorch as ONNX models, whose nodes are marked with the program's."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from npucore.torch.exporting import model_of
from npucore.torch.marks import mark

CALL = "call_function"


def calls(program: Any) -> list[Any]:
    """The ``torch.fx.Node`` of every operator of an ExportedProgram."""
    return [node for node in program.graph.nodes if node.op == CALL]


def onnx_of(program: Any, weights: Mapping[str, Any], optimize: bool = True) -> Any:
    """An edge program with these *weights* as a ModelProto. Raises `UnsupportedError`.

    The program stays as it is. Operators of the edge dialect are those of ATen behind another name,
    which torch's exporter does not know.
    """
    from torch.export import ExportedProgram

    module = copy.deepcopy(program.graph_module)
    copied = ExportedProgram(
        root=module,
        graph=module.graph,
        graph_signature=copy.deepcopy(program.graph_signature),
        state_dict=dict(weights),
        range_constraints=copy.deepcopy(program.range_constraints),
        module_call_graph=copy.deepcopy(program.module_call_graph),
        constants=program.constants,
        verifiers=[program.verifier],
    )
    for node in calls(copied):
        node.target = getattr(node.target, "_op", node.target)
    mark(calls(copied))
    for node in calls(copied):
        _join_linear(node)
    copied.graph_module.recompile()
    return model_of(copied, optimize)


def _join_linear(node: Any) -> None:
    """``addmm`` and ``mm`` with transposed weights are the linear layer that they were before."""
    import torch

    aten = torch.ops.aten
    if node.target not in (aten.addmm.default, aten.mm.default) or node.kwargs:
        return
    *bias, given, weights = node.args
    if weights.target in (aten.permute_copy.default, aten.permute.default):
        before, axes = weights.args
        if list(axes) == [1, 0]:
            node.target, node.args = aten.linear.default, (given, before, *bias)
