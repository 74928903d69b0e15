# SPDX-License-Identifier: MIT
"""The registers as data, each field with its source. Hardware names stay as they are."""

from __future__ import annotations

from npucore.evidence import Evidence
from npucore.hw.registers import Bits, Register, Source

INVENTED = Source("invented for this example", Evidence.PAPER)
CONVOLVE, ADD = 1, 2  # GO.kind
LARGEST_NUMBER = 65536.0  # beyond, nobody knows what the multiplier does. Source: invented
FLOAT32 = "the bits of a float32"


class INPUT(Register, offset=0x00):
    address = Bits(31, 0, "of the rows that are read, or of the first addend", INVENTED)


class SECOND(Register, offset=0x04):
    address = Bits(31, 0, "of biases and weights, or of the second addend", INVENTED)


class OUTPUT(Register, offset=0x08):
    address = Bits(31, 0, "of the rows that are written", INVENTED)


class IN_SIZE(Register, offset=0x0C):
    columns = Bits(15, 0, "of the map that is read", INVENTED)
    rows = Bits(31, 16, "of it in this task", INVENTED)


class OUT_SIZE(Register, offset=0x10):
    columns = Bits(15, 0, "of the map that is written", INVENTED)
    rows = Bits(31, 16, "of it in this task", INVENTED)


class CHANNELS(Register, offset=0x14):
    inputs = Bits(15, 0, "of each pixel that is read", INVENTED)
    outputs = Bits(31, 16, "of each pixel that is written", INVENTED)


class WINDOW(Register, offset=0x18):
    rows = Bits(3, 0, "of a kernel", INVENTED)
    columns = Bits(7, 4, "of a kernel", INVENTED)
    row_step = Bits(11, 8, "rows from window to window", INVENTED)
    column_step = Bits(15, 12, "columns from window to window", INVENTED)
    top = Bits(19, 16, "rows of real 0 above what is read", INVENTED)
    left = Bits(23, 20, "columns of real 0 to the left; below and right follow", INVENTED)


class ZERO_POINTS(Register, offset=0x1C):
    input = Bits(7, 0, "what stands for real 0 in a map that is convolved", INVENTED, signed=True)
    output = Bits(15, 8, "added to what becomes of a sum of products", INVENTED, signed=True)


class FACTOR(Register, offset=0x20):
    bits = Bits(31, 0, f"what sums, or first addends, are multiplied by: {FLOAT32}", INVENTED)


class SECOND_FACTOR(Register, offset=0x24):
    bits = Bits(31, 0, f"what second addends are multiplied by: {FLOAT32}", INVENTED)


class CONSTANT(Register, offset=0x28):
    bits = Bits(31, 0, f"what two addends are added to: {FLOAT32}", INVENTED)


class CLAMP(Register, offset=0x2C):
    low = Bits(7, 0, "smallest result", INVENTED, signed=True)
    high = Bits(15, 8, "largest result", INVENTED, signed=True)


class GO(Register, offset=0x30):
    kind = Bits(1, 0, "run a task", INVENTED, values={CONVOLVE: "convolve", ADD: "add"})


ORDER: tuple[type[Register], ...] = (
    INPUT, SECOND, OUTPUT, IN_SIZE, OUT_SIZE, CHANNELS, WINDOW, ZERO_POINTS, FACTOR, SECOND_FACTOR,
    CONSTANT, CLAMP, GO,
)  # fmt: skip
"""In which a task writes them."""
REGISTERS = {register.offset: register for register in ORDER}
