# SPDX-License-Identifier: MIT
"""Kinds of network by their last layers: one file each, and those that plugins add.

The order is that in which they are asked: the first whose shapes fit and whose numbers agree
answers. Plugins' heads come first (`npucore.plugins.Hooks.npucore_heads`).
"""

from __future__ import annotations

from collections.abc import Sequence

from npucore import plugins
from npucore.errors import InputError, PluginError
from npucore.graph import Network
from npucore.vision.feeding.choice import NO_HINT, Hint
from npucore.vision.heads import (
    blazeface,
    classes,
    ctc,
    detr,
    efficientdet_maps,
    finished,
    landmarks,
    mask,
    movenet,
    nanodet,
    picture,
    segments,
    ssd,
    ssd_boxes,
    text_boxes,
    yolo5,
    yolo5_maps,
    yolo8,
    yolo8_maps,
    yolo_obb,
    yolo_pose,
    yolo_rows,
    yolo_segment,
    yolox,
)
from npucore.vision.heads.base import Head, Seen

__all__ = ["HEADS", "Head", "Seen", "chosen", "every", "hint"]

HEADS: tuple[Head, ...] = (
    ssd.HEAD,
    text_boxes.HEAD,
    mask.HEAD,
    picture.HEAD,
    segments.HEAD,
    yolo_segment.HEAD,
    movenet.HEAD,
    landmarks.HEAD,
    blazeface.HEAD,
    ssd_boxes.HEAD,
    finished.HEAD,
    yolo_rows.HEAD,
    nanodet.HEAD,
    yolo_pose.HEAD,
    yolo_obb.HEAD,
    yolox.HEAD,
    yolo8.HEAD,
    yolo5.HEAD,
    ctc.HEAD,
    *yolo5_maps.HEADS,
    efficientdet_maps.HEAD,
    yolo8_maps.HEAD,
    detr.HEAD,
    classes.HEAD,
)


def every() -> tuple[Head, ...]:
    """All heads, plugins' first. Raises `PluginError` for one that is none."""
    plugins.load_hook_plugins()
    added = [head for heads in plugins.manager.hook.npucore_heads() for head in heads]
    for head in added:
        if not isinstance(head, Head):
            raise PluginError(f"npucore_heads gives {head!r}, which is no Head")
    return (*added, *HEADS)


def chosen(network: Network, head: str | None = None, task: str | None = None) -> Sequence[Head]:
    """The heads to ask, in order: the named one, those of a task, or all whose shapes fit.

    Raises `InputError` for a name that is unknown, and for a network that has no such head.
    """
    known = every()
    if head is not None and head not in {one.name for one in known}:
        names = ", ".join(sorted(one.name for one in known))
        raise InputError(f"--head {head}: no such head; there are {names}")
    if task is not None and task not in {one.task for one in known}:
        raise InputError(f"--task {task}: wanted {', '.join(sorted({o.task for o in known}))}")
    wanted = [o for o in known if head in (None, o.name) and task in (None, o.task)]
    fitting = [one for one in wanted if one.fits(network) and (head or one.unnamed(network))]
    if not fitting and (head or task):
        asked = f"--head {head}" if head else f"--task {task}"
        shapes = ", ".join(str(tensor.shape) for tensor in network.outputs)
        wants = "; ".join(f"{one.name}: {one.summary}" for one in wanted) or "no head is both"
        raise InputError(f"{asked}: outputs {shapes} do not fit it ({wants})")
    return fitting


def hint(network: Network, head: str | None = None, task: str | None = None) -> Hint:
    """How networks of the kind that *network* seems to be are usually fed."""
    fitting = chosen(network, head, task)
    return fitting[0].hint(network) if fitting else NO_HINT
