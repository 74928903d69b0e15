# SPDX-License-Identifier: MIT
"""What ``--json`` prints: one model for each document.

The only module that imports pydantic, which is slow to start: import it where a report is made.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel


class Report(BaseModel):
    """Unchangeable, and without any key that is not declared."""

    # Names may begin with "model_", which some releases of pydantic warn about.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    def json_text(self) -> str:
        """The document, for people as well as programs."""
        return self.model_dump_json(indent=2)


class DeviceReport(Report):
    """What executes a backend's programs on this machine."""

    kind: str
    detail: str


class TensorReport(Report):
    """A tensor without its data."""

    name: str
    shape: tuple[int, ...]
    dtype: str


class PlacementReport(Report):
    """Where one op runs, and why not where the user would have liked it better."""

    index: int
    op: str
    name: str
    backend: str
    reason: str | None
    evidence: str | None


class ChangedReport(PlacementReport):
    """An op that its backend changed to take it, as the user allowed."""

    note: str


class ExplainSummary(Report):
    """The placement in numbers."""

    ops: int
    by_backend: dict[str, int]
    fallbacks: int  # ops on none of the chosen backends
    runs: int  # runs of ops into which the graph is cut


class ExplainReport(Report):
    """``npucore explain``."""

    model: str
    backend: str
    ops: list[PlacementReport | ChangedReport]
    summary: ExplainSummary


class ClassReport(Report):
    """A class and its score; the name is null if no label has this index."""

    index: int
    name: str | None
    score: float


class ClassesReport(Report):
    """The most likely classes, best first."""

    kind: Literal["classification"] = "classification"
    classes: list[ClassReport]


class ObjectReport(Report):
    """A thing in the image."""

    index: int
    name: str | None
    score: float
    box: tuple[float, float, float, float]  # ymin, xmin, ymax, xmax; relative to the image


class ObjectsReport(Report):
    """The things in the image of a score of at least *threshold*, best first."""

    kind: Literal["detection"] = "detection"
    threshold: float
    objects: list[ObjectReport]


class ShareReport(Report):
    """A class and its part of the pixels, 0 to 1."""

    index: int
    name: str | None
    share: float


class SegmentsReport(Report):
    """Every class that occurs in the image, the largest share first."""

    kind: Literal["segmentation"] = "segmentation"
    classes: list[ShareReport]


class ValuesReport(TensorReport):
    """The real values of a tensor; null where it is empty."""

    min: float | None
    mean: float | None
    max: float | None


class TensorsReport(Report):
    """Outputs of a network of no known kind."""

    kind: Literal["tensors"] = "tensors"
    tensors: list[ValuesReport]


AnswerReport = ClassesReport | ObjectsReport | SegmentsReport | TensorsReport


class InputReport(TensorReport):
    """An input and the file that it was read from."""

    file: str


class RunSeconds(Report):
    """Seconds of an inference."""

    first: float
    median: float
    runs: int


class SecondsReport(Report):
    """Seconds of every stage, by a wall clock."""

    load: float
    compile: float
    run: RunSeconds


class FallbackReport(Report):
    """An op that none of the chosen backends takes."""

    op: str
    name: str
    backend: str
    reason: str | None


class RunReport(Report):
    """``npucore run``."""

    model: str
    backend: str
    device: dict[str, DeviceReport]
    inputs: list[InputReport]
    answer: AnswerReport
    outputs: list[TensorReport]
    seconds: SecondsReport
    placed: dict[str, int]
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
    milliseconds: float  # mean of one inference
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
