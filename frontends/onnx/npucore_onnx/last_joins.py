# SPDX-License-Identifier: MIT
"""Joins at a quantized network's end that leave an operand hardly any steps give floats instead.

A YOLO joins boxes in pixels and scores from 0 to 1. One scale for both, as a quantizer gives the
result, makes all scores 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from npucore_onnx.package import onnx

FEWEST_STEPS = 32  # of 256 that an operand had: five bits, with which a score still means something
STEPS = 256
MOVES = frozenset({"Concat", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})


def unjoin(model: Any) -> None:
    """Take QuantizeLinear and DequantizeLinear from behind such joins, in place.

    Only where nothing but moves lies between the join and the network's outputs: what computes
    goes on with integers.
    """
    graph = _Graph(model.graph)
    for node in [node for node in model.graph.node if node.op_type == "Concat"]:
        pair = graph.pair_behind(node.output[0])
        if pair is None or not graph.ends(pair[1].output[0]) or not graph.starves(node, pair[0]):
            continue
        graph.bypass(node, *pair)


class _Graph:
    """Writers and readers of a GraphProto's values."""

    def __init__(self, proto: Any) -> None:
        self.proto = proto
        self.outputs = {info.name for info in proto.output}
        self.constants = {tensor.name: tensor for tensor in proto.initializer}
        self.writers = {name: node for node in proto.node for name in node.output}

    def readers(self, name: str) -> list[Any]:
        return [node for node in self.proto.node if name in node.input]

    def pair_behind(self, name: str) -> tuple[Any, Any] | None:
        """QuantizeLinear and DequantizeLinear, if they alone read a value, one after the other."""
        readers = self.readers(name)
        if len(readers) != 1 or readers[0].op_type != "QuantizeLinear" or name in self.outputs:
            return None
        behind = self.readers(readers[0].output[0])
        if len(behind) != 1 or behind[0].op_type != "DequantizeLinear":
            return None
        return readers[0], behind[0]

    def ends(self, name: str) -> bool:
        """Whether nothing is computed of a value any more."""
        return all(
            node.op_type in (*MOVES, "QuantizeLinear", "DequantizeLinear")
            and all(map(self.ends, node.output))
            for node in self.readers(name)
        )

    def starves(self, join: Any, quantize: Any) -> bool:
        """Whether an operand keeps fewer than `FEWEST_STEPS` of its steps."""
        return any(
            scale * STEPS < self.scale(quantize) * FEWEST_STEPS for scale in self._scales(join)
        )

    def _scales(self, join: Any) -> Iterator[float]:
        for name in join.input:
            writer = self.writers.get(name)
            if writer is not None and writer.op_type == "DequantizeLinear":
                yield self.scale(writer)

    def scale(self, node: Any) -> float:
        """Of a QuantizeLinear or DequantizeLinear: the largest if it has several."""
        return float(np.max(onnx().numpy_helper.to_array(self.constants[node.input[1]])))

    def bypass(self, join: Any, quantize: Any, dequantize: Any) -> None:
        """The join gives at once what the pair gave."""
        join.output[0] = dequantize.output[0]
        for node in (quantize, dequantize):
            self.proto.node.remove(node)
        self.writers = {name: node for node in self.proto.node for name in node.output}
