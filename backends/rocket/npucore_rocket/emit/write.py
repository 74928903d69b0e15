# SPDX-License-Identifier: MIT
"""What an emitter yields: a register with its value, or one that will hold an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from npucore.family.code import Address
from npucore.hw.registers import Register
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import Layer
from npucore_rocket.lower.requantization import Requantization
from npucore_rocket.plan import Geometry
from npucore_rocket.quantize import FixedScale


@dataclass(frozen=True, slots=True)
class Pointer:
    """A register that holds nothing but an address."""

    register: type[Register]
    address: Address


Write = Register | Pointer


@dataclass(frozen=True, slots=True)
class Operands:
    """Where a layer's data begin."""

    source: Address
    destination: Address
    weights: Address
    bias: Address
    addend: Address | None = None


class Kind(NamedTuple):
    """What decides how a layer's data flow, whatever their sizes."""

    depthwise: bool
    per_channel: bool
    added: bool  # a second map is
    relu: bool
    relux: bool
    spread: bool
    looked_up: bool
    halves: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Emission:
    """Everything but the rows that the registers of a layer's tasks are computed from."""

    layer: Layer
    sizes: Geometry
    operands: Operands
    requantization: Requantization
    addend_scale: FixedScale | None
    chip: Chip

    @property
    def kind(self) -> Kind:
        """The layer's kind."""
        layer = self.layer
        limited, added = layer.relu_top is not None, layer.addend is not None
        spread, looked_up = layer.spread != (1, 1), layer.table is not None
        per_channel = layer.per_channel
        return Kind(
            *(layer.depthwise, per_channel, added, layer.relu, limited, spread, looked_up),
            halves=layer.halves,
        )
