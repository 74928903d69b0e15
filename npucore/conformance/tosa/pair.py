# SPDX-License-Identifier: MIT
"""A convolution or product that ends in int32, with the RESCALE behind it that an NPU has.

The step of the output is chosen by what the accumulators are, so that most of int8 is used.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from npucore.quantize import multiplier
from npucore.tensor import Array

SPREAD = 50  # LSB
DOUBLE, SINGLE = "DOUBLE_ROUND", "SINGLE_ROUND"  # TFLite's rule, and one rounding


def step_of(accumulators: Array) -> np.float32:
    """Units of the accumulator in one LSB of the output."""
    spread = float(np.std(accumulators.astype(np.float64))) if accumulators.size else 1.0
    return np.float32(max(spread / SPREAD, 1.0))


def paired(source: Path, target: Path, step: np.float32, rounding: str) -> None:
    """Copy the test in *source* to *target* with a RESCALE by 1 / *step* at its end."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    desc = json.loads((target / "desc.json").read_text())
    path = target / desc["tosa_file"]
    model = json.loads(path.read_text())
    block = model["regions"][0]["blocks"][0]
    last = block["operators"][-1]
    (name,) = block["outputs"]
    sums = next(t for t in block["tensors"] if t["name"] == name)
    sums["name"] = last["outputs"][0] = "sums"
    m, shift = multiplier(1.0 / float(step))
    constants: dict[str, Array] = {
        "multiplier": np.array([m], np.int32),
        "shift": np.array([31 - shift], np.int8),
        "sums_zp": np.array([0], np.int32),
        "result_zp": np.array([0], np.int8),
    }
    plain = {
        key: value for key, value in sums.items() if key not in ("name", "shape", "type", "data")
    }
    for key, data in constants.items():
        kind = data.dtype.name.upper()
        values = list(data.tobytes())
        block["tensors"].append({"name": key, "shape": [1], "type": kind, "data": values, **plain})
        block["operators"].append(_operator("CONST", "ConstAttribute", {}, [], key, last))
    block["tensors"].append(
        {"name": name, "shape": sums["shape"], "type": "INT8", "data": [], **plain}
    )
    attributes = {
        "scale32": True, "rounding_mode": rounding, "per_channel": False,
        "input_unsigned": False, "output_unsigned": False,
    }  # fmt: skip
    operands = ["sums", *constants]
    block["operators"].append(
        _operator("RESCALE", "RescaleAttribute", attributes, operands, name, last)
    )
    path.write_text(json.dumps(model))


def _operator(
    op: str, kind: str, attributes: dict[str, Any], inputs: list[str], output: str, like: Any
) -> dict[str, Any]:
    return {
        "op": op, "attribute_type": kind, "attribute": attributes, "inputs": inputs,
        "outputs": [output], "location": like["location"],
    }  # fmt: skip
