# SPDX-License-Identifier: MIT
"""Traces of convolutions with the output of the maker's model, where they are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from npucore.tensor import Tensor
from npucore_nvdla.chip import SMALL
from npucore_nvdla.layout import unpack_operands, unpack_weights
from npucore_nvdla.lower.layer import Convolve, PerKernel, Points, Stage
from npucore_nvdla.maps import region
from npucore_nvdla.registers import csc, sdp
from npucore_nvdla.stream import Settings
from npucore_nvdla.traces import LOAD, WRITE, Record, read

Bytes = npt.NDArray[np.uint8]
FOLDER = Path(__file__).parents[3] / ".." / "shared" / "golden" / "nvdla"
COMMITTED = Path(__file__).parent / "c34.txt"
INT8 = np.dtype(np.int8)
SHAPES: dict[str, tuple[int, ...]] = {"c34": (3, 3, 5, 35, 1, 1, 0, 1)}
if (FOLDER / "convolutions.json").exists():
    LISTED = json.loads((FOLDER / "convolutions.json").read_text())
    SHAPES = {
        f"c{name}": tuple(map(int, shape.strip("()").split(",")))
        for name, shape in LISTED.items()
        if shape[0] == "("
    }
NAMES = list(SHAPES)
ALL = pytest.mark.skipif(len(NAMES) == 1, reason="no traces of NVDLA beside the checkout")


@dataclass(frozen=True, eq=False)
class Golden:
    """A trace, and the memory that the model wrote."""

    name: str
    trace: bytes
    out: Bytes

    @property
    def records(self) -> list[Record]:
        return read(self.trace)

    @property
    def loads(self) -> list[Bytes]:
        """Map, weights, addends, factors."""
        return [np.frombuffer(r.data, np.uint8) for r in self.records if r.kind == LOAD]

    @property
    def writes(self) -> dict[int, int]:
        """Registers by offset."""
        found = (r.numbers for r in self.records if r.kind == WRITE)
        return {offset * 4: value for offset, value in found}

    def layer(self) -> Convolve:
        """The convolution, in our own terms."""
        columns, rows, channels, kernels, high, wide, pad, step = SHAPES[self.name]
        s = Settings(self.writes)
        out = s(csc.D_DATAOUT_SIZE_0)
        source = Tensor("source", (1, rows, columns, channels), INT8)
        shape = (1, out.dataout_height + 1, out.dataout_width + 1, kernels)
        _, weights, addends, factors = self.loads
        points = Points(
            Stage(
                addend=PerKernel(unpack_operands(addends, kernels)),
                addend_shift=s(sdp.D_DP_BS_ALU_CFG).bs_alu_shift_value,
            ),
            Stage(
                factor=PerKernel(unpack_operands(factors, kernels)),
                factor_shift=s(sdp.D_DP_BN_MUL_CFG).bn_mul_shift_value,
            ),
            offset=s(sdp.D_CVT_OFFSET).cvt_offset,
        )
        return Convolve(
            source=region(source),
            destination=region(Tensor("result", shape, INT8)),
            weights=unpack_weights(weights, (kernels, high, wide, channels), SMALL),
            stride=(step, step),
            dilation=(1, 1),
            padding=(pad, pad),
            padding_value=s(csc.D_ZERO_PADDING_VALUE).pad_value,
            points=points,
        )


@cache
def golden(name: str) -> Golden:
    """The record of that name."""
    if name == "c34":
        _, trace, out = _committed()
        return Golden(name, trace, np.frombuffer(out, np.uint8))
    with np.load(FOLDER / "convolutions.npz") as arrays:
        return Golden(name, arrays[f"{name}_trace"].tobytes(), arrays[f"{name}_out"])


def _committed() -> tuple[str, bytes, bytes]:
    text = "".join(
        f"\n{line}\n" if line.startswith("c34") else line
        for line in COMMITTED.read_text().splitlines()
        if not line.startswith("#")
    )
    _, _, trace, _, out = text.split("\n")
    return "c34", bytes.fromhex(trace), bytes.fromhex(out)
