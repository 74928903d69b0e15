# SPDX-License-Identifier: MIT
"""A detector as Frigate's plug-ins are one: a frame in, rows of detections out."""

from __future__ import annotations

import os
from pathlib import Path

from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.frigate.tensors import Frames, Rows
from npucore.tensor import Array


class Detector:
    """The network in a file, on the backends that *settings* name. Says where in one line.

    *model_type* is that of Frigate's configuration. Raises what `Settings.open_file` raises.
    """

    def __init__(
        self, path: str | Path, model_type: str | None = None, settings: Settings | None = None
    ) -> None:
        settings = settings or Settings()
        self.session = settings.open_file(path, os.environ)
        self._model_type = model_type
        self._frames = Frames(self.session.network)
        say(Path(path).name, self.session, settings.verbose)

    def __call__(self, frame: Array) -> Rows:
        """The detections in *frame*, see `Frames`. Raises as it, and as `Session.run`."""
        outputs = self.session.run([self._frames.input(frame)])
        return self._frames.rows(outputs, self._model_type)

    def close(self) -> None:
        """Let go of the device."""
        self.session.close()
