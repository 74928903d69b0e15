# SPDX-License-Identifier: MIT
"""Videos written frame by frame, which appear complete or not at all; needs OpenCV."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image

from npucore.errors import InputError
from npucore.files.atomic import check_writable, scratch_folder
from npucore.vision.frames import opencv

CODECS = {".mp4": "mp4v", ".avi": "MJPG", ".mkv": "mp4v"}
USUAL_FPS = 25.0  # where the source does not say


def check_video(path: str | Path) -> None:
    """Raise `InputError` early for a place or a suffix that `Video` could not write."""
    if Path(path).suffix.lower() not in CODECS:
        raise InputError(f"{path}: wanted a name that ends in {', '.join(CODECS)}")
    check_writable(path)
    opencv(str(path))


class Video:
    """Takes frames of one size; the file is there when it is closed without an error."""

    def __init__(self, path: str | Path) -> None:
        check_video(path)
        self._path = Path(path)
        self._stack = ExitStack()
        self._hidden: Path | None = None
        self._writer: Any = None
        self._size: tuple[int, int] = (0, 0)

    def add(self, image: Image.Image, fps: float | None = None) -> None:
        """Append a frame; the first one decides the size and *fps*, the frames in a second."""
        cv2 = opencv(str(self._path))
        if self._writer is None:
            beside = self._stack.enter_context(scratch_folder(self._path.parent))
            self._hidden, self._size = beside / self._path.name, image.size
            code = cv2.VideoWriter_fourcc(*CODECS[self._path.suffix.lower()])
            rate = fps or USUAL_FPS
            self._writer = cv2.VideoWriter(str(self._hidden), code, rate, self._size)
            if not self._writer.isOpened():
                raise InputError(f"{self._path}: OpenCV cannot write it")
        shown = image if image.size == self._size else image.resize(self._size)
        self._writer.write(np.ascontiguousarray(np.asarray(shown.convert("RGB"))[:, :, ::-1]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._stack:
            if self._writer is None:
                return
            self._writer.release()
            if kind is None and self._hidden is not None:
                try:
                    os.replace(self._hidden, self._path)
                except OSError as failed:
                    why = failed.strerror or failed
                    raise InputError(f"{self._path}: cannot write it: {why}") from failed
