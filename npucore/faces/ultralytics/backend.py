# SPDX-License-Identifier: MIT
"""What ultralytics' predictor asks of a format: a class that loads a file and runs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.errors import UnsupportedError
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.graph import Network
from npucore.tensor import Tensor
from npucore.vision.boxes import LARGEST_RELATIVE_SIZE
from npucore.vision.labels.choice import brought
from npucore.vision.real_values import real_values, stored_values

Floats = npt.NDArray[np.float32]

KEYS = ("args", "description", "end2end", "kpt_names", "kpt_shape", "names", "stride", "task")
"""Properties of a model that ultralytics may know; a file may name others, of any meaning."""

BOX = 4  # rows of a box
END_ROW = 6  # columns of a finished box: four numbers, score and class; key points follow


def backend_class(base: type[Any], settings: Settings) -> type[Any]:
    """A subclass of ultralytics' *base* whose models are artefacts, opened by *settings*."""

    class NpucoreBackend(base):  # type: ignore[misc]  # ultralytics is no dependency
        """An artefact; *placement* says where its ops run."""

        def load_model(self, weight: str | Path) -> None:
            """Open the file, and say in a line where it runs."""
            chosen = settings.over(Settings.of_environment(os.environ))
            self.session = chosen.open_file(weight, os.environ)
            say(Path(weight).name, self.session, chosen.verbose)
            self.placement = self.session.placement
            self.layout = Layout(self.session.network)
            self.apply_metadata(self.layout.described())

        def forward(self, im: Any) -> list[Floats]:
            """*im* (N, C, H, W) float, 0 to 1, a torch tensor -> the outputs, real numbers."""
            picture = np.asarray(im.cpu().numpy(), np.float32)
            answers = self.session.run([self.layout.stored(picture)])
            points = tuple(getattr(self, "kpt_shape", None) or ())
            return self.layout.real(answers, len(self.names), points, bool(self.end2end))

    return NpucoreBackend


class Layout:
    """How a network wants its picture and gives its answers, where ultralytics has them otherwise.

    Raises `UnsupportedError` for a network that takes anything but one picture.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        shapes = [tensor.shape for tensor in network.inputs]
        if len(shapes) != 1 or len(shapes[0]) != 4 or not {shapes[0][1], shapes[0][3]} & {1, 3}:
            raise UnsupportedError(f"inputs of {shapes}, wanted one picture of 1 or 3 channels")
        self.batch, *sizes = shapes[0]
        self.channels_last = sizes[2] in (1, 3)
        self.size: tuple[int, int] = (
            (sizes[0], sizes[1]) if self.channels_last else (sizes[1], sizes[2])
        )
        self.channels = sizes[2] if self.channels_last else sizes[0]

    def described(self) -> dict[str, Any]:
        """What ultralytics calls metadata: the model's own, and what the network itself shows."""
        metadata = self.network.metadata
        found: dict[str, Any] = {
            key: value for key, value in metadata.properties.items() if key in KEYS
        }
        if "names" not in found and (names := brought(metadata)):
            found["names"] = names
        return {**found, "imgsz": self.size, "batch": self.batch, "channels": self.channels}

    def stored(self, picture: Floats) -> npt.NDArray[Any]:
        """(N, C, H, W), 0 to 1, as the network's input stores it."""
        moved = picture.transpose(0, 2, 3, 1) if self.channels_last else picture
        return np.ascontiguousarray(stored_values(moved, self.network.inputs[0]))

    def real(
        self, answers: list[npt.NDArray[Any]], names: int, points: tuple[int, ...], ended: bool
    ) -> list[Floats]:
        """Outputs as real numbers, coordinates in pixels, masks behind rows and (N, C, H, W)."""
        found = [self._real(a, t) for a, t in zip(answers, self.network.outputs, strict=True)]
        for rows in found:
            if rows.ndim == 3:
                self._to_pixels(rows, names, points, ended)
        found.sort(key=lambda rows: rows.ndim)
        return found

    def _real(self, answer: npt.NDArray[Any], tensor: Tensor) -> Floats:
        real = np.array(real_values(answer, tensor), np.float32)
        return real.transpose(0, 3, 1, 2) if self.channels_last and real.ndim == 4 else real

    def _to_pixels(self, rows: Floats, names: int, points: tuple[int, ...], ended: bool) -> None:
        """Relative coordinates, as TFLite's exports have them, are multiplied, in place.

        The numbers tell, as everywhere in npucore: cells cover the picture, so that some
        coordinate is large if they are in pixels.
        """
        by_row = rows.transpose(0, 2, 1) if ended else rows
        if not by_row.size or by_row[:, :BOX].max() > LARGEST_RELATIVE_SIZE:
            return
        height, width = self.size
        by_row[:, 0:BOX:2] *= width
        by_row[:, 1:BOX:2] *= height
        if points:
            first, step = (END_ROW if ended else BOX + names), points[1]
            by_row[:, first::step] *= width
            by_row[:, first + 1 :: step] *= height
