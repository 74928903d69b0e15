# SPDX-License-Identifier: MIT
"""Models of the JSON that ``npucore show --json`` prints."""

from __future__ import annotations

from npucore.cli.reports.answer import Report, TensorReport
from npucore.cli.reports.base import WorkReport


class QuantizationReport(Report):
    """``real = scale * (stored - zero_point)``; one of each, or one for every index of *axis*."""

    scale: list[float]
    zero_point: list[int]
    axis: int | None


class OperandReport(TensorReport):
    """A tensor as an op sees it."""

    quantization: QuantizationReport | None
    constant_bytes: int | None  # null for an activation


class OpReport(Report):
    """One op of a model."""

    index: int
    op: str
    name: str
    inputs: list[OperandReport]
    outputs: list[OperandReport]
    attributes: dict[str, str]
    macs: int | None  # multiply-accumulates of one inference; null where the op has none


class TotalsReport(Report):
    """A model in numbers."""

    ops: dict[str, int]
    macs: int
    parameters_bytes: int
    memory_bytes: int  # at run time, at most


class ShowReport(Report):
    """``npucore show``."""

    model: str
    inputs: list[OperandReport]
    outputs: list[OperandReport]
    ops: list[OpReport]
    totals: TotalsReport
    work: list[WorkReport]  # of the backends that are named
