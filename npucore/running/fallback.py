# SPDX-License-Identifier: MIT
"""The CPU that takes the ops which the chosen backends refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npucore import plugins
from npucore.contract.backend import Backend, DeviceKind
from npucore.graph import Graph

FASTEST, REFERENCE = "fastest", "reference"


def standing_behind(wanted: str | None, chosen: Sequence[str], graph: Graph | None) -> list[str]:
    """Names of the backends behind the *chosen* ones, best first.

    *wanted* is a name, None for none, or ``"fastest"``: the fastest that is installed and keeps the
    rounding rule of *graph*, and the reference for what that refuses, too. Where the reference is
    chosen, nothing is left for others; without a graph no rule is known, and the reference keeps
    every one.
    """
    if wanted is None:
        return []
    if wanted != FASTEST:
        return [wanted]
    if REFERENCE in chosen or graph is None:
        return [REFERENCE]
    return [*fastest(graph), REFERENCE]


def fastest(graph: Graph) -> list[str]:
    """The name of the fastest CPU here that keeps the rule of *graph*, if any beats the reference.

    Floats are rounded by no rule: a graph without a quantization is anybody's.
    """
    rule = graph.rounding if is_quantized(graph) else None
    able = [cpu for cpu in cpus() if rule is None or rule in cpu.capabilities.keeps]
    return [max(able, key=_speed).name] if able else []


def is_quantized(graph: Graph) -> bool:
    """Whether any of its numbers are stored as integers, so that a rounding rule matters."""
    return any(t.quantization for op in graph.ops for t in (*op.inputs, *op.outputs))


def cpus() -> Iterator[Backend]:
    """Backends that offer themselves as fallbacks, and have what they need to run."""
    for name in plugins.names(plugins.FALLBACKS):
        try:
            backend = plugins.load_backend(name)()
            if backend.availability().kind is DeviceKind.CPU and _speed(backend) > 1:
                yield backend
        except Exception:  # a broken plugin: `npucore backends` shows it
            continue


def is_fastest(name: str) -> bool:
    """Whether no CPU here is faster than the backend of that name."""
    if name not in plugins.names(plugins.FALLBACKS):
        return False
    best = max(cpus(), key=_speed, default=None)
    return best is not None and best.name == name


def fallbacks_here(wanted: str | None) -> list[str]:
    """All that the fallback *wanted* may come to be on this machine, for any graph."""
    if wanted != FASTEST:
        return []
    return sorted(f"{cpu.name}: {cpu.availability().detail}" for cpu in cpus())


def _speed(backend: Backend) -> float:
    return backend.capabilities.speed or 0.0
