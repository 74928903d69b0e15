# SPDX-License-Identifier: MIT
"""Random chains: as a whole, and every op alone with what is moved before it."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.graphs.chains import parts
from npucore.conformance.judge import Column, Finding
from npucore.conformance.judge_graph import judge_graph
from npucore.contract.backend import Backend

MOST_MEAN = 4.0  # LSB, each distance counted up to `FAR`: values at other places are off by tens
LEAST_VALUES = 16  # in which one that a steep op has carried off does not count for half


def judge_chain(backend: Backend, case: Case) -> Iterator[Finding]:
    """The finding on the whole chain, then one for each of its ops.

    What the ops' bounds allow together can be much for a chain: so its outputs may not be off by
    more than `MOST_MEAN` on average either, and its ops, one by one, by no more than their bounds.
    """
    whole = judge_graph(backend, case)
    counts = whole.columns[Column.EXACT].counts if Column.EXACT in whole.columns else {}
    values = sum(counts.values())
    mean = sum(distance * count for distance, count in counts.items()) / max(values, 1)
    if whole.fault is None and values >= LEAST_VALUES and mean > MOST_MEAN:
        fault = f"off by {mean:.1f} LSB on average, at most {MOST_MEAN:g}"
        whole = Finding(whole.case, whole.op, whole.shape, fault=fault)
    yield whole
    yield from (judge_graph(backend, part) for part in parts(case))
