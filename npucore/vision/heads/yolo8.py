# SPDX-License-Identifier: MIT
"""YOLOv8, v9, v10 (one-to-one), v11 and v12: (1, 4 + classes, cells), or with both axes swapped.

Source: Ultralytics' Detect head, whose export decodes boxes and scores.
"""

from __future__ import annotations

from npucore.graph import Network
from npucore.vision.boxes import probabilities
from npucore.vision.heads.base import Head, Seen, task_of
from npucore.vision.heads.kept import objects
from npucore.vision.heads.rows import cells_of, hint, layout_of, placed
from npucore.vision.kinds import Answer


def fits(network: Network) -> bool:
    """A row of at least five columns for every cell."""
    layout = layout_of(network)
    return (
        len(network.outputs) == 1
        and layout is not None
        and layout.columns > 4
        and task_of(network) in (None, "detect")
    )


def read(seen: Seen) -> Answer | None:
    """Every cell competes as its best class."""
    layout = layout_of(seen.network)
    if layout is None:
        return None
    rows = layout.rows(seen.values[0])
    boxes = placed(rows[:, :4], cells_of(seen, layout), seen.size)
    return objects(seen, boxes, probabilities(rows[:, 4:]))


HEAD = Head(
    "yolo8",
    "detect",
    "YOLOv8 to v12: (1, 4 + classes, cells); v10's corners are told by the numbers",
    fits,
    read,
    hint,
)
