# SPDX-License-Identifier: MIT
"""Settings of this family beside those of every family, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from npucore.family import settings
from npucore.family.settings import choice
from npucore_rocket.form import Form, Tasks

WHOLE, PART = "whole", "part"
ALONE, FUSED = "alone", "fused"
CPU, FP16 = "cpu", "fp16"
AUTO, PPU, DPU = "auto", "ppu", "dpu"
CORES = "cores"
OPTIONS = {
    **settings.OPTIONS,
    "groups": "kernels of a task: whole groups of 32, depthwise 64 (default), or part of one, as "
    "Mesa has them: less work for few kernels, but one party's board never ended such tasks",
    "tables": "functions behind a convolution: alone (default), a task of their own, or fused into "
    "the convolution's, which saves a pass over memory; boards of siblings have run that",
    "pools": "maximum pools: auto (default: by the PPU where a device's driver is found to hear "
    "its end), ppu or dpu, which takes several tasks",
    CORES: "open files, each of which keeps one core busy: 1 (default) to as many as there are",
    "tasks": "tasks of a job: batched (default: as many as take a tenth of a second at 200 MHz), "
    "one, or joined where they share weights",
    "floats": "real numbers: cpu (default), or fp16, with 11 bits and no number beyond 65504",
    "clock": "of the NPU in Hz, for predictions and the virtual kernel (default: 2e8, mainline's)",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How tasks are cut to groups, and which of them are one job.

    *pooling_unit* is None where the device's driver decides; *with_halves* takes real numbers.
    """

    form: Form
    tasks: Tasks
    pooling_unit: bool | None
    with_halves: bool


def read_settings(options: Mapping[str, Any]) -> Settings:
    """Texts or values by name. Raises `InputError` for a value that cannot be."""
    whole = choice(options, "groups", WHOLE, PART) == WHOLE
    fused = choice(options, "tables", ALONE, FUSED) == FUSED
    tasks = Tasks(choice(options, "tasks", *Tasks))
    pools = choice(options, "pools", AUTO, PPU, DPU)
    unit = None if pools == AUTO else pools == PPU
    with_halves = choice(options, "floats", CPU, FP16) == FP16
    return Settings(Form(whole, fused_tables=fused), tasks, unit, with_halves)
