# SPDX-License-Identifier: MIT
"""What the commands about hardware and speed print with ``--json``."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel

from npucore.cli.reports.answer import ObjectReport, Report
from npucore.cli.reports.base import DeviceReport, WorkReport


class OpCostReport(Report):
    """What an op is expected to take on one core; *index* is null for what a rewrite has added."""

    index: int | None
    op: str
    name: str
    backend: str
    predicted_us: float
    measured_us: float | None
    bytes: float
    macs: int  # of the op, as `npucore show` counts them
    utilisation: float  # 0 to 1
    bound: str


class BenchReport(Report):
    """``npucore bench``."""

    model: str
    backend: str
    device: dict[str, DeviceReport]
    streams: int
    runs: int
    fed: list[str]  # how photos were fed, one for each
    modelled: bool  # whether times are of the device's own clock
    throughput_fps: float
    latency_ms: float  # median of inferences alone
    predicted_ms: float | None
    ops: list[OpCostReport]
    placed: dict[str, int]
    macs: dict[str, int]  # by backend
    work: list[WorkReport]


class FoundDeviceReport(DeviceReport):
    """Something that programs run on."""

    backend: str
    name: str


class FindingReport(Report):
    """One thing that was looked at: ok, warning, error or unknown."""

    backend: str
    subject: str
    state: str
    detail: str
    remedy: str


class DoctorReport(Report):
    """``npucore doctor``."""

    findings: list[FindingReport]
    self_test: list[FindingReport] | None  # null if it was not asked for
    fine: bool  # an NPU can be used, and no self-test has failed: exit status 0, else 1
    verdict: str


class DevicesReport(RootModel[list[FoundDeviceReport]]):
    """``npucore devices``."""

    model_config = ConfigDict(frozen=True)

    def json_text(self) -> str:
        """The document, for people as well as programs."""
        return self.model_dump_json(indent=2)


class FrameReport(Report):
    """An image or a frame of a video, and what is in it."""

    name: str
    fed: str
    head: str  # that has read the outputs
    file: str | None  # where it was drawn to
    objects: list[ObjectReport]


class DetectReport(Report):
    """``npucore detect``."""

    model: str
    source: str
    device: dict[str, DeviceReport]
    streams: int
    notes: list[str]  # about the names of classes
    frames: list[FrameReport]
    fps: float  # of the whole command, drawing left out
    placed: dict[str, int]
