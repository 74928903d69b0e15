# SPDX-License-Identifier: MIT
"""Captured layers as ops: what Mesa was given, beside what it emitted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import npucore
from npucore.graph import Graph
from npucore.ops import Convolution, Padding
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket.form import Form

MESAS = Form(whole_groups=False, spare_bank=False)
SYNTHETIC = re.compile(r"g_(conv|dw)_\d+_k(\d+)_.*_s(\d+)_p([01])$")


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """One layer: its op, Mesa's tasks, and the bytes of Mesa's buffers."""

    name: str
    graph: Graph
    op: Convolution
    arrays: dict[str, Array]
    buffers: dict[int, Array]  # address -> bytes

    @property
    def tasks(self) -> list[Array]:
        """The words of every task, in order."""
        names = [name for name in self.arrays if re.fullmatch(r"s0_j\d+_t\d+", name)]
        names.sort(key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
        return [self.arrays[name] for name in names]

    def bytes_at(self, address: int, size: int) -> Array:
        """What lay at an address when Mesa submitted."""
        for start, data in self.buffers.items():
            if start <= address < start + data.size:
                return data[address - start :][:size]
        raise KeyError(hex(address))


def load(shared: Path, name: str) -> Capture | None:
    """A capture of one convolution; None for captures of anything else."""
    folder = shared / "golden" / "rocket"
    record = json.loads((folder / f"{name}.json").read_text())
    with np.load(folder / f"{name}.npz") as file:
        arrays = {key: file[key] for key in file.files}
    layer = shared / "models" / "layers" / f"{name}.tflite"
    graph = npucore.load(layer) if layer.exists() else _synthetic(name, record, arrays)
    if graph is None or len(graph.ops) != 1 or not isinstance(graph.ops[0], Convolution):
        return None
    buffers = {
        bo["dma"]: arrays[f"s0_bo{bo['handle']}"].view(np.uint8).reshape(-1)
        for bo in record["submits"][0]["bos"]
        if f"s0_bo{bo['handle']}" in arrays
    }
    return Capture(name, graph, graph.ops[0], arrays, buffers)


def _synthetic(name: str, record: Mapping[str, Any], arrays: dict[str, Array]) -> Graph | None:
    match = SYNTHETIC.match(name)
    if match is None or len(record["ops"]) != 1:
        return None
    kind, kernel, stride, same = match[1], int(match[2]), int(match[3]), match[4] == "1"
    tensors = [_tensor(entry, arrays) for entry in record["tensors"][:4]]
    source, weights, bias, output = tensors
    groups = 1
    if kind == "dw":
        groups = source.shape[3]
        assert weights.data is not None
        data = np.ascontiguousarray(weights.data.transpose(3, 1, 2, 0))
        weights = Tensor("w", data.shape, data.dtype, weights.quantization, data)
    padding = Padding()
    if same:
        total = max((output.shape[1] - 1) * stride + kernel - source.shape[1], 0)
        padding = Padding(*(total // 2, total - total // 2) * 2)
    op = Convolution(
        input=source,
        weights=weights,
        bias=bias,
        output=output,
        stride=(stride, stride),
        padding=padding,
        groups=groups,
    )
    return Graph((op,), (source,), (output,), name=name)


def _tensor(entry: Mapping[str, Any], arrays: dict[str, Array]) -> Tensor:
    quantization = Quantization.per_tensor(entry["scales"][0], entry["zero_points"][0])
    data = arrays.get(f"const{entry['index']}")
    dtype = np.dtype(entry["dtype"])
    return Tensor(entry["name"], tuple(entry["shape"]), dtype, quantization, data)


def names(shared: Path) -> list[str]:
    """Every capture of single convolutions of more than one channel, without an addend."""
    return sorted(
        path.stem
        for path in (shared / "golden" / "rocket").glob("*.json")
        if path.stem.startswith(("mb", "mobiledet", "g_conv", "g_dw"))
    )
