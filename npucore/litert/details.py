# SPDX-License-Identifier: MIT
"""Tensors and operators as the dictionaries that LiteRT's users read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from npucore.contract.numbered import FileGraph, FileTensor
from npucore.litert.types import scalar_type
from npucore.tensor import Shape


def tensor_details(tensor: FileTensor, number: int, shape: Shape) -> dict[str, Any]:
    """Name, number, shape, type and quantization of a tensor whose present shape is *shape*.

    Raises `ValueError` for a tensor of a type that cannot be shown.
    """
    if (kind := scalar_type(tensor)) is None:
        raise ValueError("Could not get tensor details")
    scales = np.array(tensor.scales, np.float32)
    zero_points = np.array(tensor.zero_points, np.int32)
    single = len(scales) == len(zero_points) == 1
    return {
        "name": tensor.name,
        "index": number,
        "shape": np.array(shape, np.int32),
        "shape_signature": np.array(tensor.open_shape or shape, np.int32),
        "dtype": kind,
        "quantization": (float(scales[0]), int(zero_points[0])) if single else (0.0, 0),
        "quantization_parameters": {
            "scales": scales,
            "zero_points": zero_points,
            "quantized_dimension": int(tensor.axis),
            "block_size": 0,
        },
        "sparsity_parameters": {},
    }


def operator_details(graph: FileGraph, number: int) -> dict[str, Any]:
    """Name, operands and results of an operator. Raises `ValueError` for a wrong number."""
    if not 0 <= number < len(graph.operators):
        raise ValueError("Invalid node index")
    operator = graph.operators[number]
    return {
        "index": number,
        "op_name": operator.name,
        "inputs": np.array(operator.inputs, np.int32),
        "outputs": np.array(operator.outputs, np.int32),
        "operand_types": _types(graph, operator.inputs),
        "result_types": _types(graph, operator.outputs),
    }


def _types(graph: FileGraph, numbers: Sequence[int]) -> list[Any]:
    return [scalar_type(graph.tensors[number]) for number in numbers if number != -1]
