# SPDX-License-Identifier: MIT
"""Write docs/ops.md from the operation set: ``python -m tools.document_ops > docs/ops.md``."""

from __future__ import annotations

import inspect
from collections import defaultdict

from npucore.ops import Op
from npucore.reference import ReferenceBackend
from npucore.reference.backend import UNCONFIRMED
from npucore_tflite.ops import BUILDERS, FOLDERS, STATEFUL

HEAD = """\
# Operations

Written by `python -m tools.document_ops` from the docstrings of `npucore/ops`; not edited by hand.

An operation is one class in one file of `npucore/ops`; the file of the same name in
`npucore/reference` computes it, and the one in `frontends/*/ops` reads it from a file. Names follow
Mesa's `pipe_ml_operation_type` where it has one. What ONNX's operators become is listed in
[onnx-operators.md](onnx-operators.md).

| operation | meaning | read from TFLite | reference | evidence |
| --- | --- | --- | --- | --- |
"""


def table() -> str:
    """One row for each op."""
    sources: dict[str, list[str]] = defaultdict(list)
    for operator, builder in BUILDERS.items():
        returns = inspect.get_annotations(builder)["return"]
        sources[str(returns)].append(operator)
    rows = []
    for kind in sorted(Op.__subclasses__(), key=lambda kind: kind.name):
        meaning = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        exact = "yes" if kind.name in ReferenceBackend.capabilities.ops else "no"
        paper = ", ".join(dtype.__name__ for dtype in UNCONFIRMED.get(kind.name, ()))
        evidence = f"proven; {paper}: paper" if paper else "proven"
        alone = "(inserted by frontends)" if kind.name == "broadcast" else "(ONNX only)"
        read = ", ".join(sorted(sources[kind.__name__])) or alone
        rows.append(
            f"| `{kind.name}` | {meaning.replace('|', '&#124;')} | {read} | {exact} | {evidence} |"
        )
    return "\n".join(rows)


def document() -> str:
    """The whole page."""
    folded = ", ".join(sorted(FOLDERS))
    stateful = ", ".join(sorted(STATEFUL))
    return (
        f"{HEAD}{table()}\n\n"
        f"Computed when the file is read, where their operands are constant: {folded}.\n\n"
        f"Refused by name, because they keep state between inferences: {stateful}.\n"
    )


if __name__ == "__main__":
    print(document(), end="")
