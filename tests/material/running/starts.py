# SPDX-License-Identifier: MIT
"""Runs of the digits' network that tell whether they were of kept programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import npucore
from npucore.running.kept import Kept

IMAGE = np.random.default_rng(7).integers(-128, 128, (1, 8, 8, 1), np.int8)


def run(model: Path, backend: str = "rocket", **settings: Any) -> tuple[bytes, bool]:
    """The answer, and whether it was of kept programs."""
    with npucore.Session(model, backend, **settings) as session:
        (answer,) = session.run(IMAGE)
        return answer.tobytes(), isinstance(session.network, Kept)
