# SPDX-License-Identifier: MIT
"""Requests with photos, with bytes changed, cut and doubled: 4xx or an answer, nothing else."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.messages import HttpRequest
from npucore.serving.models import Limits, Model
from tests.material.vision.small_detector import detector
from tests.serving.test_deepstack import KIND, PATH, form


def photo(kind: str) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (24, 40, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


SOUND = {
    "doods": ("/detect", json.dumps({"data": base64.b64encode(photo("JPEG")).decode()}).encode()),
    "deepstack-jpeg": (PATH, form(api_key=b"", image=photo("JPEG"), min_confidence=b"0.5")),
    "deepstack-png": (PATH, form(image=photo("PNG"))),
    "deepstack-gif": (PATH, form(image=photo("GIF"))),
    "deepstack-tiff": (PATH, form(image=photo("TIFF"))),
}


def damaged(body: bytes, rng: np.random.Generator) -> bytes:
    data = bytearray(body)
    for _ in range(rng.integers(1, 5)):
        at, kind = int(rng.integers(0, len(data) + 1)), rng.integers(0, 4)
        if kind == 0:
            data[at : at + 1] = rng.bytes(1)
        elif kind == 1:
            data[at : at + int(rng.integers(1, 40))] = b""
        elif kind == 2:
            data[at:at] = data[at : at + 40]
        elif rng.integers(0, 8) == 0:
            del data[at:]
    return bytes(data)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged metadata
@pytest.mark.parametrize(("path", "body"), SOUND.values(), ids=SOUND)
@pytest.mark.parametrize(
    "count", [30, pytest.param(2_000, marks=[pytest.mark.slow, pytest.mark.long])]
)
def test_each_is_answered(path: str, body: bytes, count: int) -> None:
    rng, told = np.random.default_rng(18), Counter[int]()
    with Session(detector(), "reference") as session:
        application = Application([Model("things", session, Limits())])
        for _ in range(count):
            headers = {"content-type": KIND}
            answer = application.answer(HttpRequest("POST", path, headers, damaged(body, rng)))
            told[answer.status] += 1
        sound = application.answer(HttpRequest("POST", path, {"content-type": KIND}, body))
        assert sound.status == 200
    assert set(told) <= {200, 400}
    assert told[400] > count / 20
