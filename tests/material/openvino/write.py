# SPDX-License-Identifier: MIT
"""Small OpenVINO IRs, written as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from npucore.tensor import Array
from npucore_openvino.constants import PRECISIONS

ELEMENTS = {np.dtype(kind): name for name, kind in PRECISIONS.items()}


def precision(dtype: np.dtype[Any]) -> str:
    """The type of a port, as ``FP32``."""
    name = ELEMENTS[dtype]
    return {"boolean": "BOOL"}.get(name, name.upper().replace("F", "FP"))


@dataclass(frozen=True)
class Place:
    """An output of a layer that was written."""

    layer: int
    port: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


@dataclass
class Ir:
    """A file in the making: add layers, then take `xml` and `weights`, or `save` both."""

    version: int = 11
    metadata: Mapping[str, str] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    weights: bytes = b""

    def parameter(self, name: str, shape: Sequence[int], dtype: Any = np.float32) -> Place:
        """An input; -1 is open."""
        kind = np.dtype(dtype)
        sizes = ",".join("?" if size < 0 else str(size) for size in shape)
        given: dict[str, Any] = {"shape": sizes, "element_type": ELEMENTS[kind]}
        return self.layer("Parameter", [], shape, kind, name=name, **given)

    def constant(self, numbers: Any, dtype: Any = None) -> Place:
        """A Const."""
        array = np.asarray(numbers, dtype)
        given: dict[str, Any] = {
            "element_type": ELEMENTS[array.dtype],
            "shape": ", ".join(map(str, array.shape)),
            "offset": str(len(self.weights)),
            "size": str(array.nbytes),
        }
        self.weights += array.tobytes()
        return self.layer("Const", [], array.shape, array.dtype, **given)

    def layer(
        self,
        kind: str,
        inputs: Sequence[Place],
        sizes: Sequence[int] = (),
        dtype: Any = np.float32,
        /,
        name: str = "",
        opset: str = "opset1",
        outputs: int = 1,
        **attributes: Any,
    ) -> Place:
        """Any layer; its first output."""
        number, element = len(self.layers), np.dtype(dtype)
        name = name or f"{kind}{number}"
        for position, place in enumerate(inputs):
            self.edges.append(
                f'<edge from-layer="{place.layer}" from-port="{place.port}" '
                f'to-layer="{number}" to-port="{position}"/>'
            )
        data = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
        ports = [_port(n, p.dtype, p.shape) for n, p in enumerate(inputs)]
        numbers = [] if kind == "Result" else range(len(inputs), len(inputs) + outputs)
        made = [_port(n, element, sizes, name if kind == "Parameter" else "") for n in numbers]
        self.layers.append(
            f'<layer id="{number}" name={quoteattr(name)} type="{kind}" version="{opset}">'
            f"<data{data}/><input>{''.join(ports)}</input><output>{''.join(made)}</output></layer>"
        )
        return Place(number, len(inputs), element, tuple(sizes))

    def xml(self) -> bytes:
        """The text."""
        info = "".join(f"<{key} value={quoteattr(text)}/>" for key, text in self.metadata.items())
        return (
            f'<?xml version="1.0"?>\n<net name="network" version="{self.version}">'
            f"<layers>{''.join(self.layers)}</layers><edges>{''.join(self.edges)}</edges>"
            f"<rt_info><model_info>{info}</model_info></rt_info></net>"
        ).encode()

    def save(self, folder: Path) -> Path:
        """Write both files; the path of the .xml."""
        path = folder / "network.xml"
        path.write_bytes(self.xml())
        path.with_suffix(".bin").write_bytes(self.weights)
        return path


def _port(number: int, dtype: np.dtype[Any], shape: Sequence[int], name: str = "") -> str:
    dims = "".join(f"<dim>{size}</dim>" for size in shape)
    names = f' names="{name}"' if name else ""
    return f'<port id="{number}" precision="{precision(dtype)}"{names}>{dims}</port>'


def single(
    kind: str,
    inputs: Sequence[Array],
    shape: Sequence[int],
    *constants: Any,
    dtype: Any = np.float32,
    opset: str = "opset1",
    outputs: int = 1,
    **attributes: Any,
) -> Ir:
    """A network of one layer: *inputs* are given, *constants* lie behind them."""
    ir = Ir()
    places = [ir.parameter(f"x{n}", a.shape, a.dtype) for n, a in enumerate(inputs)]
    places += [ir.constant(constant) for constant in constants]
    made = {"outputs": outputs, "opset": opset, **attributes}
    ir.layer("Result", [ir.layer(kind, places, shape, dtype, **made)])
    return ir
