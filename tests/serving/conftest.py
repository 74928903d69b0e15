# SPDX-License-Identifier: MIT
"""A server of a small detector, and a photo for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from npucore.running.session import Session
from npucore.vision.reading import Reading
from tests.material.served import Client, serving
from tests.material.vision.small_detector import detector

TOKEN = "secret"


@pytest.fixture
def photo() -> bytes:
    """64 x 128 pixels: it lies in rows 8 to 24 of the detector's 32."""
    file = io.BytesIO()
    Image.new("RGB", (128, 64), "red").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.txt"
    path.write_text("person\nbicycle\ncar\n")
    return path


@pytest.fixture
def camera(labels: Path) -> Iterator[Client]:
    """Asks a server of a detector called ``things``, which wants a token."""
    with (
        Session(detector(), "reference") as session,
        serving(session, token=TOKEN, name="things", reading=Reading(labels)) as client,
    ):
        yield client
