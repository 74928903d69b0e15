# SPDX-License-Identifier: MIT
"""A filter for NNStreamer: ``tensor_filter framework=python3 model=npucore_filter.py custom=...``.

The words of *custom* are the model (or artefact), then the backend and its options: ``custom=
"mobilenet.tflite rocket strict=1 cores=3"``. Frames come and go as the network stores them.
Source: NNStreamer's python3 sub-plugin, which wants a class of this name.
"""

from __future__ import annotations

import os
from typing import Any

import nnstreamer_python as nns
import numpy as np
import numpy.typing as npt

from npucore.faces.said import say
from npucore.faces.settings import Settings

Array = npt.NDArray[Any]


class CustomFilter:
    """One network, compiled when the pipeline is built."""

    def __init__(self, model: str, backend: str = "", *options: str) -> None:
        given = dict(option.split("=", 1) for option in options)
        settings = Settings.of_text({"backend": backend, **given})
        settings = settings.over(Settings.of_environment(os.environ))
        self.session = settings.open_file(model, os.environ)
        say(os.path.basename(model), self.session, settings.verbose)

    def getInputDim(self) -> list[Any]:  # noqa: N802  # NNStreamer's name
        """Sizes and types of the network's inputs."""
        return [described(tensor) for tensor in self.session.inputs]

    def getOutputDim(self) -> list[Any]:  # noqa: N802
        """Those of its outputs."""
        return [described(tensor) for tensor in self.session.outputs]

    def invoke(self, frames: list[Array]) -> list[Array]:
        """Flat arrays of the inputs -> flat arrays of the outputs."""
        tensors = self.session.inputs
        shaped = [f.view(t.dtype).reshape(t.shape) for f, t in zip(frames, tensors, strict=True)]
        return [np.ascontiguousarray(answer).reshape(-1) for answer in self.session.run(shaped)]


def described(tensor: Any) -> Any:
    """A shape as NNStreamer has it: the innermost axis first."""
    return nns.TensorShape(list(reversed(tensor.shape)), tensor.dtype.type)
