# SPDX-License-Identifier: MIT
"""A backend's `Scheme` in the words of pt2e, and operators annotated by it."""

from __future__ import annotations

from typing import Any

import torch
from torchao.quantization.pt2e import HistogramObserver, MinMaxObserver, PerChannelMinMaxObserver
from torchao.quantization.pt2e.quantizer import (
    DerivedQuantizationSpec,
    FixedQParamsQuantizationSpec,
    QuantizationAnnotation,
    QuantizationSpec,
    SharedQuantizationSpec,
)

from npucore.contract.scheme import Scheme
from npucore.torch.patterns import BOUNDS, Pattern, Role

ANNOTATION = "quantization_annotation"
INT8, UINT8 = (-128, 127), (0, 255)
WEIGHTS, REDUCED = 127, 63  # the largest, which is the smallest without its sign
BIAS = 2**31 - 1
CHANNELS = 0  # the axis of a weight's scales
STEPS = 256


class Annotator:
    """Writes how pt2e is to quantize operators, after a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._low, self._high = INT8 if scheme.symmetric_activations else UINT8
        self._dtype = torch.int8 if scheme.symmetric_activations else torch.uint8
        per_tensor = torch.per_tensor_symmetric
        self._activation = QuantizationSpec(
            dtype=self._dtype,
            observer_or_fake_quant_ctr=HistogramObserver.with_args(eps=2**-12),
            quant_min=self._low,
            quant_max=self._high,
            qscheme=per_tensor if scheme.symmetric_activations else torch.per_tensor_affine,
        )
        largest = REDUCED if scheme.reduced_range else WEIGHTS
        observer = PerChannelMinMaxObserver if scheme.per_channel else MinMaxObserver
        self._weight = QuantizationSpec(
            dtype=torch.int8,
            observer_or_fake_quant_ctr=observer.with_args(eps=2**-12),
            quant_min=-largest,
            quant_max=largest,
            qscheme=torch.per_channel_symmetric if scheme.per_channel else per_tensor,
            ch_axis=CHANNELS if scheme.per_channel else None,
        )

    def annotate(self, pattern: Pattern) -> None:
        """Write what is wanted of the pattern's inputs and its result."""
        node = pattern.node
        wanted = dict.fromkeys(pattern.inputs, self._activation)
        if pattern.role is Role.WEIGHTED:
            wanted[node.args[1]] = self._weight
            if len(node.args) > 2 and node.args[2] is not None:
                wanted[node.args[2]] = self._bias(node)
        if pattern.role is Role.JOINED:
            first, *others = pattern.inputs
            wanted |= dict.fromkeys(others, SharedQuantizationSpec((first, node)))
        result = self._result(pattern)
        if pattern.last is not node:
            pattern.last.meta[ANNOTATION] = _annotation({}, result)
            result = None
        node.meta[ANNOTATION] = _annotation(wanted, result)

    def _result(self, pattern: Pattern) -> Any:
        if pattern.role in (Role.SAME, Role.JOINED, Role.MOVED):
            return SharedQuantizationSpec((pattern.inputs[0], pattern.node))
        if pattern.role is Role.BOUNDED:
            low, high = BOUNDS[pattern.node.target]
            scale = (high - low) / STEPS
            return FixedQParamsQuantizationSpec(
                dtype=self._dtype,
                scale=scale,
                zero_point=self._low - round(low / scale),
                quant_min=self._low,
                quant_max=self._high,
                qscheme=torch.per_tensor_affine,
            )
        return self._activation

    def _bias(self, node: Any) -> DerivedQuantizationSpec:
        """int32, with the product of the input's scale and the weight's."""
        per_channel = self._scheme.per_channel
        return DerivedQuantizationSpec(
            derived_from=[(node.args[0], node), (node.args[1], node)],
            derive_qparams_fn=_product,
            dtype=torch.int32,
            quant_min=-BIAS,
            quant_max=BIAS,
            qscheme=torch.per_channel_symmetric if per_channel else torch.per_tensor_symmetric,
            ch_axis=CHANNELS if per_channel else None,
        )


def _annotation(inputs: dict[Any, Any], result: Any) -> QuantizationAnnotation:
    return QuantizationAnnotation(input_qspec_map=inputs, output_qspec=result, _annotated=True)


def _product(observers: list[Any]) -> tuple[Any, Any]:
    """Scale and zero point of a bias, from the observers of the input and the weight."""
    (given, _), (weight, _) = (observer.calculate_qparams() for observer in observers)
    scale = (given * weight).to(torch.float32)
    return scale, torch.zeros_like(scale, dtype=torch.int32)
