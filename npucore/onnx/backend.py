# SPDX-License-Identifier: MIT
"""Any npucore backend behind the interface of `onnx.backend.base`.

>>> from npucore.onnx import backend                            # doctest: +SKIP
>>> prepared = backend.prepare(model, backend="reference")      # doctest: +SKIP
>>> (y,) = prepared.run([x])                                    # doctest: +SKIP

Inputs that a node needs as constants (the shape of a Reshape, the weights of a Conv) are bound when
`run` gets them, and the model is compiled again when they change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx.backend.base import Backend, BackendRep

from npucore import plugins
from npucore.errors import NpucoreError, UnsupportedError
from npucore.graph import Graph
from npucore.running.session import Session
from npucore.tensor import Array

MOST_BINDINGS = 16  # rounds in which further inputs may turn out to be needed as constants


class NpucoreRep(BackendRep):  # type: ignore[misc]  # onnx is untyped here
    """A model that is ready to run on *backend*."""

    def __init__(self, model: Any, backend: str) -> None:
        self._data, self._backend = model.SerializeToString(), backend
        held = {tensor.name for tensor in model.graph.initializer}
        self.inputs = [info.name for info in model.graph.input if info.name not in held]
        self.bound: tuple[str, ...] = ()
        """Inputs that were constants in the last run."""
        self.graph: Graph | None = None
        """What was run last."""
        self._constants: dict[str, Array] = {}
        self._session: Session | None = None

    def run(self, inputs: Any, **_: Any) -> tuple[Array, ...]:
        """Run once. *inputs* is a list in the model's order, or a dict by name.

        Raises `UnsupportedError` for a model that neither the frontend nor the backend can express.
        """
        named = inputs if isinstance(inputs, dict) else zip(self.inputs, inputs, strict=True)
        given = {name: _array(name, value) for name, value in dict(named).items()}
        if self._session is None or not self._still_bound(given):
            self._bind(given)
        session = self._session
        if session is None:
            raise UnsupportedError("the model was not compiled")
        return tuple(session.run({t.name: given[t.name] for t in session.inputs}))

    def _still_bound(self, given: dict[str, Array]) -> bool:
        return all(np.array_equal(given[name], array) for name, array in self._constants.items())

    def _bind(self, given: dict[str, Array]) -> None:
        """Read the model, with as few inputs as constants as can be."""
        reader: Any = plugins.load_frontend("onnx")
        bound = {name: array for name, array in given.items() if name in self.bound}
        shapes = {name: given[name].shape for name in self.inputs}
        for _ in range(MOST_BINDINGS):
            try:
                graph = reader().parse(self._data, shapes=shapes, bound=bound)
                break
            except NpucoreError as error:
                needed = [name for name in getattr(error, "inputs", ()) if name not in bound]
                if not needed:
                    raise
                bound.update((name, given[name]) for name in needed)
        else:
            raise UnsupportedError("every run finds more inputs that have to be constants")
        self.bound, self._constants, self.graph = tuple(bound), bound, graph
        self._session = Session(graph, self._backend, placement="greedy")


def _array(name: str, value: Any) -> Array:
    """Raises `UnsupportedError` for what is no tensor."""
    if value is None or isinstance(value, list):
        raise UnsupportedError(f"{name} is no tensor, but {type(value).__name__}")
    return np.asarray(value)


class NpucoreBackend(Backend):  # type: ignore[misc]  # onnx is untyped here
    """The class that ONNX's test suite drives; *backend* is npucore's name of one."""

    backend = "reference"

    @classmethod
    def prepare(cls, model: Any, device: str = "CPU", **options: Any) -> NpucoreRep:
        """Make *model*, a ModelProto, ready; ``backend=`` names another backend."""
        return NpucoreRep(model, str(options.get("backend", cls.backend)))

    @classmethod
    def run_model(
        cls, model: Any, inputs: Sequence[Array], device: str = "CPU", **options: Any
    ) -> tuple[Array, ...]:
        """Prepare and run once."""
        return cls.prepare(model, device, **options).run(inputs)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Npucore's backends choose their device themselves; ONNX calls all of them CPU."""
        return device == "CPU"


prepare = NpucoreBackend.prepare
run_model = NpucoreBackend.run_model
supports_device = NpucoreBackend.supports_device
