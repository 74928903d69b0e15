# SPDX-License-Identifier: MIT
"""A network as a function of named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from npucore.litert.subgraph import Subgraph
from npucore.tensor import Array


class HasSignatures(Protocol):
    """An ``Interpreter``, as far as its runners know it."""

    def _get_full_signature_list(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]: ...

    def _subgraph_of(self, signature_key: str) -> Subgraph: ...


class SignatureRunner:
    """Runs one signature of an ``Interpreter``, which has made it.

    Raises `ValueError` without an interpreter or a name, and for a name that the file has not.
    """

    def __init__(
        self, interpreter: HasSignatures | None = None, signature_key: str | None = None
    ) -> None:
        if not interpreter:
            raise ValueError("None interpreter provided.")
        if not signature_key:
            raise ValueError("None signature_key provided.")
        known = interpreter._get_full_signature_list()
        if signature_key not in known:
            raise ValueError(f'Invalid signature_key provided: "{signature_key}".')
        self._inputs, self._outputs = (
            known[signature_key]["inputs"],
            known[signature_key]["outputs"],
        )
        self._subgraph = interpreter._subgraph_of(signature_key)

    def __call__(self, **inputs: Array) -> dict[str, Array]:
        """Run once: outputs by name.

        Raises `ValueError` for names that the signature has not, for too few of them, and for
        arrays that do not fit.
        """
        if len(inputs) != len(self._inputs):
            raise ValueError(
                "Invalid number of inputs provided for running a SignatureDef, "
                f"expected {len(self._inputs)} vs provided {len(inputs)}"
            )
        for name, value in inputs.items():
            if name not in self._inputs:
                raise ValueError(f"Invalid Input name ({name}) for SignatureDef")
            self._subgraph.resize(self._inputs[name], value.shape, strict=False)
        self._subgraph.allocate()
        for name, value in inputs.items():
            self._subgraph.set(self._inputs[name], value)
        self._subgraph.invoke()
        return {name: np.array(self._subgraph.view(n)) for name, n in self._outputs.items()}

    def get_input_details(self) -> dict[str, dict[str, Any]]:
        """As `Interpreter.get_input_details`, by name."""
        return {name: self._subgraph.details(n) for name, n in self._inputs.items()}

    def get_output_details(self) -> dict[str, dict[str, Any]]:
        """As `Interpreter.get_output_details`, by name."""
        return {name: self._subgraph.details(n) for name, n in self._outputs.items()}
