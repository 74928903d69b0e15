# SPDX-License-Identifier: MIT
"""A graph of Dynamo that is compiled, for every set of weights that it is called with."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from npucore.errors import UnsupportedError
from npucore.faces.onnx_model import FRONTEND
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.running.loading import load
from npucore.running.session import Session
from npucore.torch.exporting import model_of, program_of
from npucore.torch.frozen import Frozen, static_places


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """A session, the weights that it has inside, and how often each had been changed by then."""

    session: Session
    held: tuple[Any, ...]
    versions: tuple[int, ...]


class Network:
    """A graph, compiled; called as the graph itself.

    Weights are constants of what is compiled: it is compiled anew when one was changed in place,
    and for every other module that Dynamo uses the graph for. Numbers among the inputs are
    constants as well, and must be the same in every call.
    Raises `UnsupportedError` for what cannot be expressed, and what `Session` raises.
    """

    def __init__(self, name: str, graph: Any, inputs: Sequence[Any], settings: Settings) -> None:
        self._static = static_places(graph, inputs)
        self._numbers = {at: x for at, x in enumerate(inputs) if not isinstance(x, torch.Tensor)}
        self.name = f"{name} {' '.join(str(tuple(x.shape)) for x in self._free(inputs))}".strip()
        self._graph, self._settings, self._lock = graph, settings, threading.Lock()
        self._results = _results(graph)
        self._compiled: dict[tuple[int, ...], _Compiled] = {}
        self.session = self._session_of(inputs)

    @property
    def placement(self) -> Any:
        """Where every op runs, and why: of the session that was compiled last."""
        return self.session.placement

    def __call__(self, *inputs: Any) -> tuple[Any, ...]:
        """Run once."""
        session = self._session_of(inputs)
        arrays = [x.detach().contiguous().numpy() for x in self._free(inputs)]
        results = zip(session.run(arrays), self._results, strict=True)
        return tuple(_like(torch.from_numpy(array), wanted) for array, wanted in results)

    def _free(self, inputs: Sequence[Any]) -> list[Any]:
        """The tensors that are no weights."""
        held = {*self._static, *self._numbers}
        return [x for place, x in enumerate(inputs) if place not in held]

    def _session_of(self, inputs: Sequence[Any]) -> Session:
        """The session with these weights inside."""
        held = tuple(inputs[place] for place in self._static)
        key, versions = tuple(t.data_ptr() for t in held), tuple(map(_version, held))
        found = self._compiled.get(key)
        if found is None or found.versions != versions:
            with self._lock:
                found = self._compiled.get(key)
                if found is None or found.versions != versions:
                    found = _Compiled(self._compile(inputs), held, versions)
                    self._compiled[key] = found
        return found.session

    def _compile(self, inputs: Sequence[Any]) -> Session:
        weights = {place: inputs[place] for place in self._static}
        frozen, free = Frozen(self._graph, weights | self._numbers).eval(), self._free(inputs)
        program = program_of(frozen, free)
        if self._numbers:  # then shapes of the graph's own stand-ins are open
            with torch.no_grad():
                self._results = list(frozen(*free))
        graph = load(model_of(program).SerializeToString(), FRONTEND)
        session = self._settings.session(graph, os.environ)
        try:
            _check("input", session.inputs, free)
            _check("output", session.outputs, self._results)
        except UnsupportedError:
            session.close()
            raise
        self.session = session
        say(self.name, session, self._settings.verbose)
        return session


def _results(graph: Any) -> list[Any]:
    """Stand-ins for the outputs, with shapes, types and strides. Raises `UnsupportedError`."""
    (output,) = (node for node in graph.graph.nodes if node.op == "output")
    found = [getattr(x, "meta", {}).get("example_value") for x in output.args[0]]
    if any(not isinstance(x, torch.Tensor) for x in found):
        raise UnsupportedError("an output is no tensor")
    if not found:
        raise UnsupportedError("it has no output")
    return found


def _check(which: str, ends: Sequence[Any], tensors: Sequence[Any]) -> None:
    """Raise `UnsupportedError` where the network's ends are not the graph's."""
    if len(ends) != len(tensors):
        raise UnsupportedError(f"{len(ends)} {which}s are left of {len(tensors)}")
    for end, tensor in zip(ends, tensors, strict=True):
        if not hasattr(np, _dtype(tensor)):
            raise UnsupportedError(f"{which} {end.name} is {_dtype(tensor)}, which numpy lacks")
        mine, theirs = (str(end.dtype), end.shape), (_dtype(tensor), tuple(tensor.shape))
        if mine != theirs:
            raise UnsupportedError(f"{which} {end.name} becomes {mine}, wanted {theirs}")


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _version(tensor: Any) -> int:
    """How often a tensor was changed; tensors of inference mode do not count, nor change."""
    return -1 if tensor.is_inference() else tensor._version


def _like(result: Any, wanted: Any) -> Any:
    """*result* with the strides of *wanted*, which Dynamo may have relied on."""
    strides = tuple(wanted.stride())
    if result.stride() == strides:
        return result
    made = torch.empty_strided(result.shape, strides, dtype=result.dtype)
    return made.copy_(result)
