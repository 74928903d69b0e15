# SPDX-License-Identifier: MIT
"""Small .onnx files, written from a description of their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from npucore.tensor import Array, Shape

OPSET = 17
MICROSOFT = "com.microsoft"

Ends = Mapping[str, tuple[Any, Sequence[int | str | None] | None]]
"""Name of an input -> its dtype, and its shape, open axes by name."""


def node(
    operator: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attrs: Any
) -> Any:
    """A NodeProto; its result is called ``y`` if nothing else is said."""
    names = outputs or ("y",)
    return helper.make_node(
        operator, inputs, names, f"{operator}_{names[0]}", domain=domain, **attrs
    )


def model(
    nodes: Sequence[Any],
    inputs: Ends,
    outputs: Mapping[str, Any],
    constants: Mapping[str, Array | np.generic] | None = None,
    opset: int = OPSET,
) -> bytes:
    """A file: inputs with dtype and shape, outputs with dtype, constants by name."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [_info(name, dtype, shape) for name, (dtype, shape) in inputs.items()],
        [_info(name, dtype, None) for name, dtype in outputs.items()],
        [numpy_helper.from_array(np.array(a, order="C"), n) for n, a in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid(MICROSOFT, 1)]
    made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    return made


def _info(name: str, dtype: Any, shape: Sequence[int | str | None] | None) -> Any:
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, shape)


def single(
    operator: str,
    arrays: Sequence[Array | None],
    computed: int = 1,
    opset: int = OPSET,
    results: Sequence[Any] = (np.float32,),
    domain: str = "",
    **attributes: Any,
) -> tuple[bytes, dict[str, Array]]:
    """A file of one node, and its inputs: the first *computed* operands; the rest is constant."""
    names = ["" if array is None else f"x{n}" for n, array in enumerate(arrays)]
    given = {
        n: a for n, a in zip(names[:computed], arrays[:computed], strict=True) if a is not None
    }
    held = {n: a for n, a in zip(names[computed:], arrays[computed:], strict=True) if a is not None}
    outputs = {f"y{n}": dtype for n, dtype in enumerate(results)}
    made = node(operator, names, *outputs, domain=domain, **attributes)
    inputs = {name: (array.dtype, array.shape) for name, array in given.items()}
    return model([made], inputs, outputs, held, opset), given


@dataclass
class Qdq:
    """Writes QDQ graphs: every value has a scale and a zero point."""

    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    inputs: dict[str, tuple[Any, Shape]] = field(default_factory=dict)

    def meaning(self, scale: Any, zero: int, dtype: Any) -> list[str]:
        """Names of a scale and a zero point."""
        number = len(self.constants)
        self.constants[f"s{number}"] = np.asarray(scale, np.float32)
        self.constants[f"z{number}"] = np.full(np.shape(scale), zero, dtype)
        return [f"s{number}", f"z{number}"]

    def input(self, array: Array, scale: float, zero: int) -> str:
        """A computed operand behind DequantizeLinear."""
        name = f"x{len(self.inputs)}"
        self.inputs[name] = (array.dtype, array.shape)
        return self.real(name, self.meaning(scale, zero, array.dtype))

    def constant(self, array: Array, scale: Any, zero: int = 0, axis: int = 0) -> str:
        """A constant operand behind DequantizeLinear."""
        name = f"c{len(self.constants)}"
        self.constants[name] = array
        return self.real(name, self.meaning(scale, zero, array.dtype), axis=axis)

    def real(self, name: str, meaning: list[str], **attributes: Any) -> str:
        real = f"{name}_real"
        self.nodes.append(node("DequantizeLinear", [name, *meaning], real, **attributes))
        return real

    def node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        """A float operator."""
        name = f"n{len(self.nodes)}"
        self.nodes.append(node(operator, inputs, name, **attributes))
        return name

    def file(self, last: str, scale: float, zero: int, dtype: Any, opset: int = OPSET) -> bytes:
        """The file that quantizes *last* and returns it as ``y``."""
        self.nodes.append(node("QuantizeLinear", [last, *self.meaning(scale, zero, dtype)], "y"))
        return model(self.nodes, self.inputs, {"y": dtype}, self.constants, opset)


def changed(data: bytes, change: Any) -> bytes:
    """*data* after *change* has been at its ModelProto."""
    proto = onnx.ModelProto.FromString(data)
    change(proto)
    made: bytes = proto.SerializeToString()
    return made
