# SPDX-License-Identifier: MIT
"""How long ops take on a board's CPU: a measured table, and how fast the cores of boards are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from npucore.contract.abilities import HasCosts
from npucore.contract.backend import Backend, is_cpu
from npucore.errors import InputError
from npucore.ops import Convolution, Op, Pooling
from npucore.ops.macs import macs

TABLE = "host_costs.json"
OTHER = "other"
NANO, PICO = 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Core:
    """A CPU core that ops may run on.

    Parameters
    ----------
    seven_zip_mips
        Of one thread of ``7z b``: how fast a core goes through code that is no arithmetic.
    float_gmacs
        float32 multiply-accumulates of one thread in a second, in 1e9: how fast vectors are.
    copy_bytes
        What ``memcpy`` moves in a second between large buffers.
    count
        Cores of this kind on the board.
    """

    name: str
    seven_zip_mips: float
    float_gmacs: float
    copy_bytes: float
    count: int


CORES = {
    core.name: core
    for core in (
        Core("a76", seven_zip_mips=3146.0, float_gmacs=6.5 * 2.35, copy_bytes=10.81e9, count=4),
        Core("a55", seven_zip_mips=1629.0, float_gmacs=0.8 * 4 * 1.83, copy_bytes=6.11e9, count=4),
    )
}
"""The RK3588's, the first being the default.

7-Zip's MIPS and ``memcpy``: sbc-bench 0.9.8 on a ROCK 5B, results/41BH.txt, cpu4 (A76, 2.35 GHz)
and cpu0 (A55, 1.83 GHz), p7zip 16.02 and tinymembench 0.4.9. Matrix products of the A76: OpenBLAS
on a ROCK 5B gives 6.5 to 7.2 float64 operations a cycle on one thread, and float32 twice as many,
which is as many multiply-accumulates (OpenBLAS on Cortex-A76, blog.gitcode.com, 2025-06-01; one
party). Those of the A55 are a guess, unsettled: 80 % of one multiply-add of 4 floats a cycle.
"""
DEFAULT = next(iter(CORES))


@dataclass(frozen=True, slots=True)
class Effort:
    """The amounts that an op's time grows with, and the name of its kind in the table."""

    kind: str
    elements: int
    """Of all operands and results that are not constant."""
    products: int
    """Multiply-accumulates, or numbers that a pool's windows read."""


def effort(op: Op) -> Effort:
    """The effort of an op, from its shapes and dtypes alone."""
    moving = [tensor for tensor in (*op.inputs, *op.outputs) if not tensor.is_constant]
    elements = sum(tensor.elements for tensor in moving)
    kind, products = op.name, macs(op) or 0
    if isinstance(op, Convolution) and op.depthwise:
        kind += "/depthwise"
    elif isinstance(op, Pooling):
        kind, products = f"{kind}/{op.type}", op.output.elements * op.kernel[0] * op.kernel[1]
    dtype = moving[0].dtype.kind if moving else "f"
    return Effort(f"{kind}:{'float' if dtype == 'f' else 'integer'}", elements, products)


@cache
def table() -> Mapping[str, Any]:
    """The table that ``python -m benchmarks.host_costs`` has written: ``machine`` and ``kinds``.

    ``kinds`` gives for each kind ``base_ns``, ``element_ps`` and ``product_ps``.
    """
    found: Mapping[str, Any] = json.loads((files(__package__) / TABLE).read_text())
    return found


class Host:
    """The CPU of a board, as a backend runs there on one core.

    *costs* is the table of that backend, the reference's without it, and for kinds of ops that the
    backend was not measured with. Raises `InputError` for a core that is not in `CORES`.
    """

    def __init__(self, name: str = DEFAULT, costs: Mapping[str, Any] | None = None) -> None:
        if name not in CORES:
            raise InputError(f"host: {name!r}, wanted {' or '.join(CORES)}")
        self.core = CORES[name]
        self.is_reference = costs is None
        measured = costs or table()
        self._kinds: Mapping[str, Mapping[str, float]] = table()["kinds"] | measured["kinds"]
        machine: Mapping[str, float] = measured["machine"]
        self._code = machine["seven_zip_mips"] / self.core.seven_zip_mips
        self._vectors = machine["float_gmacs"] / self.core.float_gmacs
        self._call_seconds = machine["call_ns"] * NANO * self._code

    @property
    def copy_bytes(self) -> float:
        """Bytes that it copies in a second."""
        return self.core.copy_bytes

    def seconds(self, op: Op) -> float:
        """The expected time of one op; one of a kind that was not measured takes the median's."""
        return sum(self.parts(op))

    def parts(self, op: Op) -> tuple[float, float]:
        """The same in two: what any call of it takes, and what grows with its amounts."""
        wanted = effort(op)
        each = self._kinds.get(wanted.kind) or self._kinds[OTHER]
        work = each["element_ps"] * wanted.elements + each["product_ps"] * wanted.products
        return each["base_ns"] * NANO * self._code, work * PICO * self._vectors

    def call_seconds(self) -> float:
        """A call of a backend's program, as a crossing to it costs beside copies."""
        return self._call_seconds


def host_of(name: str, backends: Sequence[Backend]) -> Host:
    """The core of that name, as the first of *backends* that runs on a CPU uses it."""
    cpu = next((backend for backend in backends if is_cpu(backend)), None)
    return Host(name, cpu.costs() if isinstance(cpu, HasCosts) else None)
