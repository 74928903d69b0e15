# SPDX-License-Identifier: MIT
"""The backend that `torch.compile` finds as ``npucore``."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from npucore.errors import FallbackError, InputError, NpucoreError, UnsupportedError
from npucore.faces.settings import Settings

if TYPE_CHECKING:
    from npucore.torch.network import Network
    from npucore.torch.open_network import OpenNetwork

NAMELESS = "a graph"
_networks: list[weakref.ref[Network | OpenNetwork]] = []


def npucore(
    graph: Any,
    inputs: Sequence[Any],
    *,
    mode: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Callable[..., Any]:
    """Compile a ``torch.fx.GraphModule`` of Dynamo, called so by `torch.compile`.

    *options* are fields of `npucore.faces.settings.Settings` and settings of the backends; where
    they say nothing, the environment counts. Raises `InputError` for others and for a *mode*, which
    is Inductor's, and if *strict* is set `FallbackError` where torch would run the graph.
    """
    if mode is not None:
        raise InputError(f"mode {mode!r} means nothing to npucore; give options")
    return compiled(graph, inputs, Settings.of_text(options or {}))


def compiled(graph: Any, inputs: Sequence[Any], settings: Settings) -> Callable[..., Any]:
    """A `Network`, or an `OpenNetwork` of a graph whose sizes are open.

    The graph's own function, and a line that says why, where there is none.
    """
    from torch import SymInt

    from npucore.torch.network import Network
    from npucore.torch.open_network import OpenNetwork

    settings = settings.over(Settings.of_environment(os.environ))
    settings.check(os.environ)
    name = _name(graph)
    try:
        _refuse(inputs)
        kind = OpenNetwork if any(isinstance(x, SymInt) for x in inputs) else Network
        network = kind(name, graph, inputs, settings)
    except FallbackError:
        raise
    except NpucoreError as error:
        if settings.strict:
            raise FallbackError(f"{name} would run in torch: {error}") from error
        print(f"npucore: {name}: runs in torch: {error}", file=sys.stderr, flush=True)
        forward: Callable[..., Any] = graph.forward
        return forward
    _networks.append(weakref.ref(network, _networks.remove))
    return network


def networks() -> list[Network | OpenNetwork]:
    """What npucore has compiled in this process and is still in use, the last one last.

    Each has ``name`` and ``placement``.
    """
    return [network for known in list(_networks) if (network := known()) is not None]


def _refuse(inputs: Sequence[Any]) -> None:
    """Raise `UnsupportedError` for what would be silently wrong."""
    import torch

    inputs = [x for x in inputs if isinstance(x, torch.Tensor)]
    if other := next((x.device for x in inputs if x.device.type != "cpu"), None):
        raise UnsupportedError(f"a tensor is on {other}, wanted cpu")
    if any(x.layout is not torch.strided for x in inputs):
        raise UnsupportedError("a tensor is sparse")
    if torch.is_grad_enabled() and any(x.requires_grad for x in inputs):
        raise UnsupportedError(
            "gradients are asked for: call it under torch.no_grad() or torch.inference_mode()"
        )


def _name(graph: Any) -> str:
    """The class of the outermost module that a graph comes from."""
    for node in graph.graph.nodes:
        for _, kind in (node.meta.get("nn_module_stack") or {}).values():
            return getattr(kind, "__name__", str(kind).rpartition(".")[2])
    return NAMELESS
