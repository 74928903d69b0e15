# SPDX-License-Identifier: MIT
"""The vendor's plans of convolutions, as its compiler cut them, and the same layers as ours."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from npucore.ops import Convolution, Padding
from npucore.tensor import Quantization, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.lower import Layer
from npucore_rocket.lower import layer as lower
from tests.material.rocket.random_ops import graph_of

INT8_FILES = ("conv_vendor_fixtures_channels_768_i8.json", "conv_vendor_fixtures_i8.json")
FP16_FILE = "conv_vendor_fixtures.json"
PACKED_CHANNELS = 4  # up to here, pixels are packed and entries count otherwise
ONE_CORE = 0  # plan_index of the plan for one core
INT8, Q = np.dtype(np.int8), Quantization.per_tensor(0.1, 0)


@dataclass(frozen=True)
class Case:
    """A convolution's shape, and the vendor's programs by the number of the plan."""

    shape: dict[str, int]
    plans: dict[int, list[dict[str, Any]]]

    @property
    def channels(self) -> int:
        return self.shape["cin"]

    @property
    def programs(self) -> list[dict[str, Any]]:
        return [program for plan in self.plans.values() for program in plan]

    @property
    def group_bytes(self) -> int:
        """Of 32 int8 kernels, or all if they are fewer."""
        s = self.shape
        channels = -(-s["cin"] // 16) * 16
        return s["kernel_h"] * s["kernel_w"] * channels * min(s["cout"], 32)


def cases(folder: Path, files: tuple[str, ...]) -> Iterator[Case]:
    """Those of more than four input channels."""
    for file in files:
        for case in json.loads((folder / file).read_text())["cases"]:
            plans = defaultdict(list)
            for program in case["vendor_programs"]:
                plans[program["plan_index"]].append(program)
            if case["shape"]["cin"] > PACKED_CHANNELS:
                yield Case(case["shape"], dict(plans))


def layer(case: Case) -> Layer:
    """The same convolution, with weights of 0."""
    s = case.shape
    kernel, padding = (s["kernel_h"], s["kernel_w"]), (s["pad_h"], s["pad_w"])
    size = zip((s["height"], s["width"]), kernel, padding, strict=True)
    rows, columns = ((n + 2 * pad - k) // s["stride"] + 1 for n, k, pad in size)
    shape = (s["cout"], *kernel, s["cin"])
    op = Convolution(
        input=Tensor("x", (1, s["height"], s["width"], s["cin"]), INT8, Q),
        weights=Tensor("w", shape, INT8, Q, np.broadcast_to(np.int8(0), shape)),
        output=Tensor("y", (1, rows, columns, s["cout"]), INT8, Q),
        stride=(s["stride"], s["stride"]),
        padding=Padding(padding[0], padding[0], padding[1], padding[1]),
    )
    return lower(op, graph_of(op), RK3588)
