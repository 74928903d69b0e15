# SPDX-License-Identifier: MIT
"""Tasks of fp16 against the vendor's plans for one core, field by field.

Data and their source: golden/rk3588-silicon of the shared folder.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore import Graph
from npucore.hw.registers import Bits, Register
from npucore.ops import Convolution, Padding
from npucore.tensor import Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.registers import cna as c
from npucore_rocket.stream import OFFSET_MASK, Words, value_and_offset
from tests.material.rocket.vendor_plans import FP16_FILE, ONE_CORE

DIFFERENCES = tomllib.loads(
    (Path(__file__).parents[1] / "material/rocket/vendor_halves.toml").read_text()
)
REAL = np.dtype(np.float32)
FIELDS: dict[str, tuple[type[Register], Bits]] = {
    "cbuf_data_banks": (c.CNA_CBUF_CON0, c.CNA_CBUF_CON0.data_bank),
    "cbuf_data_entries": (c.CNA_CBUF_CON1, c.CNA_CBUF_CON1.data_entries),
    "cbuf_weight_banks": (c.CNA_CBUF_CON0, c.CNA_CBUF_CON0.weight_bank),
    "feature_grains": (c.CNA_CONV_CON2, c.CNA_CONV_CON2.feature_grains),
    "in_channels_real": (c.CNA_DATA_SIZE1, c.CNA_DATA_SIZE1.datain_channel_real),
    "in_rows": (c.CNA_DATA_SIZE0, c.CNA_DATA_SIZE0.datain_height),
    "in_width": (c.CNA_DATA_SIZE0, c.CNA_DATA_SIZE0.datain_width),
    "kernel_h": (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_height),
    "kernel_w": (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_width),
    "kernels": (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_kernels),
    "out_atomics": (c.CNA_DATA_SIZE3, c.CNA_DATA_SIZE3.dataout_atomics),
    "out_width": (c.CNA_DATA_SIZE2, c.CNA_DATA_SIZE2.dataout_width),
    "pad_left": (c.CNA_PAD_CON0, c.CNA_PAD_CON0.pad_left),
    "pad_top": (c.CNA_PAD_CON0, c.CNA_PAD_CON0.pad_top),
    "stride_x": (c.CNA_CONV_CON3, c.CNA_CONV_CON3.conv_x_stride),
    "stride_y": (c.CNA_CONV_CON3, c.CNA_CONV_CON3.conv_y_stride),
}


def graph(shape: dict[str, int]) -> Graph:
    """The same convolution of real numbers, with weights of 0."""
    kernel, pads = (shape["kernel_h"], shape["kernel_w"]), (shape["pad_h"], shape["pad_w"])
    size = zip((shape["height"], shape["width"]), kernel, pads, strict=True)
    rows, columns = ((n + 2 * pad - k) // shape["stride"] + 1 for n, k, pad in size)
    weights = np.zeros((shape["cout"], *kernel, shape["cin"]), np.float32)
    op = Convolution(
        input=Tensor("x", (1, shape["height"], shape["width"], shape["cin"]), REAL),
        weights=Tensor("w", weights.shape, REAL, None, weights),
        output=Tensor("y", (1, rows, columns, shape["cout"]), REAL),
        stride=(shape["stride"], shape["stride"]),
        padding=Padding(pads[0], pads[0], pads[1], pads[1]),
    )
    return Graph((op,), (op.input,), (op.output,))


def held(words: Words) -> dict[str, int]:
    """The fields that the plans give, once the words are written."""
    found = {}
    for name, (register, bits) in FIELDS.items():
        *_, last = words[words & np.uint64(OFFSET_MASK) == register.offset]
        found[name] = bits.get(value_and_offset(int(last))[0])
    return found


def pairs(folder: Path) -> Iterator[tuple[list[dict[str, int]], list[dict[str, Any]]]]:
    """(our tasks, the vendor's programs) of every layer."""
    backend = RocketBackend(floats="fp16", trust="paper")
    for case in json.loads((folder / FP16_FILE).read_text())["cases"]:
        compiled = backend.compiled(graph(case["shape"]))
        theirs = [p for p in case["vendor_programs"] if p["plan_index"] == ONE_CORE]
        yield [held(task.code.words) for job in compiled.jobs for task in job], theirs


def test_fields_are_the_vendors_or_differ_for_a_listed_reason(shared: Path) -> None:
    folder = shared / "golden" / "rk3588-silicon" / "rk3588-vendor-plans"
    if not folder.is_dir():
        pytest.skip("no golden/rk3588-silicon in the shared folder")
    found: Counter[str] = Counter()
    compared = 0
    for mine, theirs in pairs(folder):
        compared += 1
        if [task["in_rows"] for task in mine] != [p["in_rows"] for p in theirs]:
            found["rows"] += 1
            continue
        for task, program in zip(mine, theirs, strict=True):
            found.update(name for name, value in task.items() if value != program[name])
    assert compared == 158
    assert found == {name: entry["count"] for name, entry in DIFFERENCES.items()}
    assert all(entry["why"].strip() for entry in DIFFERENCES.values())
