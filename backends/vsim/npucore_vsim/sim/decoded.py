# SPDX-License-Identifier: MIT
"""Kernels that have been decoded, by the bytes that they were decoded from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from npucore_vsim.sim.convolve import Filter, Weights
from npucore_vsim.sim.weights_v7 import Form, Int64s

Arrays = Mapping[str, npt.NDArray[np.generic]]
Key = tuple[Form, int, int, bool, bool]
"""The form, the chip's generation and cores, the dialect, and whether it is depthwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Kernels:
    """Weights, biases and offsets of a job's kernels, in the order of its output.

    *weights* are (O, C, KH, KW), or (O, 1, KH, KW) where each kernel reads one of *channels*.
    """

    weights: Weights
    bias: Int64s
    offsets: Int64s
    channels: Int64s | None

    @property
    def filter(self) -> Filter:
        """The kernels, made ready."""
        return Filter(self.weights, self.channels)


@dataclass(slots=True)
class Decoded:
    """Facts for all chips that share them."""

    known: dict[str, Kernels] = field(default_factory=dict)

    @staticmethod
    def name(content: bytes, key: Key) -> str:
        """The name of what is decoded from *content*."""
        form, *rest = key
        said = f"{form} {rest} {hashlib.sha256(content).hexdigest()}"
        return hashlib.sha256(said.encode()).hexdigest()

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """All of it, by names of small letters, digits, ``_`` and ``/``."""
        found: dict[str, npt.NDArray[np.generic]] = {}
        for name, each in self.known.items():
            found[f"{name}/weights"], found[f"{name}/bias"] = _narrow(each.weights), each.bias
            found[f"{name}/offsets"] = each.offsets
            if each.channels is not None:
                found[f"{name}/channels"] = each.channels
        return found

    def add(self, arrays: Arrays) -> None:
        """Know what `arrays` has given."""
        for name in {path.partition("/")[0] for path in arrays}:
            channels = arrays.get(f"{name}/channels")
            self.known[name] = Kernels(
                arrays[f"{name}/weights"].astype(np.int16),
                arrays[f"{name}/bias"].astype(np.int64, copy=False),
                arrays[f"{name}/offsets"].astype(np.int64, copy=False),
                None if channels is None else channels.astype(np.int64, copy=False),
            )


def _narrow(weights: Weights) -> npt.NDArray[np.generic]:
    """As int8 where they fit."""
    fits = bool((weights == weights.astype(np.int8)).all())
    return weights.astype(np.int8) if fits else weights
