# SPDX-License-Identifier: MIT
"""Points that ops share: requantisation, clamps, copies."""

from __future__ import annotations

from npucore.tensor import Tensor
from npucore_nvdla.lower.layer import Algorithm, Compute, Int16s, PerKernel, Points, Stage
from npucore_nvdla.maps import Region, region
from npucore_nvdla.quantize import Scaling, fraction, zero_point

Clamp = tuple[int | None, int | None]
"""The smallest and the largest result as int8; None at an end of the range."""
NO_CLAMP: Clamp = (None, None)


def scaled(found: Scaling, factors: Int16s, output: Tensor, clamp: Clamp) -> Points:
    """Sums to results: a bias, a factor, ReLU if *clamp* begins at real 0, the zero point.

    A stage reads one operand for each kernel: with a rest of the bias, the factor is a number.
    """
    zero, relu = zero_point(output), clamp[0] == zero_point(output)
    first = Stage(addend=PerKernel(found.addends), addend_shift=found.addend_shift)
    if found.rest is None:
        second = Stage(factor=PerKernel(factors), factor_shift=found.shift, relu=relu)
    else:
        rest, factor = PerKernel(found.rest), int(factors[0])
        second = Stage(addend=rest, factor=factor, factor_shift=found.shift, relu=relu)
    return Points(first, second, offset=-zero)


def clamped(output: Tensor, clamp: Clamp, done: bool = False) -> list[Compute]:
    """What is left of a clamp, over the results in place; *done* if ReLU has been."""
    low, high = clamp
    if done and low == zero_point(output):
        low = None
    if low is None and high is None:
        return []
    first = None if low is None else Stage(addend=low, algorithm=Algorithm.MAX)
    second = None if high is None else Stage(addend=high, algorithm=Algorithm.MIN)
    return [Compute(region(output), region(output), Points(first, second))]


def requantized(source: Tensor, output: Tensor) -> Points:
    """From one scale and zero point to another; nothing at all if they are the same.

    The factor has 15 bits, so that the result is off by 2**-8 LSB at most before it is rounded.
    """
    if source.q.same_as(output.q) and source.dtype == output.dtype:
        return Points()
    factor, shift = fraction(float(source.q.scale) / float(output.q.scale))
    first = Stage(addend=-zero_point(source), factor=factor, factor_shift=shift)
    return Points(first, offset=-zero_point(output))


def copied(source: Region, target: Region) -> Compute:
    """A region, requantized if its scale differs."""
    return Compute(source, target, requantized(source.tensor, target.tensor))
