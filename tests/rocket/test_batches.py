# SPDX-License-Identifier: MIT
"""Tasks that go to the driver as one job: as many as it bears."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Logistic, Op, Pooling, PoolingType
from npucore.quantize import Rounding
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.cost import work
from npucore_rocket.form import Tasks
from npucore_rocket.jobs import MOST_SECONDS, jobs, seconds_of
from npucore_rocket.program import RocketCompiled

LARGE = (1, 1024, 1024, 64)  # 64 Mi look-ups, two a cycle: 168 ms at mainline's clock


def tensor(name: str, *shape: int, scale: float = 0.05) -> Tensor:
    return Tensor(name, shape, np.dtype(np.int8), Quantization.per_tensor(scale, 0))


def compiled(*ops: Op) -> RocketCompiled:
    graph = Graph(ops, ops[0].inputs, ops[-1].outputs, Rounding.EXACT)
    return RocketBackend(device="simulator", trust="sibling", pools="ppu").compiled(graph)


def logistic(source: Tensor, name: str) -> Logistic:
    return Logistic(input=source, output=tensor(name, *source.shape, scale=1 / 256))


def test_a_job_ends_long_before_the_driver_stops_it() -> None:
    op = logistic(tensor("x", *LARGE), "y")
    found = compiled(op)
    batches = jobs(found, Tasks.BATCHED)
    every = [task for job in batches for task in job]
    assert every == [task for job in found.jobs for task in job]
    seconds = [sum(seconds_of(work(t.code.words, found.chip)) for t in job) for job in batches]
    assert len(batches) > 1
    assert max(seconds) <= MOST_SECONDS


def test_small_tasks_are_one_job_and_each_alone_if_wanted() -> None:
    first = logistic(tensor("x", 1, 8, 8, 16), "a")
    second = logistic(first.output, "b")
    found = compiled(first, second)
    assert len(jobs(found, Tasks.ONE)) == len([task for job in found.jobs for task in job])
    assert len(jobs(found, Tasks.BATCHED)) == 1


def test_tasks_of_the_pooling_unit_are_jobs_of_their_own() -> None:
    """One driver hears the end of one unit or the other in a job."""
    x = tensor("x", 1, 8, 8, 16)
    before = logistic(x, "a")
    middle = tensor("p", 1, 4, 4, 16, scale=1 / 256)
    pool = Pooling(
        type=PoolingType.MAX, input=before.output, output=middle, kernel=(2, 2), stride=(2, 2)
    )
    found = compiled(before, pool, logistic(middle, "b"))
    assert [len(job) for job in jobs(found, Tasks.BATCHED)] == [1, 1, 1]
