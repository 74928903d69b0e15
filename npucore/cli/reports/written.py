# SPDX-License-Identifier: MIT
"""Models of ``--json`` of the commands that write files or list words."""

from __future__ import annotations

from pydantic import Field

from npucore.cli.reports.answer import Report


class NewBackendReport(Report):
    """``npucore new-backend``."""

    folder: str
    files: list[str]


class EditReport(Report):
    """A line that is left to be written into a file."""

    file: str
    line: str


class NewOpReport(Report):
    """``npucore new-op``."""

    files: list[str]
    edit: EditReport


class FrigatePluginReport(Report):
    """``npucore frigate-plugin``."""

    file: str


class WaitingReport(Report):
    """The address that a word waits for: a buffer, and a place in it."""

    buffer: str
    offset: int  # bytes


class WordReport(Report):
    """A word: the register that it writes, and the fields of the value."""

    block: str | None  # null where none is known
    register_name: str | None = Field(alias="register")  # classes have a method `register`
    offset: int
    value: int
    fields: dict[str, int]
    address: WaitingReport | None


class TaskReport(Report):
    """The words of one task of a job; *op* is null for what belongs to none."""

    job: int
    op: int | None
    words: list[WordReport]


class TraceReport(Report):
    """A file that was written."""

    path: str
    size_bytes: int


class ExportTraceReport(Report):
    """``npucore export-trace``."""

    files: list[TraceReport]


class DisasmReport(Report):
    """``npucore disasm``."""

    tasks: list[TaskReport]

    def json_text(self) -> str:
        """The document, for people as well as programs."""
        return self.model_dump_json(indent=2, by_alias=True)
