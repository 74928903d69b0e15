# SPDX-License-Identifier: MIT
"""``python -m tools.digests > npucore/conformance/digests.json``: LiteRT's answers, digested."""

from __future__ import annotations

import json
from collections.abc import Sequence

from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.conformance.judged import digested
from npucore.conformance.litert.oracle import Kernels, answer
from npucore.tensor import Array


def litert(case: Case) -> Sequence[Array] | None:
    """What LiteRT's reference kernels answer."""
    problem = case.build()
    return answer(problem.graph, problem.inputs, Kernels.REFERENCE)


def document() -> str:
    """The file."""
    found = digested((*every_case(), *every_graph()), litert)
    rows = [f"  {json.dumps(op)}: {json.dumps(list(pair))}" for op, pair in found.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    print(document(), end="")
