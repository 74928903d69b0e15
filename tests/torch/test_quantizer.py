# SPDX-License-Identifier: MIT
"""What pt2e quantizes for a backend runs there, and answers as torch's converted module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("torchao", reason="torchao is not installed")

import torch

from npucore.contract.backend import Verdict
from npucore.errors import FallbackError, PluginError
from npucore.graph import Graph
from npucore.ops import Add, Op
from npucore.plugins import load_backend
from npucore.reference import ReferenceBackend
from npucore.torch import NpucoreQuantizer, networks
from tests.material.torch.networks import LAYERS, Layer, Small, inputs, quantized

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROUNDED_APART = {"avg_pool": 1}
"""Ties of a mean of integers: torch divides floats, which fall on either side."""
LAST = "dequantize_per_tensor"


def compiled(module: Any, backend: str) -> Any:
    torch._dynamo.reset()
    options = {"backend": backend, "placement": "greedy"}
    return torch.compile(module, backend="npucore", dynamic=False, options=options)


def error(module: Any, backend: str, samples: list[Any]) -> float:
    """The largest difference to the converted module itself, in LSB of the output."""
    scale = [node for node in module.graph.nodes if LAST in str(node.target)][-1].args[1]
    program = compiled(module, backend)
    with torch.no_grad():
        worst: float = max(float((program(x) - module(x)).abs().max()) / scale for x in samples)
    return worst


@pytest.mark.parametrize("name", LAYERS)
def test_on_reference_nothing_differs_from_torch(name: str) -> None:
    torch.manual_seed(0)
    _, make = LAYERS[name]
    samples = inputs(6)
    module = quantized(make(), NpucoreQuantizer("reference"), samples)
    assert error(module, "reference", samples) <= ROUNDED_APART.get(name, 0) + 1e-3


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "mean"])
def test_on_rocket_a_layer_stays_within_its_bound(name: str) -> None:
    torch.manual_seed(0)
    op, make = LAYERS[name]
    samples = inputs(6)
    module = quantized(make(), NpucoreQuantizer("rocket"), samples)
    bound = load_backend("rocket").capabilities.ops[op]
    assert error(module, "rocket", samples) <= bound + ROUNDED_APART.get(name, 0) + 1e-3
    assert (op, "rocket") in [(p.op, p.backend) for p in networks()[-1].placement]


class NoAdding(ReferenceBackend):
    """Refuses one op, as none of npucore's backends does."""

    name = "picky"

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("no adding here") if isinstance(op, Add) else super().supports(op, graph)


def test_the_backend_is_asked_not_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    module = Layer(lambda inside, x: torch.relu(inside(x) + x), torch.nn.Conv2d(3, 3, 1))
    quantizer = NpucoreQuantizer(NoAdding(), verbose=True)
    done = quantized(module, quantizer, inputs(2))
    assert quantizer.refused.keys() & {"add", "relu"}
    assert set(quantizer.refused.values()) == {"picky: no adding here"}
    kinds = [str(node.target) for node in done.graph.nodes if node.op == "call_function"]
    assert sum("quantize_per_tensor" in kind for kind in kinds) >= 2
    said = capsys.readouterr().err
    assert "1 of 2 operators quantized for picky; 1 stays float, as add (" in said
    assert "npucore:   add stays float: picky: no adding here" in said


def test_strict_refuses_a_network_with_floats_in_it() -> None:
    """The page shows what is said."""
    page = Path(__file__).parents[2] / "docs" / "pytorch.md"
    with pytest.raises(FallbackError, match=r"4 of 5 operators .* 1 stays float") as caught:
        quantized(Small(), NpucoreQuantizer("rocket", strict=True), inputs(1))
    assert f"npucore: {caught.value}\n" in page.read_text()


def test_the_scheme_is_the_backends_or_the_users() -> None:
    """Vsim wants one scale for all channels; whoever asks gets symmetric activations."""
    quantizer = NpucoreQuantizer("vsim", symmetric=True)
    done = quantized(Small(), quantizer, inputs(4))
    nodes = [node for node in done.graph.nodes if "quantize_per" in str(node.target)]
    assert not any("per_channel" in str(node.target) for node in nodes)
    first = next(node for node in nodes if ".quantize_per_tensor" in str(node.target))
    assert first.args[2:] == (0, -128, 127, torch.int8)
    assert "conv2d" not in quantizer.refused


def test_pools_and_joins_have_the_scale_of_their_inputs() -> None:
    module = Layer(lambda _, x: torch.cat([torch.nn.functional.avg_pool2d(x, 2)] * 2, 1))
    done = quantized(module, NpucoreQuantizer("reference"), inputs(2))
    scales = {
        node.args[1:3] for node in done.graph.nodes if "quantize_per_tensor" in str(node.target)
    }
    assert len(scales) == 1


def test_an_unknown_backend_is_refused_at_once() -> None:
    with pytest.raises(PluginError, match="no backend called 'nope'"):
        NpucoreQuantizer("nope")
