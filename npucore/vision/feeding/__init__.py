# SPDX-License-Identifier: MIT
"""How a photo becomes a network's input, and where its parts lie there."""

from npucore.vision.feeding.choice import Options, choose
from npucore.vision.feeding.feed import Fed, Feed, Resize
from npucore.vision.feeding.placement import WHOLE, Placement
from npucore.vision.feeding.ranges import Range

__all__ = ["WHOLE", "Fed", "Feed", "Options", "Placement", "Range", "Resize", "choose"]
