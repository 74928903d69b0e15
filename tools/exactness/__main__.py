# SPDX-License-Identifier: MIT
"""Print the table: ``python -m tools.exactness MODEL... [--input PHOTO] [--seeds N] [--exact]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from npucore.errors import InputError, NpucoreError
from npucore.tensor import Array
from npucore.vision.image import load_image, to_input
from tools.exactness.compare import Comparison, Judge, whole_network
from tools.exactness.litert import seeded_inputs


@dataclass(slots=True)
class Row:
    """All comparisons of one op and dtype in one model."""

    ops: int = 0
    elements: int = 0
    differing: int = 0
    largest: float = 0.0

    def add(self, comparison: Comparison) -> None:
        """Count one more."""
        self.ops += 1
        self.elements += comparison.elements
        self.differing += comparison.differing
        self.largest = max(self.largest, comparison.largest)


def _inputs(judge: Judge, photos: list[Path], seeds: int) -> Iterator[list[Array]]:
    """Random inputs, then the photos if the network takes photos."""
    for seed in range(seeds):
        yield seeded_inputs(judge.graph.inputs, seed)
    for photo in photos:
        with suppress(InputError):
            yield [to_input(load_image(photo), tensor) for tensor in judge.graph.inputs]


def judge_model(path: Path, photos: list[Path], seeds: int, exact: bool) -> dict[str, Row]:
    """Rows by ``op dtype``, and one for the whole network's outputs."""
    judge = Judge(path)
    rows: dict[str, Row] = defaultdict(Row)
    for inputs in _inputs(judge, photos, seeds):
        if exact:
            comparisons = judge.against_default_kernels(inputs)
        else:
            comparisons = judge.against_reference_kernels(inputs)
            for differing, largest in whole_network(path, inputs):
                rows["whole network"].add(Comparison(-1, "", "", 0, differing, largest))
        for comparison in comparisons:
            rows[f"{comparison.op} {comparison.dtype}"].add(comparison)
    return dict(sorted(rows.items()))


def main() -> int:
    """One Markdown table for all models; exit status 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--input", type=Path, action="append", default=[], help="a photo")
    parser.add_argument("--seeds", type=int, default=1, help="random inputs (default 1)")
    parser.add_argument("--exact", action="store_true", help="exact rule against XNNPACK")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report: dict[str, dict[str, Row]] = {}
    for path in args.models:
        try:
            report[path.name] = judge_model(path, args.input, args.seeds, args.exact)
        except NpucoreError as error:
            print(error, file=sys.stderr)
    if args.json:
        print(
            json.dumps({m: {k: asdict(r) for k, r in rows.items()} for m, rows in report.items()})
        )
    else:
        print("| model | op | comparisons | elements | differing | largest |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        for model, rows in report.items():
            for name, row in rows.items():
                largest = f"{row.largest:.3g}"
                cells = (model, name, row.ops, row.elements, row.differing, largest)
                print(f"| {' | '.join(map(str, cells))} |")
    return int(any(row.differing for rows in report.values() for row in rows.values()))


if __name__ == "__main__":
    raise SystemExit(main())
