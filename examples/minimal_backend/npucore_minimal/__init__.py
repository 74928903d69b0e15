"""A whole backend in one file: an imaginary NPU that adds two maps of bytes.

Its parts are those of every backend: registers, rules, planning, emission, device, facade. A real
one gives each a file of its own. Replace them one by one; `npucore conformance minimal` judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

import npucore
from npucore.hw.registers import Bits, Register, Source
from npucore.ops import Add, Op
from npucore.quantize import activation_bounds
from npucore.tensor import Array, Tensor

# ---- registers: data, each field with its source ------------------------------------------------

INVENTED = Source("invented for this example", npucore.Evidence.PAPER)


class SRC_A(Register, offset=0x00):
    address = Bits(31, 0, "byte address of operand a", INVENTED)


class SRC_B(Register, offset=0x04):
    address = Bits(31, 0, "byte address of operand b", INVENTED)


class DST(Register, offset=0x08):
    address = Bits(31, 0, "byte address of the result", INVENTED)


class SIZE(Register, offset=0x0C):
    elements = Bits(27, 0, "how many, one byte each", INVENTED)
    unsigned = Bits(31, 31, "uint8 instead of int8", INVENTED)


class ZERO(Register, offset=0x10):
    a = Bits(8, 0, "zero point of a", INVENTED, signed=True)
    b = Bits(17, 9, "zero point of b", INVENTED, signed=True)
    out = Bits(26, 18, "zero point of the result", INVENTED, signed=True)


class FACTOR(Register, offset=0x14):
    a = Bits(15, 0, "a's scale over the result's, in units of 2**-12", INVENTED)
    b = Bits(31, 16, "b's scale over the result's, in units of 2**-12", INVENTED)


class CLAMP(Register, offset=0x18):
    low = Bits(8, 0, "smallest result", INVENTED, signed=True)
    high = Bits(17, 9, "largest result", INVENTED, signed=True)


class GO(Register, offset=0x1C):
    start = Bits(0, 0, "write 1 to add", INVENTED)


REGISTERS = {r.offset: r for r in (SRC_A, SRC_B, DST, SIZE, ZERO, FACTOR, CLAMP, GO)}
FRACTION_BITS = 12
LARGEST_FACTOR = 15.99  # 16 bits of 2**-12
R = TypeVar("R", bound=Register)

# ---- rules: what the NPU takes, and why not -----------------------------------------------------


def refusal(op: Op) -> str | None:
    """Why this NPU cannot do *op*, or None."""
    if not isinstance(op, Add):
        return f"{op.name}: this NPU only adds"
    for tensor in (op.a, op.b, op.output):
        if tensor.dtype not in (np.int8, np.uint8) or tensor.quantization is None:
            return f"{tensor.name} is {tensor.dtype}, wanted quantized bytes"
        if tensor.is_constant:
            return f"{tensor.name} is constant"
    if (largest := max(factors(op))) > LARGEST_FACTOR:
        return f"an operand's scale is {largest:.3g} times the result's, at most {LARGEST_FACTOR}"
    return None


def factors(op: Add) -> tuple[float, float]:
    """The operands' scales over the result's."""
    out = float(op.output.q.scale)
    return float(op.a.q.scale) / out, float(op.b.q.scale) / out


# ---- planning and emission ----------------------------------------------------------------------


def plan(graph: npucore.Graph) -> tuple[dict[Tensor, int], int]:
    """Every tensor -> its byte address, and the bytes of all."""
    places, top = {}, 0
    for tensor in (*graph.inputs, *(op.outputs[0] for op in graph.ops)):
        places[tensor], top = top, top + tensor.elements
    return places, top


def emit(op: Add, places: dict[Tensor, int]) -> list[Register]:
    """One addition."""
    a, b = (round(factor * (1 << FRACTION_BITS)) for factor in factors(op))
    low, high = activation_bounds(op.activation, op.output)
    return [
        SRC_A(address=places[op.a]),
        SRC_B(address=places[op.b]),
        DST(address=places[op.output]),
        SIZE(elements=op.output.elements, unsigned=op.output.dtype == np.uint8),
        ZERO(a=int(op.a.q.zero_point), b=int(op.b.q.zero_point), out=int(op.output.q.zero_point)),
        FACTOR(a=a, b=b),
        CLAMP(low=low, high=high),
        GO(start=1),
    ]


# ---- device: here a simulator, which sees words and bytes and never an op -----------------------


class Simulator:
    """Executes register writes on a flat memory."""

    def __init__(self, size_bytes: int) -> None:
        self.memory = np.zeros(size_bytes, np.uint8)
        self.state: dict[type[Register], Register] = {}

    def execute(self, words: Sequence[tuple[int, int]]) -> None:
        """*words* are offsets and values."""
        for offset, value in words:
            register = REGISTERS[offset].decode(value)
            self.state[type(register)] = register
            if isinstance(register, GO):
                self._add()

    def _register(self, kind: type[R]) -> R:
        register = self.state[kind]
        assert isinstance(register, kind)
        return register

    def _add(self) -> None:
        size, zero, factor = self._register(SIZE), self._register(ZERO), self._register(FACTOR)
        kind = np.uint8 if size.unsigned else np.int8
        total: Array = np.array(1 << (FRACTION_BITS - 1))  # half: round to nearest
        a, b = self._register(SRC_A).address, self._register(SRC_B).address
        for start, offset, weight in ((a, zero.a, factor.a), (b, zero.b, factor.b)):
            x = self.memory[start : start + size.elements].view(kind).astype(np.int64)
            total = total + (x - offset) * weight
        clamp, start = self._register(CLAMP), self._register(DST).address
        out = np.clip((total >> FRACTION_BITS) + zero.out, clamp.low, clamp.high)
        self.memory[start : start + size.elements] = out.astype(kind).view(np.uint8)


# ---- facade -------------------------------------------------------------------------------------


class MinimalProgram(npucore.Program):
    """Compiled once; every run has a memory of its own, so any number of threads may run it."""

    def __init__(self, graph: npucore.Graph) -> None:
        self.graph = graph
        self.places, self.size_bytes = plan(graph)
        adds = [op for op in graph.ops if isinstance(op, Add)]
        self.words = [(w.offset, w.word) for op in adds for w in emit(op, self.places)]

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Copy in, execute, copy out."""
        npu = Simulator(self.size_bytes)
        for tensor, array in zip(self.graph.inputs, inputs, strict=True):
            bytes_ = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            npu.memory[self.places[tensor] :][: bytes_.size] = bytes_
        npu.execute(self.words)
        return [
            np.array(npu.memory[self.places[t] :][: t.elements].view(t.dtype).reshape(t.shape))
            for t in self.graph.outputs
        ]


class MinimalBackend(npucore.Backend):
    """Named in pyproject.toml; that is all it takes to be installed."""

    name = "minimal"
    capabilities = npucore.Capabilities(summary="an imaginary NPU that adds", ops={"add": 1})

    def availability(self) -> npucore.Availability:
        """What there is to run on."""
        return npucore.Availability(npucore.DeviceKind.SIMULATOR, "the simulator in this file")

    def supports(self, op: Op, graph: npucore.Graph) -> npucore.Verdict:
        """A refusal gives the reason, an acceptance its evidence."""
        if reason := refusal(op):
            return npucore.Verdict(reason)
        return npucore.Verdict(evidence=npucore.Evidence.PAPER)

    def compile(self, graph: npucore.Graph) -> npucore.Program:
        """Everything that can be done before the first input arrives."""
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise npucore.UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        return MinimalProgram(graph)
