# SPDX-License-Identifier: MIT
"""A file's nodes in one spelling: QOperator and QDQ nodes become float operators that say what
their stored integers mean; pictures are decoded and encoded by the caller.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore_onnx.constants import Constants
from npucore_onnx.qdq import Groups
from npucore_onnx.qoperator import rewritten
from npucore_onnx.records import EndRecord, ModelRecord, NodeRecord

EXTENSIONS = "com.microsoft.extensions"


def normalised(model: ModelRecord, constants: Constants) -> ModelRecord:
    """*model* in one spelling."""
    model = _without_codecs(model)
    records = [rewritten(record) for record in model.nodes]
    for record in records:
        constants.add_node(record)
    outputs = {end.name for end in model.outputs}
    return dataclasses.replace(model, nodes=tuple(Groups(records, constants, outputs).fused()))


def _without_codecs(model: ModelRecord) -> ModelRecord:
    """Inputs and outputs that are files of pictures -> the pixels, (height, width, BGR) uint8.

    Source: onnxruntime-extensions, DecodeImage and EncodeImage.
    """
    nodes, inputs, outputs = list(model.nodes), list(model.inputs), list(model.outputs)
    for number, record in enumerate(nodes):
        if record.domain != EXTENSIONS or len(record.operands) != 1:
            continue
        source = record.operands[0].name
        places = [i for i, end in enumerate(inputs) if end.name == source]
        if record.operator == "DecodeImage" and places:
            shape = ("height", "width", 3)
            inputs[places[0]] = EndRecord(source, np.dtype(np.uint8), shape)
        elif record.operator != "EncodeImage":
            continue
        nodes[number] = dataclasses.replace(
            record, domain="", operator="Identity", attributes={}, opset=13
        )
        outputs = _loosened(outputs, record, nodes)
    return dataclasses.replace(
        model, nodes=tuple(nodes), inputs=tuple(inputs), outputs=tuple(outputs)
    )


def _loosened(
    outputs: list[EndRecord], record: NodeRecord, nodes: list[NodeRecord]
) -> list[EndRecord]:
    """Outputs, those that were encoded pictures without a shape."""
    if record.operator != "EncodeImage":
        return outputs
    names = set(record.results)
    for node in nodes:
        if node.operator == "Identity" and node.operands[0].name in names:
            names.update(node.results)
    return [dataclasses.replace(e, shape=None) if e.name in names else e for e in outputs]
