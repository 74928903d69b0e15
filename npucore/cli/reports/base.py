# SPDX-License-Identifier: MIT
"""Models of ``--json``, one for each document; answers are in `npucore.cli.reports.answer`.

It imports pydantic, which is slow to start: import it where a report is made.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, RootModel

from npucore.cli.reports.answer import AnswerReport, Report, TensorReport


class DeviceReport(Report):
    """What executes a backend's programs on this machine."""

    kind: str
    detail: str


class PlacementReport(Report):
    """Where one op runs, and why not where the user would have liked it better."""

    index: int
    op: str
    name: str
    backend: str
    reason: str | None
    evidence: str | None
    macs: int | None  # multiply-accumulates of one inference; null where the op has none


class ChangedReport(PlacementReport):
    """An op that its backend changed to take it, as the user allowed."""

    note: str


class WorkReport(Report):
    """The work that a backend takes of a network, where it runs now or on a board."""

    backend: str
    where: str  # board, simulator or cpu
    trust: str | None  # the least evidence of what it takes there
    ops: int
    of_ops: int
    macs: int
    of_macs: int


class ModelledReport(Report):
    """The modelled time of one inference alone, and what takes it."""

    ms: float
    device_ms: float  # tasks of NPUs
    driver_ms: float  # what drivers add, and calls
    crossings_ms: float  # conversions to an NPU's layout and back, and synchronisation
    host_ms: float  # ops on the CPU


class ChipReport(Report):
    """The NPU that expected times are of."""

    backend: str
    chip: str
    clock_hz: float
    cores: int  # inferences that it works on at once
    trust: str | None  # the least evidence of what it takes
    unmodelled: str | None  # what is left out, so that times are lower bounds; null if nothing is


class BoardReport(Report):
    """The board that expected times are of."""

    chips: list[ChipReport]
    cpu: str
    cpu_cores: int


class CauseReport(Report):
    """A reason that some ops have in common."""

    reason: str  # of the op that takes longest
    alike: bool  # whether others differ in their numbers
    kinds: list[str]
    ops: list[int]  # indices
    macs: int
    cpu_ms: float | None  # expected on a core of the board's CPU; null of an artefact


class AdviceReport(Report):
    """A thing to try next, and what it is about."""

    step: str  # backend, export, quantize, trust, fallback or streams
    value: str  # that it is tried with; empty if it has none
    ops: int
    macs: int
    cpu_ms: float
    fps: float | None  # with so many streams at most, by the model
    text: str


class ExplainSummary(Report):
    """The placement in numbers."""

    ops: int
    by_backend: dict[str, int]
    macs: dict[str, int]  # by backend
    work: list[WorkReport]
    fallbacks: int  # ops on none of the chosen backends
    runs: int  # runs of ops into which the graph is cut
    modelled: ModelledReport | None = None  # null where a run has no model
    board: BoardReport | None = None  # that is modelled
    causes: list[CauseReport]  # why ops are not on the chosen backends, by cost
    advice: list[AdviceReport]


class RangeReport(Report):
    """The numbers of a tensor: the largest magnitude, and the share below fp16's normal ones."""

    name: str
    most: float
    small: float
    beyond: bool
    faint: bool


class ExplainReport(Report):
    """``npucore explain``; *ranges* are of ``--calibrate``, else None."""

    model: str
    backend: str
    ops: list[PlacementReport | ChangedReport]
    summary: ExplainSummary
    ranges: list[RangeReport] | None = None


class InputReport(TensorReport):
    """An input, the file that it was read from, and for a photo how it was fed."""

    file: str
    fed: str | None = None


class TimesReport(Report):
    """The time of every stage, by a wall clock."""

    load_seconds: float
    compile_seconds: float
    first_run_seconds: float
    median_run_seconds: float
    runs: int


class FallbackReport(Report):
    """An op that none of the chosen backends takes."""

    op: str
    name: str
    backend: str
    reason: str | None


class AnnotatedReport(Report):
    """An image that was written, and what is drawn on it."""

    file: str
    drawn: str


class RunReport(Report):
    """``npucore run``."""

    model: str
    backend: str
    device: dict[str, DeviceReport]
    inputs: list[InputReport]
    answer: AnswerReport
    notes: list[str]  # about the names of classes
    annotated: AnnotatedReport | None
    outputs: list[TensorReport]
    times: TimesReport
    placed: dict[str, int]
    macs: dict[str, int]  # by backend
    work: list[WorkReport]
    fallbacks: list[FallbackReport]


class StoredRunReport(Report):
    """A run of an artefact; *ops* are the model's indices, null for what a rewrite has added."""

    backend: str
    target: str | None
    ops: list[int | None]
    exported: bool  # false: it is stored as a graph


class CompileReport(Report):
    """``npucore compile``."""

    model: str
    backend: str
    output: str
    size_bytes: int
    runs: list[StoredRunReport]
    placed: dict[str, int]
    fallbacks: list[FallbackReport]


class PluginReport(Report):
    """An installed backend or frontend; what only a working backend has is null otherwise."""

    name: str
    value: str  # where it lies, as in its entry point
    status: Literal["ok", "broken"]
    detail: str  # about it, or why it is broken
    kind: str | None = None
    device: str | None = None
    ops: dict[str, int] | None = None  # name -> largest error against the reference, in LSB
    targets: list[str] | None = None
    options: dict[str, str] | None = None
    keeps: list[str] | None = None  # rounding rules that a backend for CPUs keeps
    speed: float | None = None  # times as fast as the reference; null if nobody has measured it


class PluginsReport(RootModel[list[PluginReport]]):
    """``npucore backends`` and ``npucore frontends``."""

    model_config = ConfigDict(frozen=True)

    def json_text(self) -> str:
        """The document, for people as well as programs."""
        return self.model_dump_json(indent=2)


class DemoColumn(Report):
    """The demonstration network on one backend."""

    backend: str
    device: DeviceReport
    samples: int
    accuracy: float
    inference_ms: float  # mean
    placed: dict[str, int]


class SkippedReport(Report):
    """A backend that runs nothing of the network."""

    backend: str
    reason: str


class DemoReport(Report):
    """``npucore demo``."""

    network: str
    samples: int
    backends: list[DemoColumn]
    skipped: list[SkippedReport]
    note: str
