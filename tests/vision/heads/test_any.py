# SPDX-License-Identifier: MIT
"""Any outputs have an answer, which can be printed and drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from npucore.cli.answers import lines, report
from npucore.tensor import Array, Shape
from npucore.vision import heads
from npucore.vision.answer import interpret
from npucore.vision.drawing import annotate, drawn
from npucore.vision.feeding import Placement
from npucore.vision.kinds import Tensors, moved
from tests.material.vision import made

IMAGES: list[Shape] = [
    (1, 64, 64, 3),
    (1, 3, 64, 64),
    (1, 3, 32, 96),
    (1, 640),
    (1, 1, 28, 28),
    (3, 64, 64),
]
SHAPES: list[Shape] = [
    (1, 84, 7),
    (1, 7, 84),
    (1, 84, 85),
    (1, 252, 9),
    (1, 30, 6),
    (1, 30, 7),
    (1, 84, 39),
]
SHAPES += [(1, 896, 16), (1, 896, 1), (1, 1, 17, 3), (1, 6, 56), (1, 195), (1, 63), (1, 1)]
SHAPES += [(1, 500, 4), (1, 500, 2), (1, 64, 64, 1), (1, 3, 64, 64), (1, 10, 4), (1, 10), (1,)]
SHAPES += [(1, 24, 8, 8), (1, 24, 4, 4), (1, 64, 8, 8), (1, 12, 5), (1, 100, 92), (1, 100, 4), ()]
SHAPES += [(0, 4), (1, 0, 6), (1, 16, 16, 4), (1, 30, 10), (3, 521)]
PHOTO = Image.new("RGB", (50, 30), (90, 90, 90))


def values(rng: np.random.Generator, shape: tuple[int, ...]) -> made.Floats:
    drawn_: list[Array] = [rng.normal(size=shape) * 10, rng.random(shape), rng.random(shape) * 600]
    drawn_ += [np.zeros(shape), rng.integers(0, 80, shape)]
    return np.asarray(drawn_[rng.integers(len(drawn_))], np.float32)


@pytest.mark.sample(4)
@pytest.mark.parametrize("seed", range(8))
def test_any_output_has_an_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(60):
        chosen = rng.integers(len(SHAPES), size=rng.choice([1, 1, 2, 3, 6]))
        outputs = [values(rng, SHAPES[i]) for i in chosen]
        graph = made.network(outputs, IMAGES[rng.integers(len(IMAGES))])
        fitting = [head.name for head in heads.HEADS if head.fits(graph)]
        assert heads.hint(graph) is not None
        answer = interpret(graph, outputs, threshold=0.1, image=PHOTO)
        answer = moved(answer, Placement(-0.5, 0, 1.5, 1))
        read = [name for name in fitting if name == answer.head or name in answer.others]
        assert read == ([] if isinstance(answer, Tensors) else fitting)
        assert annotate(PHOTO, answer, {}).width > 0
        assert drawn(answer)
        assert list(lines(answer, {}, PHOTO.size)) or answer.kind in ("classification", "tensors")
        assert report(answer, {}).kind == answer.kind
        assert fitting or isinstance(answer, Tensors)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_said(value: float) -> None:
    output = made.rows8().T[np.newaxis].copy()
    output[0, 0, 0] = value
    answer = interpret(made.network([output]), [output])
    assert isinstance(answer, Tensors)
    assert answer.hint == "y0 holds values that are no numbers"
