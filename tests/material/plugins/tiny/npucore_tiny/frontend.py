# SPDX-License-Identifier: MIT
"""A format of two lines: TINY and the length of a vector, then ops by name."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from npucore.contract.frontend import Frontend
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.graph import Graph
from npucore.ops import Logistic, Op, Relu
from npucore.tensor import Tensor

OPS: dict[str, type[Relu | Logistic]] = {"relu": Relu, "logistic": Logistic}


class TinyFrontend(Frontend):
    name: ClassVar[str] = "tiny"
    summary: ClassVar[str] = "two lines of text"

    @staticmethod
    def sniff(head: bytes) -> bool:
        return head.startswith(b"TINY ")

    def read(self, path: Path) -> Graph:
        first, second = path.read_text().splitlines()
        if not (length := first.removeprefix("TINY ")).isdigit():
            raise InvalidModelError(f"{path}: a vector of {length}, wanted a number")
        tensors = [Tensor("x0", (int(length),), np.dtype(np.float32))]
        ops: list[Op] = []
        for name in second.split():
            if name not in OPS:
                raise UnsupportedError(f"{path}: {name}")
            output = Tensor(f"x{len(tensors)}", tensors[0].shape, tensors[0].dtype)
            ops.append(OPS[name](input=tensors[-1], output=output))
            tensors.append(output)
        return Graph(tuple(ops), (tensors[0],), (tensors[-1],), name=path.name)
