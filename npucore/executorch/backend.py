# SPDX-License-Identifier: MIT
"""The backend that ExecuTorch finds by its name: a set of operators becomes an artefact."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from executorch.exir.backend.backend_details import BackendDetails, PreprocessResult
from executorch.exir.backend.compile_spec_schema import CompileSpec

from npucore.executorch.program import onnx_of
from npucore.faces.onnx_model import FRONTEND
from npucore.faces.settings import Settings
from npucore.running.compilation import compile
from npucore.running.loading import load
from npucore.running.placing import GREEDY

BACKEND, OPTIONS = "backend", "options"


class NpucoreBackend(BackendDetails):  # type: ignore[misc]  # executorch is untyped here
    """Compiles what `NpucorePartitioner` has chosen."""

    @staticmethod
    def preprocess(edge_program: Any, compile_specs: Sequence[Any]) -> Any:
        """The payload: an artefact's bytes.

        Only a change of shape or of the order of axes at the border of the set may be on the CPU
        within. Raises `UnsupportedError` for a program that cannot be exported.
        """
        settings = settings_of(compile_specs)
        model = onnx_of(edge_program, edge_program.state_dict)
        graph = load(model.SerializeToString(), FRONTEND)
        graph = replace(graph, name=", ".join(edge_program.graph_signature.user_outputs))
        artifact = compile(
            graph, settings.backends(os.environ), placement=GREEDY, **settings.options
        )
        return PreprocessResult(processed_bytes=artifact.to_bytes())


def specs_of(settings: Settings) -> list[Any]:
    """Backends and their options as ExecuTorch hands them on, as JSON."""
    names = [
        backend if isinstance(backend, str) else backend.name
        for backend in settings.backends(os.environ)
    ]
    told = {BACKEND: names, OPTIONS: dict(settings.options)}
    return [CompileSpec(key, json.dumps(value).encode()) for key, value in told.items()]


def settings_of(specs: Sequence[Any]) -> Settings:
    """Undo `specs_of`."""
    told = {spec.key: json.loads(spec.value) for spec in specs}
    return Settings(told.get(BACKEND), options=told.get(OPTIONS, {}))
