# SPDX-License-Identifier: MIT
"""What ``npucore quantize --json`` prints."""

from __future__ import annotations

from npucore.cli.reports.answer import Report


class SchemeReport(Report):
    """How the network was quantized."""

    per_channel: bool
    symmetric_activations: bool
    reduced_range: bool


class LayerErrorReport(Report):
    """The error of one layer against the float network, as ratios of root mean squares."""

    op: str
    name: str
    total: float
    added: float | None  # by this layer alone; null if its operands are not known


class QuantizeReport(Report):
    """``npucore quantize``."""

    model: str
    output: str
    size_bytes: int
    scheme: SchemeReport
    samples: int
    fed: str | None  # how photos were fed; null without photos
    skipped: list[str]  # files of the folder that are no samples
    agreement: float | None  # share of samples with the float network's class; null without classes
    layers: list[LayerErrorReport]  # worst first
    backend: str
    placed: dict[str, int]
    convolutions: int
    convolutions_placed: int
