# SPDX-License-Identifier: MIT
"""Words of a step, with its constants as they lie in memory and its maps where they were placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from npucore.family.code import ACTIVATIONS, CONSTANTS, Address
from npucore.hw.arena import ALIGNMENT
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.emit import Emission, Operands, flying, pool
from npucore_rocket.layout import (
    Int8s,
    ceil_to,
    coefficient_bytes,
    pack_coefficients,
    pack_depthwise_weights,
    pack_weights,
)
from npucore_rocket.link import Code, assemble, assemble_pointwise, assemble_pool
from npucore_rocket.lower import Layer
from npucore_rocket.lower.pointwise import Pointwise, Run
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.lower.requantization import Requantization
from npucore_rocket.plan import Plan, Planned
from npucore_rocket.quantize import fixed_scale


class Constants:
    """Weights and coefficients, one behind the other."""

    def __init__(self, plans: Iterable[Planned], chip: Chip) -> None:
        self.chip = chip
        sizes = (size for plan in plans for size in constant_bytes(plan, chip))
        self.data = np.zeros(sum(ceil_to(size, ALIGNMENT) for size in sizes), np.uint8)
        self._end = 0

    def room(self, size_bytes: int) -> tuple[Address, Int8s]:
        """The next bytes, zeroed: where they are, and they themselves."""
        start = self._end
        self._end += ceil_to(size_bytes, ALIGNMENT)
        return Address(CONSTANTS, start), self.data[start : start + size_bytes].view(np.int8)


def constant_bytes(plan: Planned, chip: Chip) -> tuple[int, ...]:
    """Of weights and coefficients, a bias each or with what belongs to it; of operands."""
    if isinstance(plan, Pointwise):
        return tuple(run.nbytes for run in plan.constants)
    if isinstance(plan, PoolTask):
        return ()
    each = coefficient_bytes(chip, plan.layer.per_channel)
    weights = 0 if plan.layer.second is not None else plan.sizes.weight_bytes
    return weights, plan.sizes.written_channels * each


def codes(plan: Planned, offsets: Mapping[Tensor, int], constants: Constants) -> Iterator[Code]:
    chip = constants.chip
    if isinstance(plan, Pointwise):
        return assemble_pointwise(plan, _places(plan, offsets, constants), chip)
    if isinstance(plan, PoolTask):
        ends = (Address(ACTIVATIONS, offsets[each]) for each in (plan.source, plan.destination))
        return assemble_pool(plan, pool.Ends(*ends), chip)
    emission = _emission(plan, _operands(plan, offsets, constants), chip)
    return assemble(emission, plan.tasks)


def _places(step: Pointwise, offsets: Mapping[Tensor, int], constants: Constants) -> flying.Places:
    def place(operand: Run | Int8s) -> Address:
        if isinstance(operand, Run):
            start = operand.first * constants.chip.atom_bytes
            return Address(ACTIVATIONS, offsets[operand.tensor] + start)
        address, room = constants.room(operand.nbytes)
        room[...] = operand
        return address

    second = None if step.operand is None else place(step.operand)
    return flying.Places(place(step.source), place(step.destination), second)


def _operands(plan: Plan, offsets: Mapping[Tensor, int], constants: Constants) -> Operands:
    layer, addend, chip = plan.layer, plan.layer.addend, constants.chip
    weight_bytes, bias_bytes = constant_bytes(plan, chip)
    weights, room = constants.room(weight_bytes)
    own = chip.of(layer.element_bytes)
    if (second := layer.second) is not None:
        assert second.form.each_bytes(own) == plan.sizes.weight_bytes, "laid out otherwise"
        start = second.number * plan.sizes.weight_bytes
        weights = Address(ACTIVATIONS, offsets[second.tensor] + start)
    else:
        pack = pack_depthwise_weights if layer.depthwise else pack_weights
        pack(layer.weights, layer.weight_zero_points, room.view(layer.weights.dtype), own)
    bias, room = constants.room(bias_bytes)
    _pack_coefficients(layer, plan.numbers, room, chip)
    source = layer.source_channel * layer.source_pixels * layer.element_bytes
    if layer.source_band is not None:
        source += layer.source_band.first * chip.atom_bytes
    return Operands(
        source=Address(ACTIVATIONS, offsets[layer.source] + source),
        destination=_address(layer.destination, layer, offsets, chip),
        weights=weights,
        bias=bias,
        addend=None if addend is None else _address(addend.tensor, layer, offsets, chip),
    )


def _address(tensor: Tensor, layer: Layer, offsets: Mapping[Tensor, int], chip: Chip) -> Address:
    """Where a map of the destination's shape has the channels that the layer computes."""
    start = layer.first_channel * layer.destination_pixels * layer.element_bytes
    if layer.destination_band is not None:
        start += layer.destination_band.first * chip.atom_bytes
    return Address(ACTIVATIONS, offsets[tensor] + start)


def _pack_coefficients(layer: Layer, numbers: Requantization, out: Int8s, chip: Chip) -> None:
    """Biases, with the multipliers of a layer that has one for each channel; 0 in the padding."""
    if numbers.multipliers is not None:
        pack_coefficients(layer.bias, -layer.weight_zero_points, numbers.multipliers, out, chip)
    else:
        out.view(np.float32 if layer.halves else np.int32)[: layer.kernels] = layer.bias


def _emission(plan: Plan, operands: Operands, chip: Chip) -> Emission:
    addend = plan.layer.addend
    scale = None if addend is None else fixed_scale(addend.scale)
    own = chip.of(plan.layer.element_bytes)
    return Emission(plan.layer, plan.sizes, operands, plan.numbers, scale, own)
