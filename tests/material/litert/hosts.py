# SPDX-License-Identifier: MIT
"""The runtimes that delegates are for: LiteRT, and TensorFlow Lite's last of its own name."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import pytest

from npucore.native.library import library
from npucore.tensor import Array

RUNTIMES = ("ai_edge_litert", "tflite_runtime")


class Host:
    """One of the runtimes, by the package's name; skips where it is not installed."""

    def __init__(self, package: str) -> None:
        pytest.importorskip(package, reason=f"{package} is not installed")
        self.package = importlib.import_module(f"{package}.interpreter")

    def delegate(self, **options: Any) -> Any:
        """The delegate of npucore, loaded as programs do it."""
        return self.package.load_delegate(str(library()), options)

    def interpreter(self, model: bytes | str, *delegates: Any, **settings: Any) -> Any:
        """One with the reference kernels, and its tensors allocated."""
        made = self.unallocated(model, *delegates, **settings)
        made.allocate_tensors()
        return made

    def unallocated(self, model: bytes | str, *delegates: Any, **settings: Any) -> Any:
        """The same before that."""
        source = {"model_content" if isinstance(model, bytes) else "model_path": model}
        kernels = self.package.OpResolverType.BUILTIN_REF
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.package.Interpreter(
                **source,
                experimental_op_resolver_type=kernels,
                experimental_delegates=list(delegates),
                **settings,
            )


def steps(interpreter: Any, inputs: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """The outputs of one run after the other."""
    found = []
    for arrays in inputs:
        for details, array in zip(interpreter.get_input_details(), arrays, strict=True):
            interpreter.set_tensor(details["index"], array)
        interpreter.invoke()
        outputs = interpreter.get_output_details()
        found.append([interpreter.get_tensor(details["index"]) for details in outputs])
    return found
