# SPDX-License-Identifier: MIT
"""A graph of Dynamo whose sizes are open: compiled for each set of sizes that comes."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch

from npucore.errors import FallbackError, NpucoreError
from npucore.faces.settings import Settings
from npucore.torch.frozen import Number, number_places, static_places
from npucore.torch.network import Network

MOST_SIZES = 8


class OpenNetwork:
    """Called as the graph itself; a `Network` for each of the `MOST_SIZES` sets that came last.

    What cannot be compiled for some sizes runs in torch, which is said once for them, unless the
    settings are strict: then it is `FallbackError`.
    """

    def __init__(self, name: str, graph: Any, inputs: Sequence[Any], settings: Settings) -> None:
        self.name, self._graph, self._settings = name, graph, settings
        self._numbers, self._static = number_places(graph), static_places(graph, inputs)
        self._lock = threading.Lock()
        self._networks: OrderedDict[tuple[Any, ...], Network | None] = OrderedDict()

    @property
    def placement(self) -> Any:
        """Where every op runs for the sizes that came last, and why."""
        last = next((each for each in reversed(self._networks.values()) if each), None)
        return last.placement if last else ()

    def __call__(self, *inputs: Any) -> Any:
        """Run once."""
        bound = [self._bound(place, given) for place, given in enumerate(inputs)]
        sizes = tuple(
            (tuple(x.shape), x.dtype) if isinstance(x, torch.Tensor) else x
            for place, x in enumerate(bound)
            if place not in self._static
        )
        with self._lock:
            if sizes not in self._networks:
                self._networks[sizes] = self._network(bound)
            self._networks.move_to_end(sizes)
            while len(self._networks) > MOST_SIZES:
                self._networks.popitem(last=False)
            network = self._networks[sizes]
        return self._graph.forward(*inputs) if network is None else network(*bound)

    def _bound(self, place: int, given: Any) -> Any:
        if isinstance(given, torch.Tensor):
            return Number(given) if place in self._numbers else given
        return int(given)

    def _network(self, bound: Sequence[Any]) -> Network | None:
        try:
            return Network(self.name, self._graph, bound, self._settings)
        except NpucoreError as error:
            if self._settings.strict:
                raise FallbackError(f"{self.name} would run in torch: {error}") from error
            print(f"npucore: {self.name}: runs in torch: {error}", file=sys.stderr, flush=True)
            return None
