# SPDX-License-Identifier: MIT
"""A backend that exports, and a world in which it is installed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points as real_entry_points
from pathlib import Path
from typing import ClassVar

import npucore
from npucore import plugins
from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Exported,
    Program,
    Verdict,
)
from npucore.contract.listing import ListedAddress, ListedTask, ListedWord, Listing
from npucore.errors import InvalidModelError
from npucore.files.document import Document
from npucore.files.serialize import Reader, Writer
from npucore.graph import Graph
from npucore.ops import Logistic, Op, Softmax
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Tensor

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
WORD = ListedWord("BLOCK", "ADDRESS", 4, 0, {}, ListedAddress("constants", 64))


class Exporting(Backend):
    """Takes all but some, computes as the reference does, and exports the graph as JSON."""

    name = "exporting"
    capabilities = Capabilities("exports", {})
    targets = ("a", "b")
    options = {"speed": "how fast it is"}  # noqa: RUF012  the base class declares it
    compiled: ClassVar[list[Graph]] = []

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "fingers")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if isinstance(op, Softmax | Logistic):
            return Verdict(f"no {op.name} here")
        return Verdict(evidence=Evidence.SHOWN)

    def compile(self, graph: Graph) -> Program:
        self.compiled.append(graph)
        return ReferenceBackend().compile(graph)

    def export(self, graph: Graph) -> Exported | None:
        writer = Writer()
        document = writer.graph(graph)
        whole = {"graph": document, "tensors": writer.tensors, "rounding": graph.rounding}
        return Exported(whole, writer.arrays)

    def load(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> Program:
        manifest = Document(exported.manifest, "exporting")
        reader = Reader(manifest["tensors"], dict(exported.arrays))
        rounding = Rounding(manifest["rounding"].text())
        graph = reader.graph(manifest["graph"], rounding, "")
        if _kinds(inputs, outputs) != _kinds(graph.inputs, graph.outputs):
            raise InvalidModelError("other ends than the exported graph's")
        return ReferenceBackend().compile(graph)

    def disassemble_exported(self, exported: Exported) -> Listing | None:
        count = len(json.loads(json.dumps(exported.manifest["graph"]))["ops"])
        tasks = [ListedTask(n, n, (WORD,), ("1 word", "   0  ADDRESS")) for n in range(count)]
        return Listing((*tasks, ListedTask(count, None, (WORD,), ("1 word",))))


def _kinds(*ends: Sequence[Tensor]) -> list[list[object]]:
    return [[(tensor.shape, tensor.dtype) for tensor in end] for end in ends]


def installed(**backends: str) -> Callable[[str], list[EntryPoint]]:
    """What stands for `plugins.entry_points`: the real ones, and *backends* by name."""

    def entry_points(group: str) -> list[EntryPoint]:
        mine = backends.items() if group == plugins.BACKENDS else ()
        return [
            *real_entry_points(group=group),
            *(EntryPoint(name, value, group) for name, value in mine),
        ]

    return entry_points
