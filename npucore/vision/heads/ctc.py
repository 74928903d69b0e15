# SPDX-License-Identifier: MIT
"""Text that is read: scores (1, T, characters) of every step, as CTC trains them.

The best character of every step, repeats and blanks left out. The blank is the first or the last
class: the one that more steps have. PP-OCR's networks take BGR from -1 to 1, as high as the
network and at its left; their alphabet has a space behind it. Source: A. Graves et al.:
Connectionist Temporal Classification, 2006; PaddleOCR ``rec_postprocess.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats, scorelike, softmax
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import NO_HINT, Hint
from npucore.vision.feeding.feed import Resize
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.kinds import Answer, Text

HIGHEST = 64  # rows of a line of text
STEPS = (2, 16)  # columns of the picture for every step
SAMPLES = (100, 2000)  # of a sound for every step
FEWEST_CHARACTERS = 3
ALPHABET = "character"  # the property of RapidOCR's files
GRAY = 128


def hint(network: Network) -> Hint:
    """As PP-OCR feeds colours; gray networks are as usual."""
    frame = picture(network)
    if frame is None or frame.channels != 3:
        return NO_HINT
    return Hint(ranges.SIGNED, True, Resize.LETTERBOX, top_left=True, border=GRAY)


def _steps(network: Network) -> tuple[int, int] | None:
    """(the axis of the steps, how many there are)."""
    if len(network.outputs) != 1 or len(shape := network.outputs[0].shape) != 3:
        return None
    if 1 not in shape[:2] or shape[2] < FEWEST_CHARACTERS:
        return None
    axis = 1 if shape[0] == 1 else 0
    return axis, shape[axis]


def fits(network: Network) -> bool:
    """A step for every few columns of a low picture, or for every few samples of a sound."""
    if (steps := _steps(network)) is None or steps[1] < 2:
        return False
    frame = picture(network)
    if frame is not None:
        low, high = (limit * steps[1] for limit in STEPS)
        line = frame.height <= HIGHEST and frame.width >= 2 * frame.height
        return line and low <= frame.width <= high
    shape = network.inputs[0].shape if network.inputs else ()
    sound = len(shape) in (1, 2) and all(size == 1 for size in shape[:-1])
    return sound and SAMPLES[0] * steps[1] <= shape[-1] <= SAMPLES[1] * steps[1]


def read(seen: Seen) -> Answer | None:
    """The text, or the numbers of its characters where no alphabet is known."""
    if (steps := _steps(seen.network)) is None:
        return None
    rows = seen.values[0].reshape(steps[1], -1)
    scores = rows if scorelike(rows) else softmax(rows)
    best = scores.argmax(axis=1)
    last = rows.shape[1] - 1
    blank = last if (best == last).sum() > (best == 0).sum() else 0
    change = np.concatenate([[True], best[1:] != best[:-1]])
    kept = np.flatnonzero(change & (best != blank))
    alphabet = _spelled(_alphabet(seen), rows.shape[1], blank)
    characters = [alphabet[i] if alphabet else str(i) for i in best[kept].tolist()]
    sure = float(scores[kept, best[kept]].mean()) if len(kept) else 0.0
    text = ("" if alphabet else " ").join(characters)
    return Text(text, sure, bool(alphabet), _classes(scores))


def _classes(scores: Floats) -> int:
    return int(scores.shape[1])


def _alphabet(seen: Seen) -> Sequence[str]:
    told = seen.network.metadata.properties.get(ALPHABET, "")
    return seen.alphabet or tuple(told.split("\n") if told else ())


def _spelled(alphabet: Sequence[str], classes: int, blank: int) -> list[str]:
    """A character for every class; empty if *alphabet* has not as many as the classes want."""
    missing = classes - len(alphabet)
    if not alphabet or missing not in (0, 1, 2):
        return []
    if missing == 0:
        return list(alphabet)
    with_space = [*alphabet, " "] if missing == 2 else list(alphabet)
    return ["", *with_space] if blank == 0 else [*with_space, ""]


HEAD = Head(
    "ctc",
    "text",
    "text by CTC (PP-OCR, CRNN): (1, steps, characters)",
    fits,
    read,
    hint,
)
