# SPDX-License-Identifier: MIT
"""Frigate's tensors: a frame -> a network's input, and its outputs -> rows of detections.

Source: ``frigate/detectors/detection_api.py`` and the detectors beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from npucore.errors import InputError
from npucore.graph import Network
from npucore.tensor import Array, Tensor
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.detection import NoDetectorError
from npucore.vision.feeding import Options, Resize, choose
from npucore.vision.feeding.feed import Frame
from npucore.vision.kinds import Objects
from npucore.vision.real_values import stored_values

ROWS, COLUMNS = 20, 6
THRESHOLD = 0.4  # of `DetectionApi`
TASK = "detect"
HEADS: Mapping[str, str] = {"ssd": "ssd", "yolox": "yolox"}
"""Frigate's model_type -> the head that it names; of the others shapes and numbers tell."""

AS_IT_IS = Options(bgr=False, resize=Resize.STRETCH)  # Frigate orders channels, and cuts regions

Rows = npt.NDArray[np.float32]


def no_rows() -> Rows:
    """Nothing found: (20, 6) zeros."""
    return np.zeros((ROWS, COLUMNS), np.float32)


class Frames:
    """Frames of a network of one input, a picture. Raises `InputError` for another network."""

    def __init__(self, network: Network) -> None:
        if len(network.inputs) != 1:
            raise InputError(f"{len(network.inputs)} inputs, wanted one image")
        self.network, self.tensor = network, network.inputs[0]
        self._frame = Frame.of(self.tensor)
        self._feed = choose(network, self.tensor, AS_IT_IS, heads.hint(network))

    def input(self, frame: Array) -> Array:
        """*frame* as the network takes it.

        It is (1, H, W, C) or (1, C, H, W) of the network's height, width and channels: uint8
        pixels, which become what the network wants, but stay as they are for one of bytes, as
        with Frigate's own detectors; or float32, which are real values already. Raises
        `InputError` for others.
        """
        given = Frame.of(Tensor("of Frigate's", frame.shape, frame.dtype))
        size, wanted = (_size(one) for one in (given, self._frame))
        if size != wanted:
            raise InputError(f"a frame of {size}, the network wants {wanted}: see model in Frigate")
        whole = frame.reshape(frame.shape[-3:])
        pixels = whole.transpose(1, 2, 0) if given.channels_first else whole
        if frame.dtype == self.tensor.dtype:
            return self._shaped(pixels)
        if frame.dtype == np.uint8:
            image = pixels[:, :, 0] if given.channels == 1 else pixels
            return self._feed(Image.fromarray(np.ascontiguousarray(image))).array
        if frame.dtype != np.float32:
            raise InputError(f"a frame of {frame.dtype}, wanted uint8 or float32")
        if self.tensor.dtype.kind != "f" and self.tensor.quantization is None:
            raise InputError("a frame of float32, the network wants pixels: input_dtype int")
        return self._shaped(stored_values(pixels, self.tensor))

    def _shaped(self, values: Array) -> Array:
        """(H, W, C) in the layout of the network."""
        ordered = values.transpose(2, 0, 1) if self._frame.channels_first else values
        return np.ascontiguousarray(ordered).reshape(self.tensor.shape)

    def rows(self, outputs: Sequence[Array], model_type: str | None = None) -> Rows:
        """The best 20 objects of a score of at least 0.4.

        (20, 6): class, score, ymin, xmin, ymax, xmax; relative to the frame, zeros after the last.
        *model_type* is that of Frigate's configuration. Raises `InputError` if *outputs* are not
        those of such a network.
        """
        answer = interpret(
            self.network,
            outputs,
            threshold=THRESHOLD,
            head=HEADS.get(model_type or ""),
            task=TASK,
        )
        if not isinstance(answer, Objects):
            raise NoDetectorError(type(answer).__name__.lower())
        rows = no_rows()
        for row, found in zip(rows, answer.objects, strict=False):
            row[:] = (found.index, found.score, *found.box)
        return rows


def _size(frame: Frame) -> str:
    return f"{frame.height}x{frame.width}x{frame.channels}"
