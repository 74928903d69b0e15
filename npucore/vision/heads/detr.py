# SPDX-License-Identifier: MIT
"""DETR and its kin: a box and scores for each of a few queries, nothing to suppress.

Scores (1, Q, classes) and boxes (1, Q, 4), or one output (1, Q, 4 + classes) as Ultralytics'
RT-DETR has it; boxes are centres and sizes, relative. DETR's scores are logits with a last class
of "nothing"; those of RT-DETR and deformable ones are independent. Shapes alone say little (the
tokens of a transformer have them, too); the numbers tell: most queries see nothing, and the scores
of the one-output form went through a sigmoid. Sources: facebookresearch/detr ``PostProcess``,
lyuwenyu/RT-DETR.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Network
from npucore.vision.boxes import Floats, corners, relative, scorelike, sigmoid, softmax
from npucore.vision.detect import Detection, inside
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import Hint
from npucore.vision.heads.base import Head, Seen, picture, task_of
from npucore.vision.kinds import Answer, Objects

MOST_QUERIES = 1000
FEWEST_QUERIES = 10
THRESHOLD = 0.5
MOSTLY = 0.5
UNSURE = 0.3  # in the median, a query's best score is below it: most queries see nothing
COCO_NUMBERS = (91, 92)  # with "nothing", and as Hugging Face's files have it


def hint(network: Network) -> Hint:
    """DETR, whose classes are COCO's numbers, is fed as by torchvision; RT-DETR 0..1."""
    places = _places(network)
    numbers = places is not None and network.outputs[places[1]].shape[2] in COCO_NUMBERS
    return Hint(ranges.IMAGENET if numbers else ranges.UNIT)


def _places(network: Network) -> tuple[int, int] | None:
    """Which output has the boxes, which the scores; the same for one that has both."""
    shapes = [tensor.shape for tensor in network.outputs]
    few = [len(s) == 3 and s[0] == 1 and FEWEST_QUERIES <= s[1] <= MOST_QUERIES for s in shapes]
    if len(shapes) == 1 and few[0] and shapes[0][2] > 4:
        return 0, 0
    pair = [place for place, fitting in enumerate(few) if fitting]
    if len(pair) != 2 or shapes[pair[0]][1] != shapes[pair[1]][1]:
        return None
    boxes = [place for place in pair if shapes[place][2] == 4]
    if len(boxes) == 2:  # four classes: then names tell
        boxes = [place for place in boxes if "box" in network.outputs[place].name.lower()]
    return (boxes[0], sum(pair) - boxes[0]) if len(boxes) == 1 else None


def fits(network: Network) -> bool:
    """Few rows of boxes and scores, and a picture that goes in."""
    return (
        picture(network) is not None
        and all(tensor.dtype.kind == "f" or tensor.quantization for tensor in network.outputs)
        and task_of(network) in (None, "detect")
        and _places(network) is not None
    )


def read(seen: Seen) -> Answer | None:
    """None if the numbers are not a detector's, unless the user has named this head."""
    if (places := _places(seen.network)) is None:
        return None
    rows, logits = seen.values[places[0]][0], seen.values[places[1]][0]
    both = places[0] == places[1]
    if both:
        rows, logits = rows[:, :4], rows[:, 4:]
    scores, limit = _scores(logits), seen.limit(THRESHOLD)
    usual = _are_relative(rows) and _sees_little(scores) and (not both or scorelike(logits))
    if not (usual or seen.forced):
        return None
    classes, best = scores.argmax(axis=1), scores.max(axis=1)
    boxes = relative(corners(rows), seen.size)
    order = np.argsort(-best, kind="stable")
    found = [
        Detection(int(classes[i]), float(best[i]), inside(boxes[i]))
        for i in order[best[order] >= limit].tolist()
    ]
    return Objects(tuple(found), limit, total=scores.shape[1])


def _are_relative(rows: Floats) -> bool:
    """Whether (Q, 4) *rows* can be centres and sizes relative to the picture."""
    return bool(rows.min() >= -0.5 and rows.max() <= 2)


def _sees_little(scores: Floats) -> bool:
    """Whether most queries of (Q, classes) *scores* have seen nothing."""
    return float(np.median(scores.max(axis=1))) <= UNSURE


def _scores(logits: Floats) -> Floats:
    """(Q, classes), without a class of "nothing", which never stands alone."""
    if scorelike(logits):
        return logits
    if logits.shape[1] == 1:
        return sigmoid(logits)
    nothing = (logits.argmax(axis=1) == logits.shape[1] - 1).mean()
    return softmax(logits)[:, :-1] if nothing > MOSTLY else sigmoid(logits)


HEAD = Head(
    "detr",
    "detect",
    "DETR and RT-DETR: boxes and scores of a few queries",
    fits,
    read,
    hint,
)
