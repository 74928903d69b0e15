# SPDX-License-Identifier: MIT
"""Addresses of descriptors -> the command stream that runs them one after the other.

Source: vsim hardware reference 9: the words of Mesa's streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npucore_vsim.job import Job
from npucore_vsim.registers import NNDescriptor
from npucore_vsim.registers.states import (
    GL_API_MODE,
    GL_FLUSH_CACHE,
    GL_NN_CONFIG,
    GL_OCB_REMAP_END,
    GL_OCB_REMAP_START,
    GL_TP_CONFIG,
    PA_SYSTEM_MODE,
    PS_NN_INST_ADDR,
    PS_TP_INST_ADDR,
    PS_UNK10A4,
)
from npucore_vsim.stream import Load, encode, load

OPENCL = 2
SYSTEM_MODE = 0x11
FLUSH = 0xC23
DESCRIPTOR_SHIFT = 6


def commands(jobs: Iterable[tuple[Job, int]]) -> list[int]:
    """The words that run *jobs*, each with the address of its descriptor."""
    return encode([*_begin(), *(each for job, at in jobs for each in _run(job, at)), *_end()])


def _begin() -> Iterator[Load]:
    yield load(PA_SYSTEM_MODE(value=SYSTEM_MODE))
    yield load(GL_API_MODE(mode=OPENCL))


def _run(job: Job, address: int) -> Iterator[Load]:
    yield load(GL_OCB_REMAP_START())
    yield load(GL_OCB_REMAP_END())
    place = address >> DESCRIPTOR_SHIFT
    if isinstance(job.descriptor, NNDescriptor):
        yield load(GL_NN_CONFIG(small_batch=1))
        yield load(PS_NN_INST_ADDR(address=place))
    else:
        yield load(GL_TP_CONFIG())
        yield load(PS_TP_INST_ADDR(address=place, slot=int(job.more)))
    if not job.more:
        yield load(PS_UNK10A4())


def _end() -> Iterator[Load]:
    yield load(GL_FLUSH_CACHE(value=FLUSH))
    yield load(GL_FLUSH_CACHE(value=FLUSH))
