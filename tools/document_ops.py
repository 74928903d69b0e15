# SPDX-License-Identifier: MIT
"""Write docs/ops.md from the operation set: ``python -m tools.document_ops > docs/ops.md``."""

from __future__ import annotations

import inspect
from collections import defaultdict

from npucore.ops import every_op
from npucore.reference.judged import unconfirmed
from npucore.reference.kernels import OPS, kernels
from npucore_tflite.control import READERS
from npucore_tflite.ops import builders, folders, refusal
from tools.litert_parity.builtins import operators

HEAD = """\
# Operations

Written by `python -m tools.document_ops` from the docstrings of `npucore/ops`; not edited by hand.

An operation is one class in one file of `npucore/ops`; the file of the same name in
`npucore/reference` computes it, and the one in `frontends/*/ops` reads it from a file; functions of
one number may be lines of the tables in `unary.py` there. Names follow Mesa's
`pipe_ml_operation_type` where it has one. What ONNX's operators become is listed in
[onnx-operators.md](onnx-operators.md).

| operation | meaning | read from TFLite | reference | evidence |
| --- | --- | --- | --- | --- |
"""

BUILTINS = """\
## TFLite's builtin operators

How each compares with LiteRT's reference kernels, dtype by dtype, stands in
[litert-parity.md](litert-parity.md).

| operator | here |
| --- | --- |
"""


def table() -> str:
    """One row for each op."""
    sources: dict[str, list[str]] = defaultdict(list)
    for operator, builder in builders().items():
        returns = inspect.get_annotations(builder)["return"]
        sources[str(returns)].append(operator)
    rows = []
    for name, kind in every_op().items():
        meaning = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        exact = "yes" if name in OPS else "no"
        paper = ", ".join(dtype.__name__ for dtype in unconfirmed(name)) if name in OPS else ""
        judged = "proven" if name in OPS and kernels(name).JUDGE else "paper"
        evidence = f"{judged}; {paper}: paper" if paper else judged
        alone = "(inserted by frontends)" if name == "broadcast" else "(ONNX only)"
        read = ", ".join(sorted(sources[kind.__name__])) or alone
        rows.append(
            f"| `{name}` | {meaning.replace('|', '&#124;')} | {read} | {exact} | {evidence} |"
        )
    return "\n".join(rows)


def builtins() -> str:
    """One row for each of TFLite's builtin operators."""
    rows = []
    for name in operators():
        if name in READERS or name in builders():
            state = "read"
        elif name in folders():
            state = "read, where constants say what it gives"
        else:
            state = f"refused: {refusal(name)}"
        rows.append(f"| {name} | {state} |")
    return "\n".join(rows)


def document() -> str:
    """The whole page."""
    folded = ", ".join(sorted(folders()))
    return (
        f"{HEAD}{table()}\n\n"
        f"Computed when the file is read, where their operands are constant: {folded}.\n\n"
        f"{BUILTINS}{builtins()}\n"
    )


if __name__ == "__main__":
    print(document(), end="")
