# SPDX-License-Identifier: MIT
"""How ops may hang together, whatever they compute."""

from __future__ import annotations

from npucore.conformance.graphs.net import Net
from npucore.conformance.maker import Problem
from npucore.ops import Activation
from npucore.tensor import Quantization


def two_outputs(n: Net) -> Problem:
    """Two ends."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    return n.problem(n.conv(x, 24), n.conv(x, 32, 3))


def outputs_in_reverse(n: Net) -> Problem:
    """Outputs stand in another order than that in which they are computed."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    y = n.conv(x, 24)
    return n.problem(n.conv(y, 16), y, x)


def read_and_returned(n: Net) -> Problem:
    """A tensor is an output, and the next op reads it."""
    x = n.conv(n.input(1, 8, 8, 16), 32, 3, 1, Activation.RELU)
    return n.problem(x, n.conv(x, 16))


def nobody_reads(n: Net) -> Problem:
    """One of an op's results is not used."""
    first, _ = n.split(n.conv(n.input(1, 8, 8, 16), 32), 16, 16)
    return n.problem(n.conv(first, 16))


def read_twice(n: Net) -> Problem:
    """An op reads one tensor as both operands."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    n.add(x, x)
    return n.problem()


def many_readers(n: Net) -> Problem:
    """Five ops read one tensor; it must live as long as the last."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    parts = [n.conv(x, 16, 3) for _ in range(4)]
    total = n.add(n.add(parts[0], parts[1]), n.add(parts[2], parts[3]))
    n.add(total, x)
    return n.problem()


def diamond(n: Net) -> Problem:
    """Two ways from one tensor to another."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    n.add(n.conv(x, 16, 3), n.depthwise(x))
    return n.problem()


def two_inputs(n: Net) -> Problem:
    """Two maps from the caller."""
    a, b = n.input(1, 8, 8, 16, name="a"), n.input(1, 8, 8, 16, name="b", scale=0.03)
    n.add(n.conv(a, 16), n.conv(b, 16))
    return n.problem()


def inputs_swapped(n: Net) -> Problem:
    """The second input is used first."""
    a, b = n.input(1, 6, 6, 16, name="a"), n.input(1, 6, 6, 32, name="b")
    second = n.conv(b, 16)
    n.add(second, n.conv(a, 16))
    return n.problem()


def constant_addend(n: Net) -> Problem:
    """One operand is the model's own."""
    x = n.conv(n.input(1, 6, 6, 16), 16)
    n.conv(n.add(x, n.constant(x.shape)), 16)
    return n.problem()


def constant_numbers(n: Net) -> Problem:
    """An image brought to another range before the first layer, as exporters leave it."""
    x = n.input(1, 6, 6, 3)
    y = n.mul(n.subtract(x, n.constant(x.shape, 160)), n.constant(x.shape, 125))
    n.conv(n.add(n.constant(x.shape, 90), y), 16, 3)
    return n.problem()


def concat_twice_the_same(n: Net) -> Problem:
    """One tensor, twice side by side."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    n.conv(n.concat(x, x), 32)
    return n.problem()


def concat_with_input(n: Net) -> Problem:
    """The caller's map beside a computed one."""
    x = n.input(1, 8, 8, 16)
    n.conv(n.concat(x, n.conv(x, 16)), 16)
    return n.problem()


def concat_read_and_returned(n: Net) -> Problem:
    """A part of a concatenation is an output as well."""
    x = n.input(1, 8, 8, 16)
    a, b = n.conv(x, 16), n.conv(x, 32)
    return n.problem(a, n.concat(a, b))


def concat_of_large_parts(n: Net) -> Problem:
    """Parts of 32 channels and more."""
    x = n.input(1, 8, 8, 16)
    n.conv(n.concat(n.conv(x, 32), n.conv(x, 64, 3), n.conv(x, 20)), 16)
    return n.problem()


def concat_of_odd_channels(n: Net) -> Problem:
    """Parts that fill no atom."""
    x = n.input(1, 8, 8, 16)
    n.conv(n.concat(n.conv(x, 20), n.conv(x, 7), n.conv(x, 33)), 16)
    return n.problem()


def concat_of_concats(n: Net) -> Problem:
    """A concatenation within another."""
    x = n.input(1, 8, 8, 16)
    inner = n.concat(n.conv(x, 16), n.conv(x, 16, 3))
    n.conv(n.concat(inner, n.conv(x, 32)), 16)
    return n.problem()


def concat_of_rows(n: Net) -> Problem:
    """One map below the other."""
    x = n.input(1, 8, 8, 16)
    n.conv(n.concat(n.conv(x, 16), n.conv(x, 16, 3), axis=1), 16)
    return n.problem()


def split_and_returned(n: Net) -> Problem:
    """Pieces of a map are the outputs."""
    return n.problem(*n.split(n.conv(n.input(1, 8, 8, 16), 48), 16, 32))


def split_unevenly(n: Net) -> Problem:
    """Pieces that fill no atom."""
    first, second = n.split(n.conv(n.input(1, 8, 8, 16), 30), 10, 20)
    return n.problem(n.conv(first, 16), n.conv(second, 16))


def sliced(n: Net) -> Problem:
    """The upper channels alone."""
    x = n.conv(n.input(1, 8, 8, 16), 32)
    n.conv(n.slice(x, (0, 0, 0, 16), (1, 8, 8, 16)), 16)
    return n.problem()


def cropped(n: Net) -> Problem:
    """A window of the map."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    n.conv(n.slice(x, (0, 2, 1, 0), (1, 4, 6, 16)), 16)
    return n.problem()


def padded(n: Net) -> Problem:
    """A border, then a convolution without one."""
    n.conv(n.pad(n.input(1, 8, 8, 16), 1, 1), 16, 3, valid=True)
    return n.problem()


def padded_after(n: Net) -> Problem:
    """A border on two sides, stride 2: what PyTorch's exporters write."""
    x = n.conv(n.input(1, 9, 9, 16), 16)
    n.conv(n.pad(x, 0, 1), 16, 3, 2, valid=True)
    return n.problem()


def padded_for_two(n: Net) -> Problem:
    """A border that two ops read."""
    x = n.pad(n.input(1, 8, 8, 16), 1, 1)
    return n.problem(n.conv(x, 16, 3, valid=True), n.conv(x, 16))


def reshaped_between(n: Net) -> Problem:
    """Rows and columns become one."""
    x = n.conv(n.input(1, 4, 6, 16), 16)
    n.conv(n.reshape(x, 1, 24, 1, 16), 16)
    return n.problem()


def reshaped_to_the_end(n: Net) -> Problem:
    """The output has another shape than the map."""
    n.reshape(n.conv(n.input(1, 4, 6, 16), 33), 1, 24, 33)
    return n.problem()


def requantized(n: Net) -> Problem:
    """Another quantization between two layers."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    q = Quantization.per_tensor(2 * float(x.q.scale), int(x.q.zero_point) - 3)
    n.conv(n.requantize(x, q), 16)
    return n.problem()


def other_bytes(n: Net) -> Problem:
    """The caller's bytes are of the other kind."""
    other = {"int8": "uint8", "uint8": "int8"}[n.dtype]
    shift = 128 if n.dtype == "uint8" else -128
    x = n.m.input((1, 8, 8, 16), other, 0.05)
    q = Quantization.per_tensor(0.05, int(x.q.zero_point) + shift)
    n.conv(n.requantize(x, q, n.dtype), 16, 3)
    return n.problem()


def floats_at_both_ends(n: Net) -> Problem:
    """Quantize, compute, dequantize."""
    x = n.m.input((1, 8, 8, 16), "float32")
    q = Quantization.per_tensor(0.03, {"int8": 1, "uint8": 129}[n.dtype])
    n.dequantize(n.conv(n.requantize(x, q, n.dtype), 16, 3))
    return n.problem()


def bystander(n: Net) -> Problem:
    """An op that few NPUs take stands between two that most take."""
    x = n.conv(n.input(1, 8, 8, 16), 16)
    n.conv(n.transpose(x, 0, 2, 1, 3), 16)
    return n.problem()


def nothing_but_addresses(n: Net) -> Problem:
    """A map is cut and put together again."""
    first, second = n.split(n.conv(n.input(1, 8, 8, 16), 32), 16, 16)
    n.conv(n.concat(second, first), 16)
    return n.problem()


def separate_parts(n: Net) -> Problem:
    """Two graphs in one that have nothing to do with each other."""
    a, b = n.input(1, 8, 8, 16, name="a"), n.input(1, 5, 5, 20, name="b")
    return n.problem(n.conv(a, 16, 3), n.conv(b, 24))
