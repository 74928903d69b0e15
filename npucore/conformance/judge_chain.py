# SPDX-License-Identifier: MIT
"""Random chains: as a whole, and every op alone with what is moved before it."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.backend import Backend
from npucore.conformance.case import Case
from npucore.conformance.graphs.chains import parts
from npucore.conformance.judge import Column, Finding
from npucore.conformance.judge_graph import judge_graph

MOST_MEAN = 2.0  # LSB over all outputs: values that stand at other places are off by tens


def judge_chain(backend: Backend, case: Case) -> Iterator[Finding]:
    """The finding on the whole chain, then one for each of its ops.

    What the ops' bounds allow together can be much for a chain: so its outputs may be off by no
    more than `MOST_MEAN` on average as well, and its ops, one by one, by their own bounds.
    """
    whole = judge_graph(backend, case)
    counts = whole.columns[Column.EXACT].counts if Column.EXACT in whole.columns else {}
    total = sum(distance * count for distance, count in counts.items())
    if whole.fault is None and total > MOST_MEAN * sum(counts.values()):
        fault = f"off by {total / sum(counts.values()):.1f} LSB on average, at most {MOST_MEAN:g}"
        whole = Finding(whole.case, whole.op, whole.shape, fault=fault)
    yield whole
    yield from (judge_graph(backend, part) for part in parts(case))
