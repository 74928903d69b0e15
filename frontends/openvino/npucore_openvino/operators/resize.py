# SPDX-License-Identifier: MIT
"""Maps of another size."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.errors import UnsupportedError
from npucore_openvino.call import Built, Call

MODES = {"cubic": "cubic", "linear": "linear", "linear_onnx": "linear", "nearest": "nearest"}
PLACES = ("align_corners", "asymmetric", "half_pixel", "pytorch_half_pixel")
ROUNDINGS = ("ceil", "floor", "round_prefer_ceil", "round_prefer_floor")
OLD = "opset1"
SIZES, SCALES = 1, 2  # operands of opset 4; later there is one for either


def interpolate(call: Call) -> Built:
    """Resize, by sizes or by factors along constant axes."""
    if call.layer.opset == OLD:
        raise UnsupportedError("Interpolate of opset 1: convert the model anew")
    if any(call.list("pads_begin", "")) or any(call.list("pads_end", "")):
        raise UnsupportedError("Interpolate with a border")
    if call.flag("antialias"):
        raise UnsupportedError("Interpolate with antialiasing")
    mode = MODES[call.choice("mode", "nearest", *MODES)]
    by_size = call.choice("shape_calculation_mode", "sizes", "sizes", "scales") == "sizes"
    four = call.layer.opset == "opset4"
    number = (SIZES if by_size else SCALES) if four else SIZES
    axes = call.integers(3 if four else 2, "the axes") if len(call.inputs) > 2 + four else None
    scale = call.numbers(number, "the size")
    sizes = call.writer.constant(scale.astype(np.int64 if by_size else np.float32))
    attributes = {
        "mode": mode,
        "coordinate_transformation_mode": call.choice(
            "coordinate_transformation_mode", "half_pixel", *PLACES
        ),
        "nearest_mode": call.choice("nearest_mode", "round_prefer_floor", *ROUNDINGS),
        "cubic_coeff_a": call.real("cube_coeff", "-0.75"),
        **({"axes": axes} if axes is not None else {}),
    }
    operands = ["", "", sizes] if by_size else ["", sizes]
    if mode == "nearest":
        return call.moved("Resize", *operands, **attributes)
    return str(call.emit("Resize", call.name(0), *operands, **attributes))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {"Interpolate": interpolate}
