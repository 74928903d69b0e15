# SPDX-License-Identifier: MIT
"""Every op's kernel: a line of the table in `npucore.reference.unary`, or a file of its name."""

from __future__ import annotations

import importlib
from typing import Protocol

from npucore.ops import NAMES, Op
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.unary import UNARY

OPS = tuple(name for name in NAMES if name != "foreign")
"""Names of the ops that the reference computes: all but those that no CPU kernel can compute."""


class Kernels(Protocol):
    """The contents of a file of this folder that is named after an op.

    It may also say by ``UNCONFIRMED`` which dtypes of the first operand its judge has no kernel
    for.
    """

    @property
    def JUDGE(self) -> Judge | None:  # noqa: N802  a constant of the file
        """The backends that gave the same answers."""
        ...

    def refuse(self, op: Op) -> str | None:
        """Why the CPU cannot compute *op*, or None. Cheap, and never raises."""
        ...

    def prepare(self, op: Op, rounding: Rounding) -> Kernel:
        """Everything that can be done before the first input arrives."""
        ...


def kernels(name: str) -> Kernels:
    """The kernels of the op called *name*."""
    if name in UNARY:
        return UNARY[name]
    module: Kernels = importlib.import_module(f"npucore.reference.{name}")
    return module
