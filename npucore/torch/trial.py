# SPDX-License-Identifier: MIT
"""Which operators of a program a backend would take, once they are quantized: it is asked."""

from __future__ import annotations

import copy
import os
from collections.abc import Collection
from typing import Any

import torch
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

from npucore.errors import UnsupportedError
from npucore.faces.claims import Judge
from npucore.faces.onnx_model import network_of, tracing_frontend
from npucore.faces.settings import Settings
from npucore.torch.exporting import model_of, program_of
from npucore.torch.marks import mark, marked

SEED = 0


def refusals(
    module: Any, quantizer: Any, names: Collection[str], settings: Settings
) -> dict[str, str]:
    """Of the nodes *names*, those that the backends would not take as *quantizer* has them: why.

    *module* is a ``torch.fx.GraphModule`` of torch.export, which stays as it is. A copy of it is
    quantized by ranges of random inputs, exported, and read as any network; no scale of it counts.
    """
    trial = copy.deepcopy(module)
    mark(node for node in trial.graph.nodes if node.name in names)
    inputs = _random_inputs(trial)
    with torch.no_grad():
        observed = prepare_pt2e(trial, quantizer)
        observed(*inputs)
        converted = convert_pt2e(observed)
    network = network_of(model_of(program_of(converted, inputs), optimize=False), "the trial")
    judge = Judge(network, tracing_frontend(), settings.choices(os.environ))
    found = dict[str, str]()
    for place, refusal in sorted(judge.claims().refusals.items()):
        name = marked(network.nodes[place].proto)
        if name in names:
            found.setdefault(str(name), refusal.reason)
    return found


def _random_inputs(module: Any) -> tuple[Any, ...]:
    made = torch.Generator().manual_seed(SEED)
    values = [node.meta.get("val") for node in module.graph.nodes if node.op == "placeholder"]
    if any(not isinstance(v, torch.Tensor) or v.dtype != torch.float32 for v in values):
        raise UnsupportedError("NpucoreQuantizer: an input is no tensor of float32")
    return tuple(torch.randn(tuple(map(int, v.shape)), generator=made) for v in values)
