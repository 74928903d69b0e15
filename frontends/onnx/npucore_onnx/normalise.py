# SPDX-License-Identifier: MIT
"""A file's nodes in one spelling.

QOperator and QDQ nodes become float operators that say what their stored integers mean, operators
with the channels behind those with the channels in front; pictures are decoded and encoded by the
caller.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore_onnx.channels_last import channels_first
from npucore_onnx.constants import Constants
from npucore_onnx.qdq import Groups
from npucore_onnx.qoperator import rewritten
from npucore_onnx.records import EndRecord, ModelRecord

EXTENSIONS = "com.microsoft.extensions"


def normalised(model: ModelRecord, constants: Constants) -> ModelRecord:
    """*model* in one spelling."""
    model = _without_codecs(model)
    records = [rewritten(r) for record in model.nodes for r in channels_first(record)]
    for record in records:
        constants.add_node(record)
    outputs = {end.name for end in model.outputs}
    return dataclasses.replace(model, nodes=tuple(Groups(records, constants, outputs).fused()))


def _without_codecs(model: ModelRecord) -> ModelRecord:
    """Inputs and outputs that are files of pictures -> the pixels, (height, width, 3) uint8."""
    codecs = [record for record in model.nodes if record.domain == EXTENSIONS and record.operands]
    decoded = {r.operands[0].name for r in codecs if r.operator == "DecodeImage"}
    encoded = {name for r in codecs if r.operator == "EncodeImage" for name in r.results}
    for node in model.nodes:
        if node.operator == "Identity" and node.operands and node.operands[0].name in encoded:
            encoded.update(node.results)
    shape = ("height", "width", 3)
    pixels = (EndRecord(end.name, np.dtype(np.uint8), shape) for end in model.inputs)
    return dataclasses.replace(
        model,
        inputs=tuple(
            other if end.name in decoded else end
            for end, other in zip(model.inputs, pixels, strict=True)
        ),
        outputs=tuple(
            dataclasses.replace(end, shape=None) if end.name in encoded else end
            for end in model.outputs
        ),
    )
