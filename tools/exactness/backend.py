# SPDX-License-Identifier: MIT
"""A backend against the exact rule: ``python -m tools.exactness.backend NAME MODEL...``.

Every op that the backend takes is fed LiteRT's own tensors and compared with the reference backend
under the exact rule; then the whole network runs, and its answer is compared with the reference's.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

import npucore
from npucore.contract.backend import Backend
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.ops import Broadcast, Softmax
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.running.session import Session, open_backend
from npucore.tensor import Array, Tensor
from npucore.vision.answer import interpret
from npucore.vision.detect import Detection
from npucore.vision.image import load_image, to_input
from npucore.vision.kinds import Answer, Classes, Objects, Segments
from tools.exactness.compare import Judge
from tools.exactness.litert import seeded_inputs

HEAD = """\
| network | ops taken | off by 0 / 1 / more LSB | answers | exact's | logits, exact | tflite |
| --- | --- | --- | ---: | ---: | ---: | ---: |"""
BOX_TOLERANCE = 0.02  # of the image's sides


@dataclass(slots=True)
class Report:
    """One network on one backend."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    lsb: dict[str, Counter[int]] = field(default_factory=dict)
    to_exact: float = 0.0  # largest difference of the logits, in LSB or real numbers, by rule
    to_tflite: float = 0.0
    answers: int = 0
    agreement: float = 0.0  # with the reference under TFLite's rule: sum of `agreement`
    exact_agreement: float = 0.0  # the same of the reference under the exact rule


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
            counts = dict(zip(off.tolist(), count.tolist(), strict=True))
            report.lsb.setdefault(op.name, Counter()).update(counts)


def judge_network(path: Path, backend: str, inputs: Sequence[Array], report: Report) -> None:
    """The whole network, the backend's ops on it and the rest on the reference."""
    graph = npucore.load(path)
    got, want, exact = _three(graph, backend, inputs)
    report.answers += 1
    report.agreement += agreement(interpret(graph, got), interpret(graph, want))
    report.exact_agreement += agreement(interpret(graph, exact), interpret(graph, want))
    if isinstance(last := graph.ops[-1], Softmax):
        body = Graph(graph.ops[:-1], graph.inputs, last.inputs, graph.rounding, graph.name)
        got, want, exact = _three(body, backend, inputs)
    report.to_exact = max(report.to_exact, *map(_largest, got, exact))
    report.to_tflite = max(report.to_tflite, *map(_largest, got, want))


def _three(graph: Graph, backend: str, inputs: Sequence[Array]) -> list[list[Array]]:
    """Outputs of the backend, of the reference, and of the reference under the exact rule."""
    exact = graph.with_rounding(Rounding.EXACT)
    pairs = ((graph, backend), (graph, "reference"), (exact, "reference"))
    return [_outputs(network, name, inputs) for network, name in pairs]


def _outputs(graph: Graph, backend: str, inputs: Sequence[Array]) -> list[Array]:
    with Session(graph, backend, fallback="reference", placement="greedy") as session:
        return session.run(list(inputs))


def _largest(a: Array, b: Array) -> float:
    return float(np.abs(a.astype(float) - b.astype(float)).max(initial=0))


def agreement(got: Answer, want: Answer) -> float:
    """0 to 1: the same best class; the share of objects found by both; of pixels of one class."""
    match got, want:
        case Classes(), Classes():
            return float(got.classes[0].index == want.classes[0].index)
        case Objects(), Objects():
            found = sum(any(_same(a, b) for b in want.objects) for a in got.objects)
            most = max(len(got.objects), len(want.objects))
            return found / most if most else 1.0
        case Segments(), Segments():
            return float(np.mean(got.map == want.map))
    return 1.0  # nothing to say but numbers


def _same(a: Detection, b: Detection) -> bool:
    return a.index == b.index and bool(np.allclose(a.box, b.box, atol=BOX_TOLERANCE))


def as_dict(report: Report) -> dict[str, object]:
    """Its fields; `dataclasses.asdict` would count what its counters hold."""
    return {item.name: getattr(report, item.name) for item in fields(report)}


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
        print(json.dumps({name: as_dict(report) for name, report in reports.items()}))
        return 0
    print(HEAD)
    for name, report in reports.items():
        taken = ", ".join(f"{n} {op}" for op, n in sorted(report.taken.items()))
        total: Counter[int] = sum(report.lsb.values(), Counter())
        more = sum(n for off, n in total.items() if off > 1)
        same = f"{report.agreement / report.answers:.1%} of {report.answers}"
        same += f" | {report.exact_agreement / report.answers:.1%}"
        lsb = f"{total[0]:,} / {total[1]:,} / {more}"
        far = f"{report.to_exact:.3g} | {report.to_tflite:.3g}"
        print(f"| {name} | {taken} | {lsb} | {same} | {far} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
