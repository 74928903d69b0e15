# SPDX-License-Identifier: MIT
"""A backend against the exact rule: ``python -m tools.exactness.backend NAME MODEL...``.

Every op that the backend takes is fed LiteRT's own tensors and compared with the reference backend
under the exact rule; then the whole network runs, and its answer is compared with the reference's.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from npucore.backend import Backend
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.ops import Broadcast
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.session import Session, open_backend
from npucore.tensor import Array, Tensor
from npucore.vision.image import load_image, to_input
from tools.exactness.compare import Judge
from tools.exactness.litert import seeded_inputs


@dataclass(slots=True)
class Report:
    """One network on one backend."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    lsb: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    largest_difference: float = 0.0  # of the network's outputs, in LSB or real numbers
    answers: int = 0
    same_answers: int = 0  # the largest output stands in the same place


def judge_ops(judge: Judge, backend: Backend, inputs: Sequence[Array], report: Report) -> None:
    """Op by op; ops that only move numbers are counted, not compared."""
    values = judge.values(inputs)
    for op in judge.graph.ops:
        verdict = backend.supports(op, judge.graph)
        (report.taken if verdict else report.refused)[op.name] += 1
        sources = tuple(dict.fromkeys(t for t in op.inputs if not t.is_constant))
        alone = Graph((op,), sources, op.outputs, Rounding.EXACT)
        if isinstance(op, Broadcast) or not backend.supports(op, alone):
            continue
        arrays = [values[tensor] for tensor in sources]
        got, want = (
            backend.compile(alone).run(arrays),
            ReferenceBackend().compile(alone).run(arrays),
        )
        for a, b in zip(got, want, strict=True):
            off, count = np.unique(np.abs(a.astype(int) - b.astype(int)), return_counts=True)
            report.lsb[op.name].update(dict(zip(off.tolist(), count.tolist(), strict=True)))


def judge_network(path: Path, backend: str, inputs: Sequence[Array], report: Report) -> None:
    """The whole network, the backend's ops on it and the rest on the reference."""
    with Session(path, backend, rounding="exact") as ours, Session(path, "reference") as theirs:
        got, want = ours.run(list(inputs)), theirs.run(list(inputs))
    for a, b in zip(got, want, strict=True):
        difference = np.abs(a.astype(float) - b.astype(float)).max(initial=0)
        report.largest_difference = max(report.largest_difference, float(difference))
    report.answers += 1
    report.same_answers += int(got[0].argmax() == want[0].argmax())


def given(tensors: Sequence[Tensor], photos: Sequence[Path]) -> Iterator[list[Array]]:
    """Photos where the network takes them, else one random input."""
    try:
        for photo in photos:
            image = load_image(photo)
            yield [to_input(image, tensor) for tensor in tensors]
    except InputError:
        yield seeded_inputs(tensors, 0)


def main() -> int:
    """A Markdown table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backend")
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--input", type=Path, action="append", default=[], help="a photo")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    reports = {}
    for path in args.models:
        judge, report = Judge(path), Report()
        backend = open_backend(args.backend)
        for number, inputs in enumerate(given(judge.graph.inputs, args.input)):
            if number == 0:
                judge_ops(judge, backend, inputs, report)
            judge_network(path, args.backend, inputs, report)
        reports[path.name] = report
    if args.json:
        print(json.dumps({name: asdict(report) for name, report in reports.items()}))
        return 0
    print("| network | ops taken | off by 0 / 1 / more LSB | answers as on reference | largest |")
    print("| --- | --- | --- | --- | ---: |")
    for name, report in reports.items():
        taken = ", ".join(f"{n} {op}" for op, n in sorted(report.taken.items()))
        total: Counter[int] = sum(report.lsb.values(), Counter())
        more = sum(n for off, n in total.items() if off > 1)
        same = f"{report.same_answers} of {report.answers}"
        lsb = f"{total[0]:,} / {total[1]:,} / {more}"
        print(f"| {name} | {taken} | {lsb} | {same} | {report.largest_difference:.3g} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
