# SPDX-License-Identifier: MIT
"""How a float network is to be quantized, so that a backend runs it well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """Settings of post-training quantization. Weights are int8 and symmetric.

    Parameters
    ----------
    per_channel
        A scale for each output channel of the weights, or one for all of them.
    symmetric_activations
        Activations are int8 with zero point 0 instead of uint8 with one of their own.
    reduced_range
        Weights of 7 bits, for hardware whose sums of products saturate at 16 bits.
    """

    per_channel: bool = True
    symmetric_activations: bool = False
    reduced_range: bool = False

    def __str__(self) -> str:
        weights = "per channel" if self.per_channel else "per tensor"
        bits = "7-bit" if self.reduced_range else "8-bit"
        activations = "symmetric int8" if self.symmetric_activations else "uint8"
        return f"{bits} weights {weights}, {activations} activations"
