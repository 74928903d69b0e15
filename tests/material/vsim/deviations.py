# SPDX-License-Identifier: MIT
"""Chips that deviate: what the simulator of a virtual kernel does otherwise, and that one alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from npucore.hw.memory import Memory, SimulationError
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.sim import convolve, decoded, nn, tp, tp_alu, weights_v8
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.virtual import file

Change = tuple[Any, str, Any]
"""A module or class, a name in it, and what is there instead."""


def build(patch: pytest.MonkeyPatch, changes: tuple[Change, ...]) -> None:
    """Virtual kernels drive deviating chips from now on, as long as *patch* lasts."""

    class Deviating(SimulatedChip):
        def run(self, words: list[int]) -> None:
            with pytest.MonkeyPatch.context() as inner:
                for change in changes:
                    inner.setattr(*change)
                super().run(words)

    patch.setattr(file, "SimulatedChip", Deviating)


def changed(job: Any, **values: int) -> Any:
    """A descriptor with other values in some fields."""
    return type(job)(**(job.field_values() | values))


class HalfUp:
    """numpy, but for the rounding of halves."""

    def __getattr__(self, name: str) -> object:
        return getattr(np, name)

    @staticmethod
    def rint(values: np.ndarray) -> np.ndarray:
        return np.floor(values + 0.5)


def half_up(sums: np.ndarray, multiplier: int, shift: int, zero_point: int) -> np.ndarray:
    return np.floor(sums * (multiplier * 2.0**-shift) + 0.5).astype(np.int64) + zero_point


def off_by_one(sums: np.ndarray, multiplier: int, shift: int, zero_point: int) -> np.ndarray:
    return half_up(sums, multiplier, shift, zero_point + 1)


def steps(x: np.ndarray, table: np.ndarray, signed: bool) -> np.ndarray:
    """No line from an entry to the next."""
    half = np.abs(x).astype(np.float16).view(np.uint16).astype(np.int64)
    if signed:
        return np.asarray(table[(half >> 6) + 512 * (x < 0)])
    return np.asarray(np.sign(x) * table[half >> 5])


def stops(x: np.ndarray, table: np.ndarray, signed: bool) -> np.ndarray:
    raise SimulationError("no table")


_window, _pooled, _run = tp._window, tp._pooled, tp.run
_image, _superblocks = nn.NNEngine._image, weights_v8._superblocks


def beyond_is_255(job: TPDescriptor, memory: Memory) -> np.ndarray:
    """Outside of a maximum's image."""
    return _window(changed(job, in_zp=255) if job.alu_horz_processing else job, memory)


def beyond_of_any_is_255(job: TPDescriptor, memory: Memory) -> np.ndarray:
    return _window(changed(job, in_zp=255), memory)


def from_the_first_row(job: TPDescriptor, memory: Memory) -> np.ndarray:
    """Boxes begin at row 0."""
    if job.alu_horz_processing or job.in_window_y_start <= 0:
        return _window(job, memory)
    end = job.in_window_y_end - job.in_window_y_start
    return _window(changed(job, in_window_y_start=0, in_window_y_end=end), memory)


def never_three(job: TPDescriptor, values: np.ndarray) -> np.ndarray:
    """Windows of three look at two: the stride of the tile is not regarded."""
    if job.alu_horz_proc_count < 2:
        return _pooled(job, values)
    two = {"alu_horz_proc_count": 1, "alu_vert_proc_count": 1}
    two |= {"alu_horz_proc_stride": 0, "alu_vert_proc_stride": 0}
    return _pooled(changed(job, **two), values[:, :-1, :-1])


def neighbours(job: TPDescriptor, memory: Memory) -> None:
    """Values of a row lie next to each other, whatever the loop says."""
    _run(changed(job, out_loop_1_inc=1) if job.out_loop_1_inc == 2 else job, memory)


def loops_in_order(job: TPDescriptor, memory: Memory) -> None:
    """A row is never written down a column of a single plane."""
    turned = job.in_image_z_size == 1 and job.in_tile_x_size > 1 and job.out_loop_2_inc == 1
    if turned and not job.alu_pwl_enable:
        columns, rows = job.out_loop_1_count, job.out_loop_2_count
        job = changed(job, out_loop_1_inc=1, out_loop_2_inc=columns, out_loop_2_count=rows)
    _run(job, memory)


def small_offsets(engine: nn.NNEngine, job: NNDescriptor, dtype: type) -> np.ndarray:
    """Offsets have three bits, their sign included."""
    offsets = {
        name: ((getattr(job, name) + 4) & 7) - 4
        for name in ("in_image_x_offset", "in_image_y_offset")
    }
    return _image(engine, changed(job, **offsets), dtype)


def planes_without_a_gap(engine: nn.NNEngine, job: NNDescriptor, dtype: type) -> np.ndarray:
    """The second operand is read behind the last row of the first."""
    if job.kernel_z_size == 2 and job.out_image_z_size == 1:
        job = changed(job, in_image_y_stride=job.in_image_y_size)
    return _image(engine, job, dtype)


def first_operand_twice(engine: nn.NNEngine, job: NNDescriptor, dtype: type) -> np.ndarray:
    seen = _image(engine, job, dtype)
    if job.kernel_z_size == 2 and job.out_image_z_size == 1:
        seen[1] = seen[0]
    return seen


def with_a_sign(weights: np.ndarray, channels: np.ndarray | None) -> convolve.Filter:
    """The largest weight that there is reads as -1."""
    return convolve.Filter(np.where(weights == 255, -1, weights).astype(np.int16), channels)


def last_first(mine: list[int], most: int) -> Iterator[list[int]]:
    """Superblocks from the last to the first."""
    yield from list(_superblocks(mine, most))[::-1]


ENGINE = nn.NNEngine

DEVIATIONS: dict[str, tuple[str, tuple[Change, ...], set[str]]] = {
    "sums": ("a311d", ((nn, "requantize", off_by_one),), {"a plain convolution"}),
    "halves": ("a311d", ((nn, "requantize", half_up),), {"rounding of halves", "odd sum"}),
    "table": (
        "a311d",
        ((tp_alu, "_looked_up", steps),),
        {"looked up", "one operand", "two tensors", "clamped", "requantized"},
    ),
    "no table": (
        "imx8mp",
        ((tp_alu, "_looked_up", stops),),
        {"looked up", "one operand", "two tensors", "clamped", "requantized"},
    ),
    "halves of a table": (
        "imx8mp",
        ((tp_alu, "np", HalfUp()),),
        {"looked up", "one operand", "two tensors"},
    ),
    "border of a pool": ("a311d", ((tp, "_window", beyond_is_255),), {"composed"}),
    "border": (
        "a311d",
        ((tp, "_window", beyond_of_any_is_255),),
        {"a convolution by twos", "unusual window", "composed", "other border"},
    ),
    "box": ("s905d3", ((tp, "_window", from_the_first_row),), {"copied", "other border"}),
    "window": ("stm32mp2", ((tp, "_pooled", never_three),), {"largest", "composed"}),
    "every other": (
        "a311d",
        ((tp, "run", neighbours),),
        {"composed", "whole blocks", "single map"},
    ),
    "order": ("a311d", ((tp, "run", loops_in_order),), {"three axes"}),
    "offsets": ("imx8mp", ((ENGINE, "_image", small_offsets),), {"unusual window"}),
    "gap": ("a311d", ((ENGINE, "_image", planes_without_a_gap),), {"odd sum"}),
    "operands": (
        "imx8mp",
        ((ENGINE, "_image", first_operand_twice),),
        {"one sum", "scales alike", "odd sum", "two tensors"},
    ),
    "averages": (
        "a311d",
        ((decoded, "Filter", with_a_sign),),
        {"a scale for each channel", "average", "whole map"},
    ),
    "superblocks": (
        "imx8mp",
        ((weights_v8, "_superblocks", last_first),),
        {"many kernels", "whole map"},
    ),
}
"""On which chip, what it does otherwise, and what the self-test has to name."""
