# SPDX-License-Identifier: MIT
"""What the commands about hardware and speed print with ``--json``."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel

from npucore.cli.reports.answer import ObjectReport, Report
from npucore.cli.reports.base import BoardReport, DeviceReport, ModelledReport, WorkReport


class OpCostReport(Report):
    """What an op is expected to take on one core; *index* is null for what a rewrite has added."""

    index: int | None
    op: str
    name: str
    backend: str
    predicted_us: float  # without the driver
    driver_us: float = 0.0
    measured_us: float | None
    bytes: float
    macs: int  # of the op, as `npucore show` counts them
    utilisation: float  # 0 to 1
    bound: str


class CpuOpReport(Report):
    """The expected time of an op on one core of the board's CPU."""

    index: int | None
    op: str
    name: str
    backend: str
    predicted_us: float
    macs: int


class BenchReport(Report):
    """``npucore bench``."""

    model: str
    backend: str
    device: dict[str, DeviceReport]
    streams: int
    runs: int
    fed: list[str]  # how photos were fed, one for each
    modelled: bool  # whether latency and throughput come of a model; else they are measured
    throughput_fps: float
    latency_ms: float  # median of inferences alone
    latency_p50_ms: float | None  # percentiles of what was measured
    latency_p90_ms: float | None
    latency_p99_ms: float | None
    one_stream_fps: float
    predicted_ms: float | None  # of the NPU's tasks, without the driver
    expected: ModelledReport | None  # by the model, for one inference alone
    board: BoardReport | None  # that the model is of
    busy: dict[str, float] | None  # parts of the modelled time in which each is taken
    bound_by: str | None  # one of these, "streams", or "order" of a network with a state
    ops: list[OpCostReport]
    cpu_ops: list[CpuOpReport]
    placed: dict[str, int]
    macs: dict[str, int]  # by backend
    work: list[WorkReport]


class EachRow(Report):
    """A network on one backend; figures are null where *why_not* says that there are none."""

    backend: str
    ops: int | None = None  # that it takes
    of_ops: int | None = None
    macs: int | None = None
    of_macs: int | None = None
    latency_ms: float | None = None
    throughput_fps: float | None = None
    modelled: bool | None = None
    unmodelled: str | None = None  # what a lower bound leaves out
    which: str | None = None  # how the figures came about
    why_not: str | None = None


class EachReport(Report):
    """``npucore bench --each``."""

    model: str
    streams: int
    backends: list[EachRow]


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
